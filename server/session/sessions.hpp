#pragma once
// What all sessions of this server share, and how the web room makes one.

#include <memory>
#include <string>

#include "desk/desk.hpp"
#include "session/greetings.hpp"
#include "session/limits.hpp"
#include "web/socket.hpp"

namespace ventanilla::session {

struct Sessions {
    explicit Sessions(desk::Desk& the_desk) : desk(the_desk), limits(the_desk.site.limits), greetings(the_desk) {}

    desk::Desk& desk;
    Limits limits;
    Greetings greetings;
};

/// A visitor's socket that was accepted; `locale` is that of the request until hello says otherwise.
std::shared_ptr<web::SocketEvents> visitor_session(Sessions& sessions, protocol::Locale locale);

/// A console's socket; `agent` signed in with the session of that hash.
std::shared_ptr<web::SocketEvents> agent_session(Sessions& sessions, protocol::Locale locale, live::AgentMeta agent,
                                                 std::string session_hash);

}  // namespace ventanilla::session
