#include "store/live/managed_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace ventanilla::live {
namespace {

std::string holder(int fd) {
    std::array<char, 32> text{};
    const auto size = ::pread(fd, text.data(), text.size(), 0);
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "an unknown process";
}

}  // namespace

std::optional<std::string> unfinished_restore(const std::filesystem::path& data) {
    if (!std::filesystem::exists(data / kRestoring)) return std::nullopt;
    return fmt::format("{} holds a restore that did not come to its end: empty it and restore again", data.string());
}

DataLock::~DataLock() {
    if (fd_ >= 0) ::close(fd_);
}

DataLock::DataLock(DataLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DataLock& DataLock::operator=(DataLock&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

tl::expected<DataLock, std::string> DataLock::take(const std::filesystem::path& data, Mode mode,
                                                   std::chrono::milliseconds patience) {
    std::error_code error;
    std::filesystem::create_directories(data, error);
    if (error) return tl::unexpected(fmt::format("cannot create {}: {}", data.string(), error.message()));
    const auto path = data / "lock";
    DataLock lock;
    lock.fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.fd_ < 0) return tl::unexpected(fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));

    const int wanted = (mode == Mode::exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (::flock(lock.fd_, wanted) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return tl::unexpected(fmt::format("cannot lock {}: {}", path.string(), std::strerror(errno)));
        }
        if (std::chrono::steady_clock::now() >= give_up) {
            return tl::unexpected(fmt::format("{} is in use by process {}", data.string(), holder(lock.fd_)));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (auto unfinished = unfinished_restore(data)) return tl::unexpected(std::move(*unfinished));
    if (mode == Mode::exclusive) {
        const auto pid = std::to_string(::getpid());
        if (::ftruncate(lock.fd_, 0) != 0 || ::pwrite(lock.fd_, pid.data(), pid.size(), 0) < 0) {
            return tl::unexpected(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
        }
    }
    return lock;
}

}  // namespace ventanilla::live
