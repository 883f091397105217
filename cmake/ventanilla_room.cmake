# ventanilla_room(NAME DEPENDS ...): one room of the house as a static library. It may include only what it
# links, so a dependency in the wrong direction fails to build.
function(ventanilla_room name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/server)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} fmt::fmt PRIVATE ventanilla_warnings)
endfunction()
