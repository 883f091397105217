#pragma once
// What the tests of the live store share: a site of their own on a real Redis, servers on it, and short words for
// people who come, wait and talk.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "store/live/live_store.hpp"
#include "store/live/redis_pool.hpp"
#include "support/redis.hpp"

namespace ventanilla::live {

/// One server: its links, its store, and what other servers told it.
struct Node {
    Node(boost::asio::io_context& io, const std::string& socket, const std::string& site);

    RedisPool pool;
    LiveStore store;
    Events heard;
    int fenced = 0;
};

class LiveTest : public testing::Test {
protected:
    /// On the shared Redis, or on one of the test's own.
    explicit LiveTest(test::RedisServer& server = test::shared_redis());
    ~LiveTest() override;

    /// Runs the loop until the task is done. Throws what it threw.
    template <typename T>
    T wait(boost::asio::awaitable<T> task) {
        std::optional<T> result;
        std::exception_ptr thrown;
        boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T value) {
            thrown = error;
            result.emplace(std::move(value));
        });
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        io.restart();
        while (!result && std::chrono::steady_clock::now() < until) io.run_one_for(std::chrono::seconds(1));
        if (thrown) std::rethrow_exception(thrown);
        if (!result) throw std::runtime_error("the task does not end");
        return std::move(*result);
    }
    /// The same for what must succeed.
    template <typename T>
    T get(Task<T> task) {
        auto result = wait(std::move(task));
        if (!result) throw std::runtime_error("refused: " + std::string(protocol::to_string(result.error().code)));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }
    /// The code with which the task is refused; nothing if it succeeds.
    template <typename T>
    std::optional<protocol::Code> refusal(Task<T> task) {
        auto result = wait(std::move(task));
        return result ? std::nullopt : std::optional(result.error().code);
    }
    /// Waits until every link of a node is up: a command on one that is not is refused.
    void connect(Node& node);
    /// Lets messages of other servers come in.
    void listen(std::chrono::milliseconds time = std::chrono::milliseconds(100));

    /// Another server on the same site, started.
    std::unique_ptr<Node> new_node();
    /// Makes the changed `routing` known.
    void configure();
    /// Moves the logical clock and lets `live` sweep; leases of living servers do not lapse.
    Swept pass(std::int64_t seconds);

    std::string redis_key(const std::string& name) const { return "v:{" + site + "}:" + name; }
    std::string redis(std::vector<std::string> words) { return server.command(words); }

    // Agents
    AgentMeta agent(const std::string& id, std::vector<std::string> departments, int capacity = 1);
    /// With a console and online; returns what that brought about.
    Events online(const std::string& id, std::vector<std::string> departments, int capacity = 1);
    Events set_state(const std::string& id, const std::string& state) { return get(live.state_set(id, state)).events; }

    // Visitors
    std::string visitor(const std::string& name);
    StartChat start_of(const std::string& visitor, const std::string& department, const std::string& client_id = "s1");
    /// The chat of a new visitor who wants `department` of the channel `soporte`.
    std::string start(const std::string& department);
    ChatMeta chat(const std::string& id) { return get(live.chat(id)); }
    Append message(const std::string& chat, const std::string& role, const std::string& sender,
                   const std::string& client_id, const std::string& text = "hola");
    void close(const std::string& chat) { get(live.close(chat, "system", "", "solved")); }
    std::vector<nlohmann::json> log(const std::string& chat);
    /// "queued:new assigned closed" and the like.
    std::string story(const std::string& chat);
    std::vector<nlohmann::json> decisions(const std::string& chat);

    test::RedisServer& server;
    std::string site;
    boost::asio::io_context io;
    nlohmann::json routing;
    std::unique_ptr<Node> node;
    LiveStore& live;
    int count = 0;
};

/// "entry:queued assigned" and the like.
std::string kinds_of(const Events& events);

}  // namespace ventanilla::live
