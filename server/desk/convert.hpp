#pragma once
// From what the stores answer to what the wire carries.

#include <optional>
#include <string>

#include "desk/actor.hpp"
#include "protocol/data.hpp"
#include "store/live/types.hpp"
#include "store/record/tickets.hpp"
#include "store/record/types.hpp"

namespace ventanilla::desk {

protocol::Chat to_wire(const live::ChatMeta& chat);
protocol::Visitor to_wire(const live::VisitorMeta& visitor, std::optional<std::int64_t> chats_before);
protocol::Queue to_wire(const live::QueueSnapshot& queue);
/// An agent in grace is shown with the state that comes back with the console.
protocol::AgentInfo to_wire(const live::AgentMeta& agent);
protocol::AgentSelf to_self(const live::AgentMeta& agent);
/// TICKET, for HTTP and the event alike.
protocol::Ticket to_wire(const record::TicketRecord& ticket);
/// One letter for the channel and for each department (open, closed, busy): the event `channel` is sent when it changes.
std::string states_of(const protocol::ChannelInfo& channel);
/// The state as agents see it; "grace" counts as online.
protocol::AgentState state_of(const live::AgentMeta& agent);

protocol::Note to_wire(const live::ArchiveNote& note);
protocol::Note to_wire(const record::NoteRecord& note);
/// A new note of the agent's with the finished event that tells of it.
live::NoteToKeep new_note(const AgentActor& actor, const std::string& chat, std::string text);

/// A past chat in the shape of a present one, so that one function decides about both.
live::ChatMeta to_meta(const record::ChatRecord& chat);
live::VisitorMeta to_visitor(const record::ChatRecord& chat);
record::ChatRecord to_record(const live::ArchiveChat& chat);

/// {"name","email","locale","page":{…},"fields":{…},"verified"} as the record store keeps it.
std::string visitor_json(const live::VisitorMeta& visitor);

}  // namespace ventanilla::desk
