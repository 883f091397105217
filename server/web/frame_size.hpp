#pragma once
// How long an incoming WebSocket frame is. Nothing is judged here: that is Beast's.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ventanilla::web {

/// The longest header of a frame (RFC 6455, 5.2).
inline constexpr std::size_t longest_frame_header = 14;

/// Bytes of the frame that begins `bytes`, its header included; nothing if its length is not all there yet.
inline std::optional<std::uint64_t> frame_size(std::string_view bytes) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at])); };
    if (bytes.size() < 2) return std::nullopt;
    const std::uint64_t mask = (byte(1) & 0x80) != 0 ? 4 : 0;
    const std::uint64_t length = byte(1) & 0x7f;
    const std::size_t width = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes.size() < 2 + width) return std::nullopt;
    if (width == 0) return 2 + mask + length;
    std::uint64_t wide = 0;
    for (std::size_t at = 2; at < 2 + width; ++at) wide = (wide << 8) | byte(at);
    // Beast refuses the highest bit; here it must only not overflow.
    return 2 + width + mask + (wide & ~(std::uint64_t{1} << 63));
}

}  // namespace ventanilla::web
