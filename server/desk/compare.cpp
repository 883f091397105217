// News between servers may be lost. Here the consoles of this server are compared with what the live store says: who has
// which chat, and whose session is still good.

#include <algorithm>
#include <set>

#include "desk/desk.hpp"

namespace ventanilla::desk {
namespace {

namespace asio = boost::asio;
using Kind = live::Event::Kind;

live::Event about(Kind kind, const std::string& chat, const std::string& agent, std::string reason = {}) {
    live::Event event;
    event.kind = kind;
    event.chat = chat;
    event.agent = agent;
    event.reason = std::move(reason);
    return event;
}

/// Why the agent does not hold the chat; nothing if it does, or if the store is away.
std::optional<std::string> lost_because(const protocol::Result<live::ChatMeta>& now, const std::string& agent) {
    if (!now)
        return now.error().code == protocol::Code::not_found ? std::optional<std::string>("closed") : std::nullopt;
    if (now->status == "closed") return "closed";
    if (now->status == "queued") return "agent_lost";
    return now->agent == agent ? std::nullopt : std::optional<std::string>("transferred");
}

asio::awaitable<void> compare_chats(Desk& desk, std::string agent) {
    live::OpenQuery query;
    query.departments.emplace();
    query.agent = agent;
    const auto held = co_await desk.live.open_chats(std::move(query));
    if (!held) co_return;
    std::set<std::string> shown;
    for (const auto& member : desk.hub.connections(Member::Kind::agent, agent)) {
        for (auto& chat : desk.hub.participated(member)) shown.insert(std::move(chat));
    }
    live::Events events;
    for (const auto& chat : *held) {
        shown.erase(chat.meta.id);
        events.push_back(about(Kind::assigned, chat.meta.id, agent));  // skips the consoles that have it
    }
    for (const auto& chat : shown) {
        // Asked again: it may have been assigned since the list was made.
        const auto now = co_await desk.live.chat(chat);
        if (auto reason = lost_because(now, agent)) {
            events.push_back(about(Kind::revoked, chat, agent, std::move(*reason)));
        }
    }
    dispatch(desk, std::move(events));
}

}  // namespace

asio::awaitable<void> compare_consoles(Desk& desk) {
    std::set<std::string> agents;
    std::vector<MemberPtr> consoles;
    desk.hub.each(Member::Kind::agent, [&](const MemberPtr& member) {
        agents.insert(member->person);
        consoles.push_back(member);
    });
    for (const auto& agent : agents) co_await compare_chats(desk, agent);
    for (const auto& console : consoles) {
        const auto session = co_await desk.live.session_check(console->session_hash, wall_clock_ms());
        if (session || session.error().code != protocol::Code::unauthenticated) continue;
        if (const auto recipient = console->recipient.lock()) recipient->end(protocol::Close::bad_token, "signed out");
    }
}

}  // namespace ventanilla::desk
