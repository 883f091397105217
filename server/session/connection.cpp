#include "session/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <type_traits>
#include <utility>

#include "protocol/limits.hpp"
#include "web/address.hpp"

namespace ventanilla::session {
namespace {

namespace asio = boost::asio;
namespace limits = protocol::limits;
using protocol::Close;
using protocol::Code;

// So many requests may wait for their turn before the socket is no longer read.
constexpr std::size_t kInboxLimit = 64;
// A catch-up waits above this, so that live events keep their room in the out queue.
constexpr std::size_t kCongestedBytes = 64UL * 1024;

/// Whether a frame that could not be decoded meant to be a hello. Only looked at for refused frames.
bool says_hello(std::string_view text, Code code) {
    if (code == Code::bad_json) return false;
    const auto frame = nlohmann::json::parse(text, nullptr, false);
    if (!frame.is_object()) return false;
    const auto type = frame.find("type");
    return type != frame.end() && type->is_string() && type->get_ref<const std::string&>() == "hello";
}

}  // namespace

template <typename R, typename H, typename A>
Connection<R, H, A>::Connection(Sessions& sessions, protocol::Locale locale)
    : sessions_(sessions),
      locale_(locale),
      requests_(static_cast<double>(limits::requests_per_s), static_cast<double>(limits::request_burst), steady_ms()) {}

template <typename R, typename H, typename A>
void Connection<R, H, A>::on_open(std::shared_ptr<web::Socket> socket) {
    socket_ = std::move(socket);
    start_hello_clock();
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::start_hello_clock() {
    hello_clock_ = std::make_unique<asio::steady_timer>(desk().io, std::chrono::seconds(limits::hello_within_s));
    hello_clock_->async_wait([weak = this->weak_from_this()](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self) self->end(Close::bad_hello, "no hello in time");
    });
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::on_frame(std::string_view text) {
    if (ending_) return;
    auto decoded = decode(text, last_id_);
    if (!decoded) {
        const auto& refusal = decoded.error();
        if (refusal.re != 0) last_id_ = refusal.re;
        const bool broken = !member_ && says_hello(text, refusal.error.code);
        // What cannot be read costs as much as what can.
        enqueue({refusal.re, broken || requests_.take(steady_ms()) ? refusal.error : too_many(), broken});
        return;
    }
    last_id_ = decoded->id;
    const bool is_message = std::holds_alternative<protocol::MessageSend>(decoded->request);
    if (is_message || requests_.take(steady_ms())) {
        enqueue({decoded->id, std::move(decoded->request)});
    } else {
        enqueue({decoded->id, too_many()});
    }
}

template <typename R, typename H, typename A>
std::string Connection<R, H, A>::address() const {
    return socket_ ? web::limit_key(socket_->peer()) : std::string();
}

template <typename R, typename H, typename A>
protocol::Error Connection<R, H, A>::too_many() {
    return sessions_.limits.refuse({Limit::requests_per_socket, requests_.wait_ms()});
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::enqueue(Item item) {
    if (!busy_ && inbox_.empty()) return begin(std::move(item));
    inbox_.push_back(std::move(item));
    if (inbox_.size() >= kInboxLimit && !std::exchange(paused_, true)) socket_->pause();
}

template <typename R, typename H, typename A>
typename Connection<R, H, A>::Item Connection<R, H, A>::take_first() {
    auto item = std::move(inbox_.front());
    inbox_.pop_front();
    if (paused_ && inbox_.size() < kInboxLimit / 2) {
        paused_ = false;
        socket_->resume();
    }
    return item;
}

// One request after the other: until one of them has to wait.
template <typename R, typename H, typename A>
void Connection<R, H, A>::go_on() {
    if (std::exchange(going_on_, true)) return;
    while (!busy_ && !inbox_.empty() && !ending_) begin(take_first());
    going_on_ = false;
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::finished() {
    busy_ = false;
    go_on();
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::begin(Item item) {
    if (const auto* error = std::get_if<protocol::Error>(&item.what)) {
        refuse(item.re, *error);
        if (item.broken_hello) end(Close::bad_hello, "broken hello");
        return;
    }
    auto& request = std::get<R>(item.what);
    if (auto* hello = std::get_if<H>(&request)) {
        if (member_) return refuse(item.re, {Code::bad_field, "type"});  // said already on this connection
        spawn(handle_hello(item.re, std::move(*hello)));
    } else if (!member_) {
        refuse(item.re, {Code::unauthenticated});
    } else if (auto* message = std::get_if<protocol::MessageSend>(&request)) {
        if (message->text) return send_text(item.re, std::move(*message));
        spawn(handle_file(item.re, std::move(*message)));
    } else {
        spawn(handle_request(item.re, std::move(request)));
    }
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::spawn(asio::awaitable<void> work) {
    busy_ = true;
    asio::co_spawn(desk().io, std::move(work), [self = this->shared_from_this()](std::exception_ptr failure) {
        try {
            if (failure) std::rethrow_exception(failure);
            self->finished();  // begins what waits, which is no less to be caught
        } catch (const std::exception& error) {
            self->fail(error);
        }
    });
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::fail(const std::exception& error) {
    spdlog::error("a session failed: {}", error.what());
    end(Close::server_failed, "internal error");
}

template <typename R, typename H, typename A>
asio::awaitable<void> Connection<R, H, A>::handle_hello(std::int64_t re, H hello) {
    hello_clock_.reset();  // it came in time, however long the stores take
    greeting_ = true;
    const auto incarnation = desk().live.incarnation();
    auto greeting = co_await greet(re, std::move(hello));
    greeting_ = false;
    // Registered anew meanwhile: the store knows this connection under a server that is no more.
    if (incarnation != desk().live.incarnation()) end(Close::restart, "restarting");
    const auto held = std::exchange(held_, {});
    if (!greeting) {
        refuse(re, greeting.error().error);
        end(greeting.error().close, "hello refused");
        co_return;
    }
    if (gone_) {  // the peer left meanwhile, and on_gone left the rest to us
        farewell();
    } else {
        push(greeting->reply);
        for (const auto& frame : held) push(frame);
    }
    desk::dispatch(desk(), std::move(greeting->events), member_);
}

template <typename R, typename H, typename A>
asio::awaitable<void> Connection<R, H, A>::handle_request(std::int64_t re, R request) {
    auto answer = co_await carry_out(re, std::move(request));
    give(re, std::move(answer));
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::give(std::int64_t re, protocol::Result<desk::Answer> answer) {
    if (!answer) return refuse(re, answer.error());
    push(answer->reply);
    desk::dispatch(desk(), std::move(answer->events), member_);
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::refuse(std::int64_t re, const protocol::Error& error) {
    constexpr bool agent = std::is_same_v<R, protocol::AgentRequest>;
    push(protocol::error(re, error, locale_, agent ? protocol::Role::agent : protocol::Role::visitor));
    if (error.code == Code::slow_down &&
        refusals_.add(steady_ms(), limits::abuse_refusals, limits::abuse_window_s * 1000)) {
        end(Close::abuse, "too many requests");
    }
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::on_drain() {
    if (member_) desk().hub.drained(member_);
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::on_gone() {
    gone_ = true;
    ending_ = true;
    hello_clock_.reset();
    inbox_.clear();
    if (member_ && !greeting_) farewell();
    socket_.reset();
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::push(const protocol::Bytes& frame) {
    if (greeting_) {
        held_.push_back(frame);
    } else if (socket_) {
        socket_->send(frame);
    }
}

template <typename R, typename H, typename A>
bool Connection<R, H, A>::congested() const {
    return socket_ && socket_->queued_bytes() > kCongestedBytes;
}

template <typename R, typename H, typename A>
void Connection<R, H, A>::end(protocol::Close code, std::string_view reason) {
    ending_ = true;
    if (socket_) socket_->close(code, reason);
}

template class Connection<protocol::VisitorRequest, protocol::Hello, desk::VisitorActor>;
template class Connection<protocol::AgentRequest, protocol::AgentHello, desk::AgentActor>;

}  // namespace ventanilla::session
