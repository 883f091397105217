#include "backup/tree.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include "store/files/blobs.hpp"

namespace ventanilla::backup {
namespace {

namespace fs = std::filesystem;
using files::Descriptor;

constexpr std::size_t kChunk = 1UL << 18;

[[noreturn]] void fail(const fs::path& path) {
    throw std::system_error(errno, std::generic_category(), path.string());
}

int open_or_throw(const fs::path& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd < 0) fail(path);
    return fd;
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::size_t read_some(int fd, std::array<char, kChunk>& buffer, std::size_t most, const fs::path& path) {
    for (;;) {
        const auto size = ::read(fd, buffer.data(), std::min(most, buffer.size()));
        if (size >= 0) return static_cast<std::size_t>(size);
        if (errno != EINTR) fail(path);
    }
}

}  // namespace

std::string Sha256::hex() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state_, digest.data());
    std::string hex(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

std::vector<std::string> files_below(const fs::path& folder) {
    std::vector<std::string> found;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (item.is_regular_file()) found.push_back(item.path().lexically_relative(folder).generic_string());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string sha256_of(const fs::path& file, std::uint64_t& size, bool sync) {
    const Descriptor in(open_or_throw(file, O_RDONLY));
    static thread_local std::array<char, kChunk> buffer;
    Sha256 sum;
    size = 0;
    while (const auto part = read_some(in.get(), buffer, kChunk, file)) {
        sum.add({buffer.data(), part});
        size += part;
    }
    if (sync && ::fsync(in.get()) != 0) fail(file);
    return sum.hex();
}

void write_file(const fs::path& file, std::string_view bytes) {
    const Descriptor out(open_or_throw(file, O_WRONLY | O_CREAT | O_TRUNC));
    write_all(out.get(), bytes, file);
    if (::fsync(out.get()) != 0) fail(file);
}

void copy_bytes(int from, std::uint64_t size, const fs::path& to) {
    const Descriptor out(open_or_throw(to, O_WRONLY | O_CREAT | O_TRUNC));
    static thread_local std::array<char, kChunk> buffer;
    while (size > 0) {
        const auto part = read_some(from, buffer, static_cast<std::size_t>(std::min<std::uint64_t>(size, kChunk)), to);
        if (part == 0) return;
        write_all(out.get(), {buffer.data(), part}, to);
        size -= part;
    }
}

void copy_tree(const fs::path& from, const fs::path& to, std::string_view without) {
    if (!fs::exists(from)) return;
    for (const auto& file : files_below(from)) {
        if (file.starts_with(std::string(without) + "/")) continue;
        const int fd = ::open((from / file).c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT) continue;
        if (fd < 0) fail(from / file);
        const Descriptor in(fd);
        fs::create_directories((to / file).parent_path());
        copy_bytes(in.get(), std::numeric_limits<std::uint64_t>::max(), to / file);
    }
}

void sync_folder(const fs::path& folder) {
    const Descriptor opened(open_or_throw(folder, O_RDONLY | O_DIRECTORY));
    if (::fsync(opened.get()) != 0) fail(folder);
}

void sync_folders(const fs::path& folder) {
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (item.is_directory()) sync_folder(item.path());
    }
    sync_folder(folder);
}

}  // namespace ventanilla::backup
