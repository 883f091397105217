// How links come back, and what is made of answers that come too late. Redis is played by sockets of the test's own.
#include "store/live/master_set.hpp"
#include "store/live/redis_pool.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Local = asio::local::stream_protocol;
using Tcp = asio::ip::tcp;
using Clock = std::chrono::steady_clock;

/// Answers each read with a PONG, after `delay`.
template <typename Socket>
asio::awaitable<void> answer(std::shared_ptr<Socket> socket, std::chrono::milliseconds delay = 0ms) {
    std::string bytes(4096, '\0');
    asio::steady_timer pause(socket->get_executor());
    for (;;) {
        boost::system::error_code error;
        co_await socket->async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
        pause.expires_after(delay);
        co_await pause.async_wait(asio::use_awaitable);
        const std::string reply = "+PONG\r\n";
        co_await socket->async_send(asio::buffer(reply), asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
    }
}

template <typename Done>
bool run_until(asio::io_context& io, Done done) {
    const auto until = Clock::now() + 30s;
    while (!done() && Clock::now() < until) {
        io.restart();
        io.run_one_for(20ms);
    }
    return done();
}

class LocalRedis : public testing::Test {
protected:
    ~LocalRedis() override { std::filesystem::remove(path); }

    RedisAddress address() const {
        RedisAddress address;
        address.unix_path = path;
        return address;
    }

    const std::string path = testing::TempDir() + "reconnect-" + std::to_string(::getpid());
    asio::io_context io;
};

TEST_F(LocalRedis, WhenOneLinkIsBackTheOthersDoNotWaitForTheirTurn) {
    RedisPool::Options options;
    options.links = 8;
    RedisPool pool(io, address(), options);
    pool.start();
    // Each has failed for some time, and waits for half a second at least before it tries again.
    io.run_for(2500ms);
    Local::acceptor acceptor(io, Local::endpoint(path));
    auto first = std::make_shared<Local::socket>(io);
    bool accepted = false;
    acceptor.async_accept(*first, [&](boost::system::error_code error) {
        accepted = !error;
        asio::co_spawn(io, answer(first), asio::detached);
    });
    ASSERT_TRUE(run_until(io, [&] { return accepted && pool.healthy(); }));
    acceptor.non_blocking(true);
    std::vector<Local::socket> waiting;
    for (boost::system::error_code error; !error;) {
        waiting.emplace_back(io);
        acceptor.accept(waiting.back(), error);
    }
    waiting.pop_back();
    EXPECT_EQ(waiting.size() + 1, options.links) << "all stand at the door, in the same turn";
    pool.stop();
    first->close();
    run_until(io, [&] { return first.use_count() == 1; });
}

TEST_F(LocalRedis, AnAnswerThatCameTooLateIsTold) {
    Local::acceptor acceptor(io, Local::endpoint(path));
    RedisPool::Options options;
    options.links = 1;
    options.timeout = 100ms;
    RedisPool pool(io, address(), options);
    int missed = 0;
    pool.subscribe(
        {}, [](const std::string&, const std::string&) {}, [&] { ++missed; });
    auto subscription = std::make_shared<Local::socket>(io);
    acceptor.async_accept(*subscription,
                          [&](boost::system::error_code) { asio::co_spawn(io, answer(subscription), asio::detached); });
    ASSERT_TRUE(run_until(io, [&] { return missed == 1; })) << "after the subscription";

    pool.start();
    auto link = std::make_shared<Local::socket>(io);
    acceptor.accept(*link);
    const auto is_asked = [&] {
        std::string bytes(4096, '\0');
        return run_until(io, [&] { return link->available() > 0; }) && link->read_some(asio::buffer(bytes)) > 0;
    };
    ASSERT_TRUE(is_asked());
    link->send(asio::buffer(std::string("+PONG\r\n")));
    ASSERT_TRUE(run_until(io, [&] { return pool.healthy(); }));

    bool refused = false;
    const auto ask = [](RedisPool& asked, bool& told) -> asio::awaitable<void> {
        std::vector<std::string> words{"FCALL"};
        const auto reply = co_await asked.command("any", std::move(words));
        told = !reply;
    };
    asio::co_spawn(io, ask(pool, refused), asio::detached);
    ASSERT_TRUE(is_asked());
    ASSERT_TRUE(run_until(io, [&] { return refused; }));
    EXPECT_EQ(missed, 1);
    link->send(asio::buffer(std::string("*1\r\n$2\r\nok\r\n")));
    EXPECT_TRUE(run_until(io, [&] { return missed == 2; })) << "what it did, nobody here knows";
    EXPECT_TRUE(run_until(io, [&] { return pool.healthy(); }));

    // The link goes while something is under way.
    refused = false;
    asio::co_spawn(io, ask(pool, refused), asio::detached);
    ASSERT_TRUE(is_asked());
    link->close();
    EXPECT_TRUE(run_until(io, [&] { return refused && missed == 3; }));
    pool.stop();
    subscription->close();
    acceptor.close();
    run_until(io, [&] { return subscription.use_count() == 1; });
}

/// A host that swallows packets: the listener's queue is full, so the kernel drops every further attempt to connect.
TEST(SwallowedPackets, AnAttemptToConnectHasADeadline) {
    asio::io_context io;
    Tcp::acceptor acceptor(io, Tcp::v4());
    acceptor.bind(Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    acceptor.listen(0);
    std::vector<std::shared_ptr<Tcp::socket>> crowd;
    std::size_t connected = 0;
    do {
        connected = 0;
        crowd.push_back(std::make_shared<Tcp::socket>(io));
        crowd.back()->async_connect(acceptor.local_endpoint(), [](boost::system::error_code) {});
        io.restart();
        io.run_for(100ms);
        for (const auto& socket : crowd) {
            boost::system::error_code error;
            socket->remote_endpoint(error);
            if (!error) ++connected;
        }
    } while (connected == crowd.size());

    RedisAddress address;
    address.host = "127.0.0.1";
    address.port = acceptor.local_endpoint().port();
    RedisPool::Options options;
    options.links = 1;
    options.timeout = 200ms;
    RedisPool pool(io, address, options);
    pool.start();
    EXPECT_TRUE(run_until(io, [&] { return pool.last_error() == "no connection in time"; })) << pool.last_error();

    // The host is back: those who stood in front are let in, and so is the link's next attempt.
    for (const auto& socket : crowd) socket->close();
    std::vector<std::shared_ptr<Tcp::socket>> accepted;
    std::function<void()> accept_next = [&] {
        accepted.push_back(std::make_shared<Tcp::socket>(io));
        acceptor.async_accept(*accepted.back(), [&](boost::system::error_code error) {
            if (error) return;
            asio::co_spawn(io, answer(accepted.back()), asio::detached);
            accept_next();
        });
    };
    accept_next();
    EXPECT_TRUE(run_until(io, [&] { return pool.healthy(); })) << pool.last_error();
    pool.stop();
    acceptor.close();
    for (const auto& socket : accepted) socket->close();
    io.restart();
    io.run_for(50ms);
}

TEST(MasterSets, AreNamedWithOrWithoutAUser) {
    const auto plain = MasterSet::parse("prueba");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->name + "|" + plain->user + "|" + plain->password, "prueba||");
    const auto guarded = MasterSet::parse("default:a:b@c@prueba");
    ASSERT_TRUE(guarded);
    EXPECT_EQ(guarded->name + "|" + guarded->user + "|" + guarded->password, "prueba|default|a:b@c");
    for (const auto* wrong : {"", "x:y@", "x@prueba", "x:@prueba"}) EXPECT_FALSE(MasterSet::parse(wrong)) << wrong;
}

}  // namespace
}  // namespace ventanilla::live
