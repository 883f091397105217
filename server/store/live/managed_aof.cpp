#include "store/live/managed_aof.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>

namespace ventanilla::live {
namespace {

namespace fs = std::filesystem;

/// Reads "<sign><number>\r\n"; nothing if it does not stand there whole.
std::optional<std::int64_t> read_header(std::istream& in, char sign) {
    std::string line;
    if (in.get() != sign || !std::getline(in, line) || in.eof()) return std::nullopt;
    if (line.size() < 2 || line.size() > 20 || line.back() != '\r') return std::nullopt;
    std::int64_t number = 0;
    for (const char c : std::string_view(line).substr(0, line.size() - 1)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

/// Reads over one command, or over a "#TS:" annotation line; false if it is not whole.
bool skip_command(std::istream& in) {
    if (in.peek() == '#') {
        std::string line;
        return std::getline(in, line) && !in.eof();
    }
    const auto count = read_header(in, '*');
    if (!count) return false;
    for (std::int64_t i = 0; i < *count; ++i) {
        const auto size = read_header(in, '$');
        if (!size) return false;
        in.ignore(*size);
        if (in.gcount() != *size || in.get() != '\r' || in.get() != '\n') return false;
    }
    return true;
}

/// True if the bytes from `from` on are zeros from the first zero to the end (an incomplete command may come first).
bool only_zeros_after_one_command(std::istream& in, std::uintmax_t from) {
    in.clear();
    in.seekg(static_cast<std::streamoff>(from));
    bool zeros = false;
    std::uintmax_t before = 0;
    for (int c = in.get(); c != std::char_traits<char>::eof(); c = in.get()) {
        if (c == 0)
            zeros = true;
        else if (zeros)
            return false;
        else if (before++ == 0 && c != '*')
            return false;
    }
    return true;
}

bool ends_in_zero(const fs::path& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in || in.tellg() <= 0) return false;
    in.seekg(-1, std::ios::end);
    return in.get() == 0;
}

std::optional<fs::path> newest_increment(const fs::path& directory) {
    std::optional<fs::path> newest;
    std::uint64_t highest = 0;
    std::error_code error;
    for (const auto& item : fs::directory_iterator(directory, error)) {
        const auto name = item.path().filename().string();
        if (!name.ends_with(".incr.aof")) continue;
        const auto stem = name.substr(0, name.size() - 9);
        const auto number = std::strtoull(stem.substr(stem.rfind('.') + 1).c_str(), nullptr, 10);
        if (!newest || number > highest) {
            newest = item.path();
            highest = number;
        }
    }
    return newest;
}

}  // namespace

tl::expected<AofTail, std::string> inspect_aof(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return tl::unexpected(fmt::format("cannot read {}", file.string()));
    AofTail tail;
    while (in.peek() != std::char_traits<char>::eof() && skip_command(in)) {
        tail.whole = static_cast<std::uintmax_t>(in.tellg());
    }
    tail.harmless = only_zeros_after_one_command(in, tail.whole);
    return tail;
}

tl::expected<void, std::string> mend_aof(const fs::path& directory) {
    const auto aof = directory / "appendonlydir";
    const auto file = newest_increment(aof);
    if (!file || !ends_in_zero(*file)) return {};
    const auto tail = inspect_aof(*file);
    if (!tail) return tl::unexpected(tail.error());
    if (!tail->harmless) {
        return tl::unexpected(fmt::format(
            "{} is damaged after byte {}: more than an unfinished tail; restore a backup or see redis-check-aof",
            file->string(), tail->whole));
    }
    const auto stamp = std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
    const auto aside = directory / fmt::format("appendonlydir.torn-{}", stamp);
    std::error_code error;
    fs::copy(aof, aside, fs::copy_options::recursive, error);
    if (!error) fs::resize_file(*file, tail->whole, error);
    if (error) return tl::unexpected(fmt::format("cannot mend {}: {}", file->string(), error.message()));
    spdlog::warn("cut the unfinished tail of {} at byte {}; the directory as it was is kept in {}", file->string(),
                 tail->whole, aside.string());
    return {};
}

}  // namespace ventanilla::live
