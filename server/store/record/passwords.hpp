#pragma once
// Argon2id, 64 MiB and about 60 ms a piece: never on the event loop.

#include "protocol/codes.hpp"
#include "store/record/bounded_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace ventanilla::record {

/// Argon2id by libsodium with its interactive limits. Throws std::bad_alloc without the memory for it. Blocks.
std::string hash_password(std::string_view password);

/// True if `password` made `hash`. An empty hash costs as much time and is never right. Blocks.
bool verify_password(std::string_view password, std::string_view hash);

/// One thread at nice 10; at most eight wait. Must be destroyed before the io_context it answers on.
class PasswordPool {
public:
    explicit PasswordPool(boost::asio::any_io_executor executor);
    ~PasswordPool();
    PasswordPool(const PasswordPool&) = delete;
    PasswordPool& operator=(const PasswordPool&) = delete;

    /// verify_password on the pool's thread; pass an empty hash for an unknown user. slow_down if too many wait,
    /// unavailable if it took more than 20 s.
    boost::asio::awaitable<protocol::Result<bool>> verify(std::string password, std::string hash);

private:
    void work();

    boost::asio::any_io_executor executor_;
    BoundedQueue<std::function<void()>> queue_;
    std::thread thread_;
};

}  // namespace ventanilla::record
