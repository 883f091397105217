#include "loadtest/wire/frame.hpp"

#include <cstring>

namespace ventanilla::load {
namespace {

constexpr std::size_t longest = std::size_t{16} * 1024 * 1024;

void copy_masked(char* to, std::string_view from, std::uint32_t mask) {
    const auto wide = std::uint64_t{mask} << 32U | mask;
    std::size_t i = 0;
    for (; i + 8 <= from.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, from.data() + i, 8);
        word ^= wide;
        std::memcpy(to + i, &word, 8);
    }
    for (; i < from.size(); ++i) to[i] = static_cast<char>(from[i] ^ static_cast<char>(mask >> (8 * (i % 4))));
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask) {
    const auto size = payload.size();
    char header[14];
    std::size_t length = 2;
    header[0] = static_cast<char>(0x80U | static_cast<unsigned>(opcode));
    const auto put = [&](unsigned code, unsigned bytes) {
        header[1] = static_cast<char>(0x80U | code);
        for (unsigned i = 0; i < bytes; ++i) header[length++] = static_cast<char>(size >> (8 * (bytes - 1 - i)));
    };
    if (size < 126) {
        put(static_cast<unsigned>(size), 0);
    } else if (size < 65536) {
        put(126, 2);
    } else {
        put(127, 8);
    }
    std::memcpy(header + length, &mask, 4);
    length += 4;
    const auto start = out.size();
    out.resize(start + length + size);
    std::memcpy(out.data() + start, header, length);
    copy_masked(out.data() + start + length, payload, mask);
}

std::optional<Frame> first_frame(std::string_view bytes, FrameError& error) {
    error = FrameError::none;
    if (bytes.size() < 2) return std::nullopt;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if ((byte(1) & 0x80U) != 0) {
        error = FrameError::masked;
        return std::nullopt;
    }
    std::size_t header = 2;
    std::uint64_t length = byte(1);
    if (length >= 126) {
        const std::size_t wide = length == 126 ? 2 : 8;
        if (bytes.size() < 2 + wide) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < wide; ++i) length = length << 8U | byte(2 + i);
        header += wide;
    }
    if (length > longest) {
        error = FrameError::too_long;
        return std::nullopt;
    }
    if (bytes.size() - header < length) return std::nullopt;
    return Frame{.opcode = static_cast<Opcode>(byte(0) & 0x0FU),
                 .final = (byte(0) & 0x80U) != 0,
                 .payload = bytes.substr(header, length),
                 .size = header + length};
}

}  // namespace ventanilla::load
