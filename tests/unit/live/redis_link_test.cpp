// A link to a Redis that is slow to greet, played by a socket of the test's own.
#include "store/live/redis_pool.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Socket = asio::local::stream_protocol::socket;

constexpr auto kTimeout = 50ms;

class SlowGreeting : public testing::Test {
protected:
    ~SlowGreeting() override { std::filesystem::remove(path); }

    /// Answers everything, on the first connection only after the link has stopped waiting.
    asio::awaitable<void> answer(std::shared_ptr<Socket> socket, bool late) {
        std::string bytes(4096, '\0');
        for (;;) {
            boost::system::error_code error;
            co_await socket->async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
            if (late) {
                asio::steady_timer pause(io, 3 * kTimeout);
                co_await pause.async_wait(asio::use_awaitable);
            }
            const std::string reply = "+PONG\r\n";
            co_await socket->async_send(asio::buffer(reply), asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
        }
    }

    asio::awaitable<void> accept_all() {
        for (;;) {
            auto socket = std::make_shared<Socket>(io);
            boost::system::error_code error;
            co_await acceptor.async_accept(*socket, asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
            asio::co_spawn(io, answer(socket, connections++ == 0), asio::detached);
        }
    }

    asio::awaitable<void> until_it_answers(RedisPool& pool) {
        asio::steady_timer pause(io);
        while (!answered) {
            std::vector<std::string> words{"PING"};
            const auto reply = co_await pool.command("any", std::move(words));
            answered = reply.has_value();
            pause.expires_after(10ms);
            co_await pause.async_wait(asio::use_awaitable);
        }
        pool.stop();
        acceptor.close();
    }

    const std::string path = testing::TempDir() + "slow-greeting-" + std::to_string(::getpid());
    asio::io_context io;
    asio::local::stream_protocol::acceptor acceptor{io, asio::local::stream_protocol::endpoint(path)};
    int connections = 0;
    bool answered = false;
};

TEST_F(SlowGreeting, DoesNotLeaveALinkThatIsConnectedAndNeverUsable) {
    RedisAddress address;
    address.unix_path = path;
    RedisPool::Options options;
    options.links = 1;
    options.timeout = kTimeout;
    RedisPool pool(io, address, options);
    pool.start();
    asio::co_spawn(io, accept_all(), asio::detached);
    asio::co_spawn(io, until_it_answers(pool), asio::detached);
    io.run_for(20s);
    EXPECT_TRUE(answered);
    EXPECT_GE(connections, 2) << "the late greeting is given up, and another is tried";
}

/// Plays a Redis whose first subscription falls silent, as behind a connection that is half open.
class SilentSubscription : public testing::Test {
protected:
    ~SilentSubscription() override { std::filesystem::remove(path); }

    static std::string confirmation(std::string_view channel) {
        return "*3\r\n$9\r\nsubscribe\r\n$" + std::to_string(channel.size()) + "\r\n" + std::string(channel) +
               "\r\n:1\r\n";
    }

    asio::awaitable<void> answer(std::shared_ptr<Socket> socket, bool silent) {
        std::string bytes(4096, '\0');
        for (;;) {
            boost::system::error_code error;
            const auto got =
                co_await socket->async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
            const bool subscribes = bytes.substr(0, got).find("SUBSCRIBE") != std::string::npos;
            if (subscribes && silent) continue;
            const auto reply = subscribes ? confirmation("news") : std::string("+PONG\r\n");
            co_await socket->async_send(asio::buffer(reply), asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
        }
    }

    asio::awaitable<void> accept_all() {
        for (;;) {
            auto socket = std::make_shared<Socket>(io);
            boost::system::error_code error;
            co_await acceptor.async_accept(*socket, asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
            asio::co_spawn(io, answer(socket, connections++ == 0), asio::detached);
        }
    }

    const std::string path = testing::TempDir() + "silent-subscription-" + std::to_string(::getpid());
    asio::io_context io;
    asio::local::stream_protocol::acceptor acceptor{io, asio::local::stream_protocol::endpoint(path)};
    int connections = 0;
    int subscribed = 0;
};

TEST_F(SilentSubscription, IsNoticedAndMadeAnew) {
    RedisAddress address;
    address.unix_path = path;
    RedisPool::Options options;
    options.links = 1;
    options.timeout = kTimeout;
    RedisPool pool(io, address, options);
    pool.subscribe(
        {"news"}, [](const std::string&, const std::string&) {}, [&] { ++subscribed; });
    asio::co_spawn(io, accept_all(), asio::detached);
    // The other links come after the subscriber, whose connection is the first.
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (subscribed < 1 && std::chrono::steady_clock::now() < until) io.run_one_for(1s);
    pool.start();
    while (subscribed < 2 && std::chrono::steady_clock::now() < until) io.run_one_for(1s);
    EXPECT_EQ(subscribed, 2) << "what was published meanwhile is compared after the second";
    // One that answers is left alone for longer than it took to notice.
    const auto quiet_until = std::chrono::steady_clock::now() + 8s;
    while (std::chrono::steady_clock::now() < quiet_until) io.run_one_for(100ms);
    EXPECT_EQ(subscribed, 2);
    pool.stop();
    acceptor.close();
    io.run_for(100ms);
}

TEST(AbsentRedis, IsNamedWithWhatTheSystemSaid) {
    asio::io_context io;
    RedisAddress address;
    address.unix_path = testing::TempDir() + "nobody-listens-" + std::to_string(::getpid());
    RedisPool::Options options;
    options.links = 1;
    RedisPool pool(io, address, options);
    pool.start();
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (pool.last_error().empty() && std::chrono::steady_clock::now() < until) io.run_one_for(1s);
    EXPECT_NE(pool.last_error().find("No such file or directory"), std::string::npos) << pool.last_error();
    pool.stop();
    io.run_for(100ms);
}

}  // namespace
}  // namespace ventanilla::live
