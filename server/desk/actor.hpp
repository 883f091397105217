#pragma once
// Who gives a command.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "desk/hub.hpp"
#include "protocol/encode.hpp"
#include "protocol/words.hpp"
#include "store/live/types.hpp"

namespace ventanilla::desk {

struct VisitorActor {
    std::string id;
    std::string channel;
    std::string token_hash;
    MemberPtr member;  ///< the connection that asks; knows the visitor's name
};

struct AgentActor {
    live::AgentMeta agent;
    MemberPtr member;

    bool supervises() const { return agent.role == "supervisor" || agent.role == "admin"; }
};

protocol::From from(const VisitorActor& actor);
protocol::From from(const AgentActor& actor);

/// The entry that a message.send made: its sender has it by the reply.
struct Sent {
    std::int64_t seq = 0;
    protocol::Bytes frame;
};

/// What a command leads to: the reply first, then what everybody concerned is told.
struct Answer {
    protocol::Bytes reply;
    live::Events events = {};
    std::optional<Sent> sent = {};  ///< nothing where a message was stored before
    bool repeated = false;          ///< the chat was there already (chat.start)
};

}  // namespace ventanilla::desk
