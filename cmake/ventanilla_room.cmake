# ventanilla_room(NAME [NO_PCH] DEPENDS ...): one room of the house as a static library. It may link only what it
# depends on, so a dependency in the wrong direction fails to build.
# A room that names ventanilla_boost gets the precompiled header with Asio and Beast, another the one without.
function(ventanilla_room name)
  cmake_parse_arguments(ARG "NO_PCH" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/server)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} fmt::fmt PRIVATE ventanilla_warnings)
  set_property(GLOBAL APPEND PROPERTY VENTANILLA_ROOMS ${name})
  if(NOT ARG_NO_PCH)
    if("ventanilla_boost" IN_LIST ARG_DEPENDS)
      ventanilla_use_pch(${name} net)
    else()
      ventanilla_use_pch(${name} light)
    endif()
  endif()
endfunction()
