# ventanilla_tests(NAME [SUITES]): every *_test.cpp below the current folder in one binary, linked with every room
# that exists. ctest gets one entry per test, or with SUITES one per suite: there the tests of a suite share what is
# dear to start (a Redis, a PostgreSQL).
find_package(GTest REQUIRED)
include(GoogleTest)

function(ventanilla_tests name)
  cmake_parse_arguments(ARG "SUITES" "" "" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  get_property(rooms GLOBAL PROPERTY VENTANILLA_ROOMS)
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE VENTANILLA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${rooms} GTest::gmock GTest::gtest_main ventanilla_warnings)
  if(ARG_SUITES)
    ventanilla_add_suites(${name})
  else()
    # At test time, so that building does not run anything.
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 60)
  endif()
endfunction()

# One ctest entry per suite, listed by the binary itself when ctest starts.
function(ventanilla_add_suites name)
  set(script ${CMAKE_CURRENT_BINARY_DIR}/${name}_suites.cmake)
  file(GENERATE OUTPUT ${script} CONTENT "
if(NOT EXISTS \"$<TARGET_FILE:${name}>\")
  add_test(${name}_NOT_BUILT ${name}_NOT_BUILT)
  return()
endif()
execute_process(COMMAND \"$<TARGET_FILE:${name}>\" --gtest_list_tests OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL \"(^|\\n)[A-Za-z0-9_/]+\\\\.\" suites \"\${listing}\")
foreach(suite IN LISTS suites)
  string(STRIP \"\${suite}\" suite)
  add_test(\"${name}.\${suite}\" \"$<TARGET_FILE:${name}>\" \"--gtest_filter=\${suite}*\")
  set_tests_properties(\"${name}.\${suite}\" PROPERTIES TIMEOUT 300)
endforeach()
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${script})
endfunction()
