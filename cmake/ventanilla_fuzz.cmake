# ventanilla_fuzz_targets(ROOMS ...): every NAME_fuzz.cpp of the current folder as one libFuzzer target. What it starts
# from, and every input that once broke something, stands in corpus/NAME/.
function(ventanilla_fuzz_targets)
  cmake_parse_arguments(ARG "" "" "ROOMS" ${ARGN})
  add_custom_target(fuzzers)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_fuzz.cpp)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    add_executable(${name} EXCLUDE_FROM_ALL ${source})
    target_link_libraries(${name} PRIVATE ${ARG_ROOMS} ventanilla_warnings)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name})
  endforeach()
endfunction()
