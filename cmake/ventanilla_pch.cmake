# Two precompiled headers for all rooms: parsing Asio, Beast, JSON and spdlog once saves 1 to 3 seconds a file. They
# hold headers of the system only, so every file still names what it uses; `./dev lint` compiles without them.
option(VENTANILLA_PCH "Use precompiled headers" ON)

set(VENTANILLA_PCH_LIGHT
  <algorithm> <array> <chrono> <cstdint> <filesystem> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <unordered_map> <utility> <variant> <vector>
  <fmt/format.h> <nlohmann/json.hpp> <spdlog/spdlog.h> <tl/expected.hpp>)
set(VENTANILLA_PCH_NET
  ${VENTANILLA_PCH_LIGHT}
  <boost/asio/awaitable.hpp> <boost/asio/buffer.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp>
  <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/local/stream_protocol.hpp>
  <boost/asio/posix/stream_descriptor.hpp> <boost/asio/post.hpp> <boost/asio/redirect_error.hpp>
  <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp> <boost/asio/write.hpp>
  <boost/beast/core/flat_buffer.hpp> <boost/beast/core/tcp_stream.hpp> <boost/beast/http.hpp>)

# What a user of a precompiled header must be compiled with is what it was compiled with: the libraries below.
function(ventanilla_pch_library name)
  cmake_parse_arguments(ARG "" "" "HEADERS;DEPENDS" ${ARGN})
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp "// Only here to carry the precompiled header.\n")
  add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} fmt::fmt spdlog::spdlog nlohmann_json::nlohmann_json)
  target_link_libraries(${name} PRIVATE ventanilla_warnings)
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

if(VENTANILLA_PCH)
  ventanilla_pch_library(ventanilla_pch_light HEADERS ${VENTANILLA_PCH_LIGHT})
  ventanilla_pch_library(ventanilla_pch_net HEADERS ${VENTANILLA_PCH_NET} DEPENDS ventanilla_boost)
endif()

# ventanilla_use_pch(<target> light|net)
function(ventanilla_use_pch target kind)
  if(VENTANILLA_PCH)
    target_link_libraries(${target} PRIVATE fmt::fmt spdlog::spdlog nlohmann_json::nlohmann_json)
    target_precompile_headers(${target} REUSE_FROM ventanilla_pch_${kind})
  endif()
endfunction()
