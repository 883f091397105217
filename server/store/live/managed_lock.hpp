#pragma once
// DATA/lock: two redis-servers on one directory destroy acknowledged entries, so the directory stays locked until
// every process that may write to it is dead. The private redis-server inherits the descriptor.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include <tl/expected.hpp>

namespace ventanilla::live {

/// In a data directory while it is restored into.
inline constexpr const char* kRestoring = "restoring";
/// In words, if a restore into this directory has not come to its end: nobody may use what is there.
std::optional<std::string> unfinished_restore(const std::filesystem::path& data);

class DataLock {
public:
    enum class Mode { exclusive, shared };

    DataLock() = default;
    ~DataLock();
    DataLock(DataLock&& other) noexcept;
    DataLock& operator=(DataLock&& other) noexcept;

    /// Creates `data` if needed and locks DATA/lock, waiting up to `patience` for a dying predecessor. Blocking.
    /// Error: one line that names the holder, or an unfinished restore.
    static tl::expected<DataLock, std::string> take(const std::filesystem::path& data, Mode mode,
                                                    std::chrono::milliseconds patience = std::chrono::seconds(10));
    int descriptor() const { return fd_; }

private:
    int fd_ = -1;
};

}  // namespace ventanilla::live
