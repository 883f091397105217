#pragma once
// The private redis-server under the data directory: started, watched, restarted and stopped by this process.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include <tl/expected.hpp>

namespace ventanilla::live {

class ManagedRedis {
public:
    struct Options {
        std::filesystem::path data;  ///< DATA; Redis lives in DATA/redis, its socket is DATA/redis.sock
        std::string program = "redis-server";
        std::uint64_t maxmemory_bytes = 1ULL << 30;
        std::filesystem::path socket = {};  ///< where else its socket is, absolute; for a long `data`
    };
    ManagedRedis(boost::asio::io_context& io, Options options);
    ~ManagedRedis();
    ManagedRedis(const ManagedRedis&) = delete;
    ManagedRedis& operator=(const ManagedRedis&) = delete;

    /// Locks DATA/lock (waits up to 10 s for a dying predecessor), mends a torn AOF tail, starts redis-server and
    /// returns when its socket accepts and the AOF is loaded. Blocking: called before the loop runs, from the main
    /// thread (PDEATHSIG follows the forking thread). Error: a line for people, e.g. who holds the lock.
    tl::expected<void, std::string> start();
    /// Watches the child from now on: should it die, it is started again with backoff, within 5 s.
    void watch();
    /// SIGTERM, then waits; SIGKILL after 10 s.
    void stop();
    std::string socket_path() const;
    int pid() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace ventanilla::live
