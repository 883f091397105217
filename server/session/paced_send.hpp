#pragma once
// message.send within the sender's rate.

#include <string>
#include <utility>

#include "base/clock.hpp"
#include "session/sessions.hpp"

namespace ventanilla::session {

/// Sends for a visitor or an agent; `sender` is counted over all its connections. A re-send does not count and is answered
/// whatever the rate; anything new beyond it is slow_down, whatever chat it names.
template <typename Actor>
desk::Task<desk::Answer> paced_send(Sessions& sessions, Actor actor, std::string sender, std::int64_t re,
                                    protocol::MessageSend message) {
    using protocol::Code;
    auto& bucket = sessions.pace.of(sender, steady_ms());
    const bool paced = bucket.take(steady_ms());
    const auto wait_ms = bucket.wait_ms();
    auto answer = co_await desk::send_message(sessions.desk, std::move(actor), re, std::move(message), paced);
    if (answer) {
        // Looked up again: buckets move while the store is asked.
        if (paced && !answer->acknowledged) sessions.pace.of(sender, steady_ms()).give_back();
        co_return answer;
    }
    const auto code = answer.error().code;
    const bool is_new =
        code == Code::slow_down || code == Code::not_found || code == Code::not_assigned || code == Code::chat_closed;
    if (!paced && is_new) answer.error() = protocol::Error{Code::slow_down, {}, wait_ms};
    co_return answer;
}

}  // namespace ventanilla::session
