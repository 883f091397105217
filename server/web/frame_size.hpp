#pragma once
// How long an incoming WebSocket frame is. Nothing is judged here: that is Beast's.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ventanilla::web {

/// The longest frame that Beast must be given whole: a control frame.
inline constexpr std::size_t longest_control_frame = 2 + 4 + 125;

/// Bytes of the frame that begins `bytes`, its header included; nothing until there is enough of it for Beast to be left
/// in its midst (see NothingMore): the whole header, and of a control frame everything, for Beast notes such a header
/// before it has the rest, and would take it for that of a message's last part.
inline std::optional<std::uint64_t> frame_size(std::string_view bytes) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at])); };
    if (bytes.size() < 2) return std::nullopt;
    const std::uint64_t length = byte(1) & 0x7f;
    const std::size_t width = length == 126 ? 2 : length == 127 ? 8 : 0;
    const std::size_t header = 2 + width + ((byte(1) & 0x80) != 0 ? 4 : 0);
    const bool is_control = (byte(0) & 0x08) != 0;
    if (bytes.size() < header + (is_control && width == 0 ? length : 0)) return std::nullopt;
    if (width == 0) return header + length;
    std::uint64_t wide = 0;
    for (std::size_t at = 2; at < 2 + width; ++at) wide = (wide << 8) | byte(at);
    // Beast refuses the highest bit; here it must only not overflow.
    return header + (wide & ~(std::uint64_t{1} << 63));
}

}  // namespace ventanilla::web
