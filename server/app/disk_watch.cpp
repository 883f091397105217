#include "app/disk_watch.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

namespace ventanilla::app {
namespace {

constexpr auto kEvery = std::chrono::seconds(1);

std::optional<std::uint64_t> free_bytes(const std::filesystem::path& path) {
    struct ::statvfs about {};
    if (::statvfs(path.c_str(), &about) != 0) return std::nullopt;
    return static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
}

/// A file that really takes the space: false if there is not enough.
bool fill(const std::filesystem::path& file, std::uint64_t bytes) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    const bool filled = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes)) == 0;
    ::close(descriptor);
    if (!filled) ::unlink(file.c_str());
    return filled;
}

}  // namespace

DiskWatch::DiskWatch(boost::asio::any_io_executor executor, std::filesystem::path directory,
                     std::function<void(bool)> on_change)
    : executor_(std::move(executor)),
      directory_(std::move(directory)),
      ballast_(directory_ / "ballast"),
      on_change_(std::move(on_change)),
      thread_([this] { watch(); }) {}

DiskWatch::~DiskWatch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_all();
    thread_.join();
}

void DiskWatch::watch() {
    std::error_code ignored;
    has_ballast_ = std::filesystem::exists(ballast_, ignored);
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        look();
        lock.lock();
        stop_.wait_for(lock, kEvery, [this] { return stopping_; });
    }
}

void DiskWatch::look() {
    const auto free = free_bytes(directory_);
    if (!free) return;
    tend_ballast(*free);
    const bool low = *free < kLowBytes;
    if (std::exchange(low_, low) == low) return;
    if (low) {
        spdlog::error("the disk is nearly full ({} MiB are free): nothing new is taken until there are {} MiB",
                      *free >> 20, kLowBytes >> 20);
    } else {
        spdlog::info("there is room on the disk again");
    }
    boost::asio::post(executor_, [weak = std::weak_ptr<bool>(alive_), tell = on_change_, low] {
        if (weak.lock()) tell(low);
    });
}

void DiskWatch::tend_ballast(std::uint64_t free) {
    if (has_ballast_ && free < kBallastBytes) {
        has_ballast_ = false;
        ::unlink(ballast_.c_str());
        spdlog::error("the disk is full: the {} MiB of {} are given up for what is open", kBallastBytes >> 20,
                      ballast_.string());
    } else if (!has_ballast_ && free >= kLowBytes + 2 * kBallastBytes) {
        has_ballast_ = fill(ballast_, kBallastBytes);
    }
}

}  // namespace ventanilla::app
