// What happened, told to everybody concerned on this server.

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <spdlog/spdlog.h>

#include "desk/convert.hpp"
#include "desk/desk.hpp"
#include "desk/visitor_news.hpp"

namespace ventanilla::desk {
namespace {

namespace asio = boost::asio;

void spawn(Desk& desk, asio::awaitable<void> work) {
    asio::co_spawn(desk.io, std::move(work), [](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            spdlog::error("telling people of an event failed: {}", error.what());
        }
    });
}

/// Connections of the visitor that do not follow the chat yet: other tabs, when one of them has started it. They learn
/// the name that was given there, too.
asio::awaitable<void> adopt(Desk& desk, std::string chat, std::string visitor) {
    const auto known = co_await desk.live.visitor(visitor);
    for (const auto& member : desk.hub.connections(Member::Kind::visitor, visitor)) {
        if (known) {
            member->name = known->name;
            member->email = known->email;
            member->verified = known->verified;
        }
        if (desk.hub.follows(chat, member)) continue;
        desk.hub.expect(chat, member, Hub::Role::participant);
        auto meta = co_await desk.live.attach(chat);
        if (!meta || meta->channel != member->channel) {
            desk.hub.unexpect(chat, member);
            continue;
        }
        desk.hub.begin(chat, member, 0, meta->last);
    }
}

/// chat.assigned to the consoles that do not have the chat by their own request.
asio::awaitable<void> announce(Desk& desk, std::string chat, std::string agent) {
    std::vector<MemberPtr> consoles;
    for (const auto& member : desk.hub.connections(Member::Kind::agent, agent)) {
        if (desk.hub.participates(chat, member)) continue;
        desk.hub.expect(chat, member, Hub::Role::participant);
        consoles.push_back(member);
    }
    if (consoles.empty()) co_return;
    auto meta = co_await desk.live.attach(chat);
    protocol::Result<protocol::Visitor> visitor = protocol::fail(protocol::Code::not_found);
    if (meta && meta->agent == agent && meta->status == "assigned")
        visitor = co_await load_visitor(desk, meta->visitor);
    // What was noted before, for those who know the chat by this event alone.
    live::Task<std::vector<live::ArchiveNote>> noted = desk.live.notes(chat);
    const auto notes = co_await std::move(noted);
    for (const auto& member : consoles) {
        if (!desk.hub.participates(chat, member)) continue;  // revoked meanwhile
        if (!visitor) {  // passed on or closed meanwhile, or the store is away: compare_consoles tells
            desk.hub.unfollow_participant(chat, member);
            continue;
        }
        Hub::push(member, protocol::chat_assigned(to_wire(*meta), *visitor));
        desk.hub.begin(chat, member, meta->last, meta->last);
        if (!notes) continue;  // the store is away again: the console reads them with the chat
        for (const auto& note : *notes) Hub::push(member, protocol::note(chat, to_wire(note)));
    }
}

void revoke(Desk& desk, const live::Event& event) {
    const auto frame = protocol::chat_revoked(event.chat, event.reason);
    for (const auto& member : desk.hub.connections(Member::Kind::agent, event.agent)) {
        if (!desk.hub.participates(event.chat, member)) continue;
        Hub::push(member, frame);
        desk.hub.unfollow_participant(event.chat, member);
    }
}

void end_consoles(Desk& desk, const live::Event& event) {
    for (const auto& member : desk.hub.connections(Member::Kind::agent, event.agent)) {
        const auto recipient = member->recipient.lock();
        if (!recipient) continue;
        if (event.kind == live::Event::Kind::displaced) {
            if (member->device == event.reason && member->generation < event.seq) {
                recipient->end(protocol::Close::displaced, "displaced");
            }
        } else if (event.reason.empty() || event.reason == member->session_hash) {
            recipient->end(protocol::Close::bad_token, "signed out");
        }
    }
}

void pass_on(Desk& desk, const live::Event& event, const MemberPtr& origin) {
    std::optional<Member::Kind> kind;
    if (event.reason == "visitor") kind = Member::Kind::visitor;
    if (event.reason == "agents") kind = Member::Kind::agent;
    // The person who types is not told of it; a read mark is news to all but the connection that made it.
    const bool typing = event.entry_kind == "typing";
    const auto sender = event.sender.size() > 2 ? event.sender.substr(2) : std::string();
    desk.hub.tell(event.chat, kind, protocol::verbatim(event.frame), [&](const Member& member) {
        return (origin && &member == origin.get()) || (typing && member.person == sender);
    });
}

void tell_entry(Desk& desk, const live::Event& event) {
    desk.hub.entry(event.chat, event.seq, protocol::verbatim(event.frame), nullptr);
    if (event.entry_kind == "message") return;
    desk.board.touch();
    if (event.entry_kind == "queued") {
        desk.waiting.insert(event.chat);
        if (desk.hub.count(Member::Kind::visitor, event.visitor) > 0)
            spawn(desk, adopt(desk, event.chat, event.visitor));
    } else if (event.entry_kind == "assigned" || event.entry_kind == "closed") {
        desk.waiting.erase(event.chat);
    }
}

void tell_state(Desk& desk, const live::Event& event, const MemberPtr& origin) {
    desk.board.touch();
    const auto state = protocol::parse_word<protocol::AgentState>(event.reason);
    if (!state) return;
    for (const auto& member : desk.hub.connections(Member::Kind::agent, event.agent)) {
        if (member != origin) Hub::push(member, protocol::state(*state));
    }
}

}  // namespace

void dispatch(Desk& desk, live::Events events, const MemberPtr& origin) {
    using Kind = live::Event::Kind;
    for (const auto& event : events) {
        switch (event.kind) {
            case Kind::entry: tell_entry(desk, event); break;
            case Kind::assigned: spawn(desk, announce(desk, event.chat, event.agent)); break;
            case Kind::revoked: revoke(desk, event); break;
            case Kind::agent: tell_state(desk, event, origin); break;
            case Kind::displaced:
            case Kind::signed_out: end_consoles(desk, event); break;
            case Kind::visitor: tell_visitor(desk, event.chat, event.visitor); break;
            case Kind::ticket: tell_ticket_here(desk, event); break;
            case Kind::viewing: desk.viewing.heard(event); break;
            case Kind::ephemeral: pass_on(desk, event, origin); break;
        }
    }
}

}  // namespace ventanilla::desk
