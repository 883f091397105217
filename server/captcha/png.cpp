// The few chunks that a grey PNG needs (ISO/IEC 15948); zlib deflates and sums.

#include <zlib.h>

#include <stdexcept>

#include "captcha/canvas.hpp"

namespace ventanilla::captcha {
namespace {

void add_number(std::string& out, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift & 0xff));
}

const Bytef* raw(const std::string& text) {
    return reinterpret_cast<const Bytef*>(text.data());
}

void add_chunk(std::string& out, const char* type, const std::string& data) {
    add_number(out, static_cast<std::uint32_t>(data.size()));
    const std::string body = type + data;
    out += body;
    add_number(out, static_cast<std::uint32_t>(crc32(0, raw(body), static_cast<uInt>(body.size()))));
}

std::string deflated(const std::string& rows) {
    // Noise hardly shrinks however long one tries.
    constexpr int level = 3;
    auto size = compressBound(static_cast<uLong>(rows.size()));
    std::string out(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, raw(rows), static_cast<uLong>(rows.size()), level) !=
        Z_OK)
        throw std::runtime_error("zlib could not deflate a picture");
    out.resize(size);
    return out;
}

}  // namespace

std::string png(const std::vector<std::uint8_t>& pixels, int width, int height) {
    std::string header;
    add_number(header, static_cast<std::uint32_t>(width));
    add_number(header, static_cast<std::uint32_t>(height));
    header += std::string("\x08\x00\x00\x00\x00", 5);  // 8 bits of grey; deflate, filters by row, not interlaced

    std::string rows;
    for (int y = 0; y < height; ++y) {
        rows.push_back('\0');  // this row is not filtered
        const auto begin = pixels.begin() + static_cast<std::ptrdiff_t>(y) * width;
        rows.append(begin, begin + width);
    }

    std::string out = "\x89PNG\r\n\x1a\n";
    add_chunk(out, "IHDR", header);
    add_chunk(out, "IDAT", deflated(rows));
    add_chunk(out, "IEND", {});
    return out;
}

}  // namespace ventanilla::captcha
