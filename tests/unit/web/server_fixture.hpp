#pragma once
// A web::Server with a few routes, on a thread of its own.

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "web/server.hpp"

namespace ventanilla::web::testing {

/// What happened to the sockets, in words, seen from the owner's side.
class Journal {
public:
    void add(std::string word);
    std::vector<std::string> words() const;
    /// Waits until `word` has been added `times` times; false after five seconds.
    bool wait_for(const std::string& word, int times = 1) const;
    int count(const std::string& word) const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> words_;
};

/// Routes: GET /hello, /fail, /items/{id}, /items/mine, /slow (answers after 300 ms), /big; POST /echo, /small (at most 16 bytes),
/// /form (with the session's checks), /upload and /refused (bodies of 3 MB as a stream); GET /download, /endless, /broken
/// (bodies from a source); /site and /captcha for the site's origins; sockets /ws/visitor and /ws/agent
/// (needs a Bearer token). A socket's owner echoes what it gets; some texts are commands: "flood", "burst", "bye",
/// "throw", "pause", "twice".
class TestServer {
public:
    explicit TestServer(std::function<void(ServerOptions&)> change = {});
    ~TestServer();

    std::uint16_t port() const noexcept { return port_; }
    Counters counters();
    /// Begins to drain; the future is set when nothing is left.
    std::future<void> drain(std::chrono::milliseconds deadline);
    /// Runs `call` on the server's thread and waits for it.
    void run(std::function<void()> call);

    Journal journal;

private:
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::unique_ptr<Server> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace ventanilla::web::testing
