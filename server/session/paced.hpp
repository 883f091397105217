#pragma once
// message.send and chat.start within the rates of who sends them.

#include <string>
#include <utility>

#include "base/clock.hpp"
#include "session/sessions.hpp"

namespace ventanilla::session {

/// Sends for a visitor or an agent, counted over all connections of `doer`. A re-send does not count and is answered
/// whatever the rate; anything new beyond it is slow_down, whatever chat it names.
template <typename Actor>
desk::Task<desk::Answer> paced_send(Sessions& sessions, Actor actor, Doer doer, std::int64_t re,
                                    protocol::MessageSend message) {
    using protocol::Code;
    const auto excess = sessions.limits.messages.take(doer, steady_ms());
    auto answer = co_await desk::send_message(sessions.desk, std::move(actor), re, std::move(message), !excess);
    if (answer) {
        if (!excess && !answer->acknowledged) sessions.limits.messages.give_back(doer, steady_ms());
        co_return answer;
    }
    const auto code = answer.error().code;
    const bool is_new =
        code == Code::slow_down || code == Code::not_found || code == Code::not_assigned || code == Code::chat_closed;
    if (excess && is_new) answer.error() = sessions.limits.refuse(*excess);
    co_return answer;
}

/// Starts a chat for a visitor. What begins none (a repetition, a chat that is open already, a wrong field) does not
/// count; a new one beyond the rate is slow_down.
inline desk::Task<desk::Answer> paced_start(Sessions& sessions, desk::VisitorActor actor, Doer doer, std::int64_t re,
                                            protocol::ChatStart start) {
    using protocol::Code;
    const auto excess = sessions.limits.starts.take(doer, steady_ms());
    auto answer = co_await desk::start_chat(sessions.desk, std::move(actor), re, std::move(start), !excess);
    const bool counts = answer ? !answer->repeated : answer.error().code != Code::bad_field;
    if (!excess && !counts) sessions.limits.starts.give_back(doer, steady_ms());
    if (excess && !answer && answer.error().code == Code::slow_down) answer.error() = sessions.limits.refuse(*excess);
    co_return answer;
}

}  // namespace ventanilla::session
