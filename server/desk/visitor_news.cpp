#include "desk/visitor_news.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <spdlog/spdlog.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "desk/convert.hpp"
#include "desk/desk.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::desk {
namespace {

namespace asio = boost::asio;

// Redis does nothing else while it reads them: less than a millisecond.
constexpr std::size_t kAtOnce = 100;

using Chats = std::vector<std::pair<std::string, std::string>>;

Chats take_some(std::map<std::string, std::string>& changed) {
    Chats chats;
    while (!changed.empty() && chats.size() < kAtOnce) {
        auto node = changed.extract(changed.begin());
        chats.emplace_back(std::move(node.key()), std::move(node.mapped()));
    }
    return chats;
}

asio::awaitable<void> tell(Desk& desk, Chats chats) {
    std::vector<std::string> ids;
    ids.reserve(chats.size());
    for (const auto& [chat, visitor] : chats) ids.push_back(visitor);
    auto known = co_await desk.live.visitors(std::move(ids));
    if (!known) co_return;  // the store is away: told with the next change
    std::vector<std::string> found;
    found.reserve(known->size());
    for (const auto& visitor : *known) found.push_back(visitor.id);
    auto count = [found](record::Database& database) {
        return record::ChatRepository(database).counts_by_visitor(found);
    };
    const auto counts = co_await desk.record.run(std::move(count), kCountPatience);

    std::unordered_map<std::string, protocol::Visitor> visitors;
    for (std::size_t i = 0; i < known->size(); ++i) {
        const auto before = counts ? std::optional<std::int64_t>((*counts)[i]) : std::nullopt;
        visitors.emplace(found[i], to_wire((*known)[i], before));
    }
    for (const auto& [chat, id] : chats) {
        const auto visitor = visitors.find(id);
        if (visitor == visitors.end()) continue;
        desk.hub.tell(chat, Member::Kind::agent, protocol::visitor(chat, visitor->second),
                      [](const Member&) { return false; });
    }
}

asio::awaitable<void> tell_all(Desk& desk) {
    while (!desk.changed_visitors.empty()) {
        auto some = take_some(desk.changed_visitors);
        co_await tell(desk, std::move(some));
    }
    desk.telling_visitors = false;
}

}  // namespace

void tell_visitor(Desk& desk, const std::string& chat, const std::string& visitor) {
    if (!desk.hub.followed_by(chat, Member::Kind::agent)) return;
    desk.changed_visitors[chat] = visitor;
    if (std::exchange(desk.telling_visitors, true)) return;
    asio::co_spawn(desk.io, tell_all(desk), [&desk](std::exception_ptr failure) {
        if (!failure) return;
        desk.telling_visitors = false;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            spdlog::error("telling how visitors are failed: {}", error.what());
        }
    });
}

}  // namespace ventanilla::desk
