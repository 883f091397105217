# ventanilla_embed(<target> NAMESPACE <ns> FUNCTION <name> [BASE <dir>] FILES <file>... | DIR <dir> [DEPENDS <file>])
#
# Makes files part of <target> and gives it
#     #include "embedded/<name>.hpp"
#     std::span<const ventanilla::Asset> <ns>::<name>();
# sorted by path (see server/base/assets.hpp). Paths are relative to BASE (by default the current source folder), or to
# DIR. A .yaml file is embedded as .json. DIR is listed at build time, whenever the file DEPENDS is newer, so new
# files are picked up without configuring again.
add_custom_target(generated_headers)
set(VENTANILLA_EMBED_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/embed)

function(ventanilla_embed target)
  cmake_parse_arguments(ARG "" "NAMESPACE;FUNCTION;BASE;DIR" "FILES;DEPENDS" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${ARG_FUNCTION})
  set(base ${CMAKE_CURRENT_SOURCE_DIR})
  if(ARG_BASE)
    set(base ${ARG_BASE})
  endif()
  if(ARG_DIR)
    set(base ${ARG_DIR})
  endif()
  set(files)
  foreach(file IN LISTS ARG_FILES)
    get_filename_component(file ${file} ABSOLUTE)
    list(APPEND files ${file})
  endforeach()
  file(CONFIGURE OUTPUT ${out}/files.txt CONTENT "${files}" @ONLY)

  add_custom_command(
    OUTPUT ${out}/embedded.S ${out}/embedded.cpp ${out}/embedded/${ARG_FUNCTION}.hpp
    COMMAND ${CMAKE_COMMAND} -DNAMESPACE=${ARG_NAMESPACE} -DFUNCTION=${ARG_FUNCTION}
            -DBASE=${base} -DDIR=${ARG_DIR} -DOUT=${out} -P ${VENTANILLA_EMBED_SCRIPTS}/generate.cmake
    DEPENDS ${files} ${ARG_DEPENDS} ${out}/files.txt ${VENTANILLA_EMBED_SCRIPTS}/generate.cmake
            ${VENTANILLA_EMBED_SCRIPTS}/yaml_to_json.py
    COMMENT "Embedding ${ARG_FUNCTION}"
    VERBATIM)
  # .incbin reads behind the compiler's back: name what it reads, or a changed file would leave the old object.
  set_source_files_properties(${out}/embedded.S PROPERTIES OBJECT_DEPENDS ${out}/embedded.cpp)
  set_source_files_properties(${out}/embedded.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  add_custom_target(${ARG_FUNCTION}_header DEPENDS ${out}/embedded/${ARG_FUNCTION}.hpp)
  add_dependencies(generated_headers ${ARG_FUNCTION}_header)
  target_sources(${target} PRIVATE ${out}/embedded.S ${out}/embedded.cpp ${out}/embedded/${ARG_FUNCTION}.hpp)
  target_include_directories(${target} PUBLIC ${out} ${CMAKE_SOURCE_DIR}/server)
endfunction()
