// message.send: nearly all that a busy server does, so a text that goes in at the first attempt begins no coroutine.

#include <exception>
#include <utility>

#include "base/clock.hpp"
#include "session/connection.hpp"

namespace ventanilla::session {

namespace asio = boost::asio;
using protocol::Code;

/// A text on its way to the live store.
template <typename R, typename H, typename A>
class Connection<R, H, A>::Text final : public live::Appending {
public:
    Text(std::shared_ptr<Connection> connection, std::int64_t re, live::Append append, std::optional<Excess> excess)
        : Appending(std::move(append)), re_(re), excess_(excess), connection_(std::move(connection)) {}

    void done(protocol::Result<live::Appended> result) noexcept override {
        try {
            connection_->text_done(*this, std::move(result));
        } catch (const std::exception& error) {
            connection_->fail(error);
        }
    }

    std::int64_t re() const noexcept { return re_; }
    const std::optional<Excess>& excess() const noexcept { return excess_; }

private:
    std::int64_t re_;
    std::optional<Excess> excess_;
    std::shared_ptr<Connection> connection_;
};

// A re-send does not count and is answered whatever the rate; anything new beyond it is slow_down, whatever chat it names.
template <typename R, typename H, typename A>
void Connection<R, H, A>::end_message(std::int64_t re, const std::string& chat, const std::optional<Excess>& excess,
                                      protocol::Result<desk::Answer> answer) {
    auto& limits = sessions_.limits;
    if (!answer) {
        const auto code = answer.error().code;
        const bool is_new = code == Code::slow_down || code == Code::not_found || code == Code::not_assigned ||
                            code == Code::chat_closed;
        refuse(re, excess && is_new ? limits.refuse(*excess) : answer.error());
    } else {
        push(answer->reply);
        if (answer->sent) desk().hub.entry(chat, answer->sent->seq, answer->sent->frame, member_);
        if (!excess && !answer->sent) limits.messages.give_back(doer_, steady_ms());
    }
    if (member_) desk().hub.sent(chat, member_);
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::send_text(std::int64_t re, protocol::MessageSend request) {
    busy_ = true;
    const auto excess = sessions_.limits.messages.take(doer_, steady_ms());
    desk().hub.sending(request.chat, member_);
    desk().live.append(std::make_unique<Text>(this->shared_from_this(), re,
                                              desk::text_append(actor_, std::move(request), !excess), excess));
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::text_done(Text& text, protocol::Result<live::Appended> result) {
    const auto& append = text.append();
    if (result) {
        auto answer = desk::answer_sent(desk(), member_, text.re(), append, *result);
        end_message(text.re(), append.chat, text.excess(), std::move(answer));
    } else if (const auto code = result.error().code; code == Code::not_found || code == Code::not_assigned) {
        // Only these may mean something else to one who asks about a chat that has left the live store.
        return spawn(text_refused(text.re(), text.take(), text.excess(), std::move(result.error())));
    } else {
        end_message(text.re(), append.chat, text.excess(), tl::unexpected(std::move(result.error())));
    }
    finished();
}

template <typename R, typename H, typename A>
asio::awaitable<void> Connection<R, H, A>::text_refused(std::int64_t re, live::Append append,
                                                        std::optional<Excess> excess, protocol::Error why) {
    auto answer = co_await desk::answer_unsent(desk(), actor_, re, append, why);
    end_message(re, append.chat, excess, std::move(answer));
}

template <typename R, typename H, typename A>
asio::awaitable<void> Connection<R, H, A>::handle_file(std::int64_t re, protocol::MessageSend request) {
    desk().hub.sending(request.chat, member_);
    const auto excess = sessions_.limits.messages.take(doer_, steady_ms());
    auto answer = co_await desk::send_file(desk(), actor_, re, request, !excess);
    end_message(re, request.chat, excess, std::move(answer));
}

template void
    Connection<protocol::VisitorRequest, protocol::Hello, desk::VisitorActor>::send_text(std::int64_t,
                                                                                         protocol::MessageSend);
template void
    Connection<protocol::AgentRequest, protocol::AgentHello, desk::AgentActor>::send_text(std::int64_t,
                                                                                          protocol::MessageSend);
template asio::awaitable<void>
    Connection<protocol::VisitorRequest, protocol::Hello, desk::VisitorActor>::handle_file(std::int64_t,
                                                                                           protocol::MessageSend);
template asio::awaitable<void>
    Connection<protocol::AgentRequest, protocol::AgentHello, desk::AgentActor>::handle_file(std::int64_t,
                                                                                            protocol::MessageSend);

}  // namespace ventanilla::session
