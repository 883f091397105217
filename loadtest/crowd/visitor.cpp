#include "loadtest/crowd/visitor.hpp"

#include <fmt/format.h>

#include "loadtest/wire/clock.hpp"
#include "loadtest/wire/scan.hpp"

namespace ventanilla::load {

void Visitor::connect() {
    open("/ws/visitor", {});
}

void Visitor::forget() {
    vanish();
    token_.clear();
    state_ = Chat::none;
    starts_ = 0;
}

void Visitor::be_welcome() {
    welcome_ = true;
    world_.board.time(Timed::hello).record(now_ns() - opened_at_);
    world_.observer->visitor_welcome(*this);
}

void Visitor::say_hello() {
    if (world_.target.dialect == Dialect::bare) {
        be_welcome();
        return;
    }
    auto rest =
        fmt::format(R"(,"channel":"{}","locale":"es-MX","page":{{"url":"https://www.example.mx/","title":"Carga"}})",
                    world_.channel);
    if (!token_.empty()) rest += fmt::format(R"(,"token":"{}")", token_);
    if (state_ == Chat::waiting || state_ == Chat::assigned)
        rest += fmt::format(R"(,"resume":{{"chat":"{}","after":{}}})", world_.checker.id(chat_),
                            world_.checker.row(chat_).view(Side::visitor).last);
    ask({.what = Asked::What::hello}, "hello", rest);
}

void Visitor::start() {
    state_ = Chat::asked;
    started_at_ = now_ns();
    ask({.what = Asked::What::start}, "chat.start",
        fmt::format(
            R"(,"client_id":"s{}{}","department":"{}","name":"Visita {}{}","email":"v{}@example.mx","message":"Hola")",
            ++starts_, world_.tag, world_.department, index(), world_.tag, index()));
}

void Visitor::close_chat() {
    ask({.chat = chat_, .what = Asked::What::close}, "chat.close",
        fmt::format(R"(,"chat":"{}")", world_.checker.id(chat_)));
}

void Visitor::rate() {
    ask({.chat = chat_, .what = Asked::What::rate}, "chat.rate",
        fmt::format(R"(,"chat":"{}","score":5)", world_.checker.id(chat_)));
}

void Visitor::typing(bool on) {
    ask({}, "typing", fmt::format(R"(,"chat":"{}","on":{})", world_.checker.id(chat_), on));
}

void Visitor::on_reply(const Asked& asked, const Incoming& in) {
    const auto now = now_ns();
    switch (asked.what) {
        case Asked::What::hello:
            if (!in.token.empty()) token_ = in.token;
            welcome_ = true;
            world_.board.time(Timed::hello).record(now - opened_at_);
            if (state_ == Chat::waiting || state_ == Chat::assigned) {
                if (in.chat.empty() || in.chat == "null") {
                    world_.board.violations.add(
                        Wrong::lost,
                        fmt::format("{}: its visitor came back and the chat was gone", world_.checker.id(chat_)));
                } else {
                    world_.board.add(Count::resumed);
                }
                say_again();
            }
            world_.observer->visitor_welcome(*this);
            break;
        case Asked::What::start:
            world_.board.time(Timed::start).record(now - started_at_);
            begin(in);
            break;
        case Asked::What::close: take_closed(); break;
        default: break;
    }
}

void Visitor::ask_again(const Asked& asked) {
    if (asked.what == Asked::What::close) close_chat();
    if (asked.what != Asked::What::start) return;
    --starts_;  // the same client_id: if the store has it after all, it is the same chat
    start();
}

void Visitor::on_refused(const Asked& asked) {
    if (asked.what != Asked::What::start) return;
    state_ = Chat::closed;
    world_.observer->visitor_closed(*this);
}

void Visitor::begin(const Incoming& in) {
    chat_ = world_.checker.chat(text_of(member(in.chat, "id")));
    state_ = Chat::waiting;
    world_.board.add(Count::started);
    world_.observer->visitor_started(*this);
    if (text_of(member(in.chat, "status")) == "assigned") take_assigned();
}

void Visitor::take_assigned() {
    if (state_ != Chat::waiting) return;
    state_ = Chat::assigned;
    world_.board.time(Timed::wait).record(now_ns() - started_at_);
    world_.observer->visitor_assigned(*this);
}

void Visitor::take_closed() {
    // The entry comes after the reply; by then the visitor may have asked for the next chat.
    if (state_ != Chat::waiting && state_ != Chat::assigned) return;
    state_ = Chat::closed;
    world_.board.add(Count::closed);
    world_.observer->visitor_closed(*this);
}

void Visitor::on_event(const Incoming& in, std::string_view /*frame*/) {
    if (in.type != "entry") return;
    const auto chat = world_.checker.chat(text_of(in.chat));
    const bool heard = take_entry(chat, in);
    if (chat != chat_) return;
    if (heard) {
        world_.observer->visitor_heard(*this);
    } else if (in.kind == "assigned") {
        take_assigned();
    } else if (in.kind == "closed") {
        take_closed();
    }
}

}  // namespace ventanilla::load
