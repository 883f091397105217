#include "app/durable_redis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
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
constexpr std::string_view kReplicas = "min-replicas-to-write";

/// The value of a CONFIG GET reply: [name, value].
std::string config_value(const live::RedisValue& reply) {
    const auto* pair = reply.array();
    if (pair == nullptr || pair->size() != 2) return "unreadable";
    const auto* value = (*pair)[1].text();
    return value == nullptr ? "unreadable" : *value;
}

int number_in(const std::string& text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::vector<std::vector<std::string>> durability_questions() {
    std::vector<std::vector<std::string>> questions{{"ROLE"}};
    for (const auto& wanted : kWanted) questions.push_back({"CONFIG", "GET", std::string(wanted.name)});
    questions.push_back({"CONFIG", "GET", std::string(kReplicas)});
    return questions;
}

std::string role_of(const live::RedisValue& answer) {
    const auto* words = answer.array();
    const auto* first = words != nullptr && !words->empty() ? words->front().text() : nullptr;
    return first == nullptr ? std::string() : *first;
}

std::vector<std::string> lossy_reasons(const live::RedisValue::Array& answers, const config::Store& store) {
    std::vector<std::string> reasons;
    for (std::size_t i = 0; i < kWanted.size(); ++i) {
        const auto value = config_value(answers.at(i + 1));
        if (value == kWanted[i].value) continue;
        reasons.push_back(fmt::format("{} is {}, not {}", kWanted[i].name, value, kWanted[i].value));
    }
    if (role_of(answers.at(0)) != "master") reasons.emplace_back(kNoPrimary);
    if (!store.sentinels.empty() && store.wait_replicas == 0) {
        reasons.emplace_back("it fails over automatically, and wait_replicas is 0");
    }
    // A primary that was cut off and does not know yet that it is none any more must not go on alone.
    const auto replicas = config_value(answers.at(kWanted.size() + 1));
    if (store.wait_replicas > 0 && number_in(replicas) < store.wait_replicas) {
        reasons.push_back(
            fmt::format("{} is {}, less than wait_replicas ({})", kReplicas, replicas, store.wait_replicas));
    }
    return reasons;
}

boost::asio::awaitable<protocol::Result<std::vector<std::string>>> lossy_reasons(live::RedisPool& pool,
                                                                                 config::Store store) {
    live::RedisValue::Array answers;
    for (auto& question : durability_questions()) {
        auto answer = co_await pool.command("durability", std::move(question));
        if (!answer) co_return tl::unexpected(answer.error());
        answers.push_back(std::move(*answer));
    }
    co_return lossy_reasons(answers, store);
}

live::Inspection inspection(config::Store store) {
    live::Inspection inspection;
    inspection.questions = durability_questions();
    inspection.objection = [store = std::move(store)](const live::RedisValue::Array& answers) -> std::string {
        const auto role = role_of(answers.at(0));
        if (!role.empty() && role != "master") return std::string(kNoPrimary) + " but a " + role;
        if (store.allow_lossy_redis) return {};
        const auto reasons = lossy_reasons(answers, store);
        return reasons.empty() ? std::string() : reasons.front();
    };
    return inspection;
}

}  // namespace ventanilla::app
