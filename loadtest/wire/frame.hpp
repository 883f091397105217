#pragma once
// WebSocket frames (RFC 6455) as a client needs them: masked out, unmasked in. No I/O.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::load {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Appends one whole frame, masked with `mask`, to `out`.
void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask);

/// One whole frame in front of some bytes; `payload` points into them.
struct Frame {
    Opcode opcode;
    bool final;
    std::string_view payload;
    std::size_t size;  ///< with its header
};

enum class FrameError : std::uint8_t { none, masked, too_long };

/// The frame in front of `bytes`, or nothing: then it is not whole yet, or `error` says what is wrong with it. Frames of
/// more than 16 MiB are refused.
std::optional<Frame> first_frame(std::string_view bytes, FrameError& error);

}  // namespace ventanilla::load
