#pragma once
// The disk of the private Redis: it exits when it cannot write, so nothing new is taken in while there is still room.

#include <boost/asio/any_io_executor.hpp>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

namespace ventanilla::app {

class DiskWatch {
public:
    static constexpr std::uint64_t kLowBytes = 256UL << 20;
    /// Given up below `kBallastBytes` of free space, so that what is open can still be closed and archived.
    static constexpr std::uint64_t kBallastBytes = 32UL << 20;

    /// Looks each second, on a thread of its own: a disk that hangs costs nobody else anything. `on_change`, on `executor`,
    /// hears whether less than `kLowBytes` are free, at first only if they are.
    DiskWatch(boost::asio::any_io_executor executor, std::filesystem::path directory,
              std::function<void(bool)> on_change);
    ~DiskWatch();
    DiskWatch(const DiskWatch&) = delete;
    DiskWatch& operator=(const DiskWatch&) = delete;

private:
    void watch();
    void look();
    void tend_ballast(std::uint64_t free);

    boost::asio::any_io_executor executor_;
    std::filesystem::path directory_;
    std::filesystem::path ballast_;
    std::function<void(bool)> on_change_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< of the executor's thread only
    bool low_ = false;
    bool has_ballast_ = false;
    std::mutex mutex_;
    std::condition_variable stop_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace ventanilla::app
