#include "loadtest/crowd/client.hpp"

#include <iterator>

#include <fmt/format.h>

#include "loadtest/wire/clock.hpp"
#include "loadtest/wire/scan.hpp"

namespace ventanilla::load {
namespace {

/// Where a frame is put together: every client of a process uses it in turn, so it is allocated once.
fmt::memory_buffer& frame_buffer() {
    static fmt::memory_buffer buffer;
    buffer.clear();
    return buffer;
}

std::string_view view(const fmt::memory_buffer& buffer) {
    return {buffer.data(), buffer.size()};
}

constexpr std::size_t stamp_digits = 20;

/// What the end of a socket counts as.
Count reason_of(int code) {
    if (code == Connection::not_now) return Count::refused;
    return code == 4513 ? Count::too_slow : Count::broken_off;
}

}  // namespace

void Client::open(std::string_view path, std::string_view bearer) {
    asked_.clear();
    answered_ = 0;
    next_id_ = 1;
    welcome_ = false;
    opened_at_ = now_ns();
    const bool socketio = world_.target.dialect == Dialect::socketio;
    connection_.open(socketio ? "/socket.io/?EIO=4&transport=websocket" : path, bearer, index_);
}

void Client::on_open() {
    world_.board.add(Count::connected);
    world_.board.add(Count::sockets);
    if (world_.target.dialect != Dialect::socketio) say_hello();
}

void Client::vanish() {
    if (connection_.is_open()) world_.board.add(Count::connected, -1);
    connection_.drop();
    forget_requests();
}

// What is not acknowledged by now must be sent again.
void Client::forget_requests() {
    for (auto i = answered_; i < asked_.size(); ++i)
        if (asked_[i].what == Asked::What::send) again_.push_back(asked_[i]);
    asked_.clear();
    answered_ = 0;
    welcome_ = false;
}

void Client::on_closed(int code, std::string_view why) {
    if (code >= 1000) world_.board.add(Count::connected, -1);
    world_.board.add(reason_of(code));
    if (code == 0 || code == 1002 || code == 1003 || (code >= 4400 && code < 4500))
        world_.board.give_up(fmt::format("a socket of {} ended with {}: {}",
                                         side_ == Side::visitor ? "a visitor" : "an agent", code, why));
    forget_requests();
    on_gone();
}

void Client::ask(Asked asked, std::string_view type, std::string_view rest) {
    asked.id = next_id_++;
    auto& buffer = frame_buffer();
    const bool socketio = world_.target.dialect == Dialect::socketio;
    if (socketio) fmt::format_to(std::back_inserter(buffer), "42{}[\"f\",", asked.id);
    fmt::format_to(std::back_inserter(buffer), R"({{"type":"{}","id":{}{}}})", type, asked.id, rest);
    if (socketio) buffer.push_back(']');
    asked_.push_back(asked);
    connection_.send(view(buffer));
}

void Client::send_message(std::uint32_t chat, std::uint32_t number, std::uint64_t intended) {
    static fmt::memory_buffer rest;
    rest.clear();
    fmt::format_to(std::back_inserter(rest), R"(,"chat":"{}","client_id":"m{}{}","text":"{:020} {}")",
                   world_.checker.id(chat), number, world_.tag, intended, world_.filler);
    ++unacked_;
    ask({.intended = intended, .chat = chat, .number = number, .what = Asked::What::send}, "message.send", view(rest));
}

void Client::say(std::uint32_t chat, std::uint64_t intended) {
    const auto number = world_.checker.sent(chat, side_);
    world_.board.add(Count::sent);
    if (!welcome_) {
        ++unacked_;
        again_.push_back({.intended = intended, .chat = chat, .number = number, .what = Asked::What::send});
        return;
    }
    send_message(chat, number, intended);
    const auto now = now_ns();
    world_.board.time(Timed::lag).record(now > intended ? now - intended : 0);
}

void Client::say_again() {
    std::vector<Asked> again;
    again.swap(again_);
    unacked_ -= again.size();
    for (const auto& message : again) send_message(message.chat, message.number, message.intended);
}

void Client::on_text(std::string_view text) {
    if (world_.target.dialect == Dialect::socketio) {
        take_socketio(text);
    } else {
        take_json(text);
    }
}

// engine.io 4: a digit for the packet, of which 4 is a message; then socket.io's own digit, an acknowledgement's number,
// and a JSON array.
void Client::take_socketio(std::string_view text) {
    if (text.empty()) return;
    if (text.front() == '0') {
        connection_.send(side_ == Side::visitor ? R"(40{"role":"visitor"})" : R"(40{"role":"agent"})");
    } else if (text.front() == '2') {
        connection_.send("3");
    } else if (text.substr(0, 2) == "40") {
        say_hello();
    } else if (text.substr(0, 2) == "42" || text.substr(0, 2) == "43") {
        const auto begin = text.find('{');
        const auto end = text.rfind(']');
        if (begin != std::string_view::npos && end != std::string_view::npos && begin < end)
            take_json(text.substr(begin, end - begin));
    }
}

void Client::take_json(std::string_view json) {
    const auto in = read_frame(json);
    if (in.is_reply) {
        take_reply(in);
    } else {
        on_event(in, json);
    }
}

Asked Client::first_asked() {
    const auto first = asked_[answered_++];
    if (answered_ == asked_.size()) {
        asked_.clear();
        answered_ = 0;
    } else if (answered_ > 1024 && answered_ > asked_.size() / 2) {
        asked_.erase(asked_.begin(), asked_.begin() + static_cast<std::ptrdiff_t>(answered_));
        answered_ = 0;
    }
    return first;
}

void Client::take_reply(const Incoming& in) {
    if (answered_ == asked_.size() || asked_[answered_].id != in.re) {
        world_.board.violations.add(Wrong::replies, fmt::format("a reply to request {} where {} was next: {} {}", in.re,
                                                                answered_ == asked_.size() ? 0 : asked_[answered_].id,
                                                                in.code, in.message));
        return;
    }
    const auto asked = first_asked();
    if (in.type == "error") {
        take_error(asked, in);
    } else if (asked.what == Asked::What::send) {
        acknowledge(asked, in);
    } else {
        on_reply(asked, in);
    }
}

void Client::acknowledge(const Asked& asked, const Incoming& in) {
    --unacked_;
    world_.board.add(Count::acked);
    world_.board.time(Timed::ack).record(now_ns() - asked.intended);
    world_.checker.acked(asked.chat, side_, asked.number, static_cast<std::uint32_t>(in.seq));
    on_acked();
}

// As a client must: nothing was acknowledged, so it is kept and sent again. A message that others of the same sender
// follow already would change places with them, so that ends the run.
bool Client::try_again(const Asked& asked, const Incoming& in) {
    using What = Asked::What;
    const bool alone = asked.what == What::send && unacked_ == 1;
    const bool repeatable =
        asked.what == What::start || asked.what == What::sync || asked.what == What::close || asked.what == What::state;
    if (in.code != "unavailable") return false;
    // The server closes the socket then, and who comes back says hello anew.
    if (asked.what == What::hello) return true;
    if (!alone && !repeatable) return false;
    world_.retries.push_back({now_ns() + 500 * ms_ns, this, asked});
    return true;
}

void Client::retry(const Asked& asked) {
    if (asked.what == Asked::What::send) {
        --unacked_;
        if (welcome_) {
            send_message(asked.chat, asked.number, asked.intended);
        } else {
            ++unacked_;
            again_.push_back(asked);
        }
    } else if (welcome_) {
        ask_again(asked);
    }
}

void Client::take_error(const Asked& asked, const Incoming& in) {
    world_.board.add(Count::refused);
    if (try_again(asked, in)) return;
    if (asked.what == Asked::What::send) --unacked_;
    if (in.code == "slow_down") {
        world_.board.add(Count::slow_down);
        world_.board.give_up(fmt::format(
            "the server says slow_down ({}): its limits are lower than this load. Start it with the [limits] of "
            "loadtest/load.toml, or use more visitors (a chat holds 5000 entries).",
            in.message));
    } else if (!world_.may_be_refused) {
        world_.board.give_up(fmt::format("request {} of {} was refused: {} ({})", asked.id,
                                         side_ == Side::visitor ? "a visitor" : "an agent", in.code, in.message));
    } else {
        on_refused(asked);
    }
}

bool Client::take_entry(std::uint32_t chat, const Incoming& in) {
    const auto seq = static_cast<std::uint32_t>(in.seq);
    const auto number = in.kind == "message" ? message_number(in.client_id, world_.tag) : 0;
    if (number == 0) {
        world_.checker.entry(chat, side_, seq);
        return false;
    }
    const auto speaker = text_of(member(in.from, "role")) == "agent" ? Side::agent : Side::visitor;
    world_.checker.message(chat, side_, seq, speaker, number);
    if (speaker == side_) return false;
    world_.board.add(Count::delivered);
    if (in.text.size() > stamp_digits)
        world_.board.time(Timed::delivery).record(now_ns() - number_of(in.text.substr(0, stamp_digits)));
    return true;
}

}  // namespace ventanilla::load
