// Finding the primary, with sentinels and Redises played by sockets of the test's own.
#include "store/live/redis_pool.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using tcp = asio::ip::tcp;

std::string list_of(const std::vector<std::string>& words) {
    auto list = "*" + std::to_string(words.size()) + "\r\n";
    for (const auto& word : words) list += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return list;
}

/// Answers PING, and one more command, on any number of connections.
class Player {
public:
    Player(asio::io_context& io, std::string command, std::string answer)
        : io_(io), acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        command_ = std::move(command);
        answer_ = std::move(answer);
        asio::co_spawn(io_, accept_all(), asio::detached);
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void close() { acceptor_.close(); }
    void say(std::string answer) { answer_ = std::move(answer); }
    RedisAddress address() const {
        RedisAddress address;
        address.host = "127.0.0.1";
        address.port = port();
        return address;
    }

private:
    asio::awaitable<void> accept_all() {
        for (;;) {
            auto socket = std::make_shared<tcp::socket>(io_);
            boost::system::error_code error;
            co_await acceptor_.async_accept(*socket, asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
            asio::co_spawn(io_, answer_all(socket), asio::detached);
        }
    }

    // A link asks one thing after the other while it greets, and these tests send nothing else.
    asio::awaitable<void> answer_all(std::shared_ptr<tcp::socket> socket) {
        std::string bytes(4096, '\0');
        for (;;) {
            boost::system::error_code error;
            const auto got =
                co_await socket->async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
            const bool asked = bytes.substr(0, got).find(command_) != std::string::npos;
            const std::string reply = asked ? answer_ : "+PONG\r\n";
            co_await socket->async_send(asio::buffer(reply), asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
        }
    }

    asio::io_context& io_;
    tcp::acceptor acceptor_;
    std::string command_, answer_;
};

class Sentinels : public testing::Test {
protected:
    std::string names(const Player& redis) const { return list_of({"127.0.0.1", std::to_string(redis.port())}); }

    RedisPool::Options options(const std::vector<const Player*>& sentinels) const {
        RedisPool::Options options;
        options.links = 1;
        for (const auto* sentinel : sentinels) options.sentinels.push_back(sentinel->address());
        options.master_set = "prueba";
        options.inspection.questions = {{"ROLE"}};
        options.inspection.objection = [](const RedisValue::Array& answers) -> std::string {
            const auto* words = answers.front().array();
            const bool fits =
                words != nullptr && words->front().text() != nullptr && *words->front().text() == "master";
            return fits ? "" : "no primary";
        };
        return options;
    }

    bool becomes(const RedisPool& pool, bool healthy) {
        const auto until = std::chrono::steady_clock::now() + 30s;
        while (pool.healthy() != healthy && std::chrono::steady_clock::now() < until) io.run_one_for(1s);
        return pool.healthy() == healthy;
    }

    asio::io_context io;
    Player primary{io, "ROLE", list_of({"master"})};
    Player replica{io, "ROLE", list_of({"slave"})};
};

TEST_F(Sentinels, OneThatNamesAReplicaIsNotBelieved) {
    Player behind(io, "SENTINEL", names(replica));
    Player right(io, "SENTINEL", names(primary));
    RedisPool pool(io, {}, options({&behind, &right}));
    pool.start();
    EXPECT_TRUE(becomes(pool, true)) << pool.last_error();
    pool.stop();
}

TEST_F(Sentinels, OneThatKnowsNothingIsPassedOver) {
    Player empty(io, "SENTINEL", "*-1\r\n");
    Player right(io, "SENTINEL", names(primary));
    RedisPool pool(io, {}, options({&empty, &right}));
    pool.start();
    EXPECT_TRUE(becomes(pool, true)) << pool.last_error();
    pool.stop();
}

TEST_F(Sentinels, AnotherPrimaryIsFollowed) {
    Player sentinel(io, "SENTINEL", names(primary));
    RedisPool pool(io, {}, options({&sentinel}));
    pool.start();
    EXPECT_TRUE(becomes(pool, true)) << pool.last_error();
    primary.say(list_of({"slave"}));
    replica.say(list_of({"master"}));
    sentinel.say(names(replica));
    EXPECT_TRUE(becomes(pool, false)) << "the connection to the one of before is dropped";
    EXPECT_TRUE(becomes(pool, true)) << pool.last_error();
    pool.stop();
}

}  // namespace
}  // namespace ventanilla::live
