#include "app/durable_redis.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace ventanilla::app {
namespace {

struct Wanted {
    std::string_view name;
    std::string_view value;
};
constexpr std::array<Wanted, 4> kWanted{{{"appendonly", "yes"},
                                         {"appendfsync", "always"},
                                         {"no-appendfsync-on-rewrite", "no"},
                                         {"maxmemory-policy", "noeviction"}}};

/// The value of a CONFIG GET reply: [name, value].
std::string config_value(const live::RedisValue& reply) {
    const auto* pair = reply.array();
    if (pair == nullptr || pair->size() != 2) return "unreadable";
    const auto* value = (*pair)[1].text();
    return value == nullptr ? "unreadable" : *value;
}

}  // namespace

boost::asio::awaitable<protocol::Result<std::vector<std::string>>> lossy_reasons(live::RedisPool& pool) {
    std::vector<std::string> reasons;
    for (const auto& wanted : kWanted) {
        std::vector<std::string> get{"CONFIG", "GET", std::string(wanted.name)};
        auto reply = co_await pool.command("durability", std::move(get));
        if (!reply) co_return tl::unexpected(reply.error());
        const auto value = config_value(*reply);
        if (value != wanted.value) {
            reasons.push_back(std::string(wanted.name) + " is " + value + ", not " + std::string(wanted.value));
        }
    }
    std::vector<std::string> ask_role{"ROLE"};
    auto role = co_await pool.command("durability", std::move(ask_role));
    if (!role) co_return tl::unexpected(role.error());
    const auto* words = role->array();
    const auto* first = words != nullptr && !words->empty() ? words->front().text() : nullptr;
    if (first == nullptr || *first != "master") reasons.emplace_back("it is not a primary");
    co_return reasons;
}

}  // namespace ventanilla::app
