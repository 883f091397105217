# Warnings, sanitizers, linker and compiler cache: one place, so that every room is built alike.
option(VENTANILLA_FUZZ "Build for libFuzzer (clang only)" OFF)
option(VENTANILLA_WERROR "Treat warnings as errors" ON)
set(VENTANILLA_SANITIZE "" CACHE STRING "Value of -fsanitize=, e.g. address,undefined or thread")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# hiredis asks its users for it; a precompiled header must be compiled like its users.
add_compile_definitions(_FILE_OFFSET_BITS=64)

add_library(ventanilla_warnings INTERFACE)
target_compile_options(ventanilla_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  # False alarms of g++ 12 after inlining: half of Asio's allocation of a coroutine's frame is inlined and the other
  # half missed; operations of std::string and string_view (GCC bugs 105329, 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete -Wno-stringop-overread -Wno-stringop-overflow -Wno-restrict>
  $<$<BOOL:${VENTANILLA_WERROR}>:-Werror>)

if(VENTANILLA_SANITIZE)
  add_compile_options(-fsanitize=${VENTANILLA_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${VENTANILLA_SANITIZE})
  if(VENTANILLA_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # TSan does not see the fences that Asio puts around handlers, and g++ warns of each. Handlers pass between threads
    # under Asio's mutex, which TSan does see. What it inserts also keeps g++ from seeing which half of a result is set.
    add_compile_options(-Wno-tsan -Wno-maybe-uninitialized)
  endif()
endif()

if(VENTANILLA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  # clang 14 has C++20's coroutines but does not say so to libstdc++.
  add_compile_options(-D__cpp_impl_coroutine=201902L -Wno-builtin-macro-redefined)
  if(VENTANILLA_SANITIZE MATCHES undefined)
    # Its marks in front of functions break the assembly of coroutines (LLVM issue 49689).
    add_compile_options(-fno-sanitize=function)
  endif()
endif()
