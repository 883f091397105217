#pragma once
// chat.start within the rate of who starts.

#include <string>
#include <utility>

#include "base/clock.hpp"
#include "session/sessions.hpp"

namespace ventanilla::session {

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
