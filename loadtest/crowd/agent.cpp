#include "loadtest/crowd/agent.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "loadtest/wire/clock.hpp"
#include "loadtest/wire/scan.hpp"

namespace ventanilla::load {

void Agent::say_hello() {
    online_ = false;
    ask({.what = Asked::What::hello}, "hello", fmt::format(R"(,"device":"carga-{}")", index()));
}

void Agent::set_state(std::string_view state) {
    ask({.number = state == "online" ? 1U : 0U, .what = Asked::What::state}, "state.set",
        fmt::format(R"(,"state":"{}")", state));
}

void Agent::close_chat(std::uint32_t chat) {
    ask({.chat = chat, .what = Asked::What::close}, "chat.close",
        fmt::format(R"(,"chat":"{}","outcome":"solved")", world_.checker.id(chat)));
}

void Agent::transfer(std::uint32_t chat) {
    ask({.chat = chat, .what = Asked::What::transfer}, "chat.transfer",
        fmt::format(R"(,"chat":"{}","to":{{"department":"{}"}},"note":"Sigue otra persona.")", world_.checker.id(chat),
                    world_.department));
    // What still comes of it belongs to the account of whoever gets it: that one reads the log from where this one is.
    let_go(chat);
}

void Agent::on_reply(const Asked& asked, const Incoming& in) {
    switch (asked.what) {
        case Asked::What::hello: take_welcome(in); break;
        case Asked::What::state:
            online_ = asked.number == 1;
            if (online_) world_.observer->agent_online(*this);
            break;
        case Asked::What::sync: take_log(asked.chat, in); break;
        default: break;
    }
}

void Agent::ask_again(const Asked& asked) {
    if (asked.what == Asked::What::state) set_state(asked.number == 1 ? "online" : "offline");
    if (asked.what == Asked::What::close) close_chat(asked.chat);
    if (asked.what == Asked::What::sync && readings_.contains(asked.chat)) read_log(asked.chat);
}

// Nobody could take the chat: it is still here.
void Agent::on_refused(const Asked& asked) {
    if (asked.what != Asked::What::transfer) return;
    chats_.push_back(asked.chat);
    world_.holder(asked.chat) = this;
    want_log(asked.chat);
    world_.observer->agent_assigned(*this, asked.chat);
}

void Agent::take_welcome(const Incoming& in) {
    welcome_ = true;
    world_.board.time(Timed::hello).record(now_ns() - opened_at_);
    readings_.clear();
    to_read_.clear();
    may_read_ = most_reads;
    while (!chats_.empty()) let_go(chats_.back());
    for (Elements chats(in.chats); chats.next();)
        if (is_ours(member(chats.value(), "visitor"))) hold(chats.value());
    say_again();
    world_.observer->agent_welcome(*this);
}

bool Agent::is_ours(std::string_view visitor) const {
    return text_of(member(visitor, "name")).ends_with(world_.tag);
}

// `chat` is a CHAT of the contract.
void Agent::hold(std::string_view chat) {
    const auto number = world_.checker.chat(text_of(member(chat, "id")));
    if (std::find(chats_.begin(), chats_.end(), number) == chats_.end()) chats_.push_back(number);
    world_.holder(number) = this;
    const auto last = static_cast<std::uint32_t>(number_of(member(chat, "last")));
    auto& view = world_.checker.row(number).view(Side::agent);
    if (last <= view.last) return;
    if (world_.agents_sync) {
        want_log(number);
    } else {
        view = {.last = last, .known = last, .top = last};
    }
}

void Agent::let_go(std::uint32_t chat) {
    readings_.erase(chat);
    if (world_.holder(chat) == this) world_.holder(chat) = nullptr;
    if (const auto found = std::find(chats_.begin(), chats_.end(), chat); found != chats_.end()) {
        *found = chats_.back();
        chats_.pop_back();
    }
}

void Agent::want_log(std::uint32_t chat) {
    readings_[chat];
    to_read_.push_back(chat);
    if (to_read_.size() == 1) world_.readers.push_back(this);
}

bool Agent::read_on(std::uint64_t now) {
    may_read_ = std::min(most_reads, may_read_ + 40 * static_cast<double>(now - counted_at_) / 1e9);
    counted_at_ = now;
    // A server that was held up counts what has come meanwhile as asked at once.
    for (; !to_read_.empty() && may_read_ >= 1 && unanswered() < most_unanswered; to_read_.pop_front()) {
        if (!readings_.contains(to_read_.front())) continue;
        may_read_ -= 1;
        read_log(to_read_.front());
    }
    return !to_read_.empty();
}

void Agent::read_log(std::uint32_t chat) {
    ask({.chat = chat, .what = Asked::What::sync}, "chat.sync",
        fmt::format(R"(,"chat":"{}","after":{})", world_.checker.id(chat),
                    world_.checker.row(chat).view(Side::agent).last));
}

void Agent::take_log(std::uint32_t chat, const Incoming& in) {
    const auto found = readings_.find(chat);
    if (found == readings_.end()) return;
    for (Elements entries(in.entries); entries.next();) take(chat, read_frame(entries.value()));
    const auto& view = world_.checker.row(chat).view(Side::agent);
    // A page may hold fewer than there are, never none while there are more.
    if (view.last < in.last) {
        to_read_.push_front(chat);
        if (to_read_.size() == 1) world_.readers.push_back(this);
        return;
    }
    const auto pushed = std::move(found->second.pushed);
    readings_.erase(found);
    for (const auto& frame : pushed)
        if (const auto entry = read_frame(frame); entry.seq > view.last) take(chat, entry);
}

void Agent::take(std::uint32_t chat, const Incoming& in) {
    if (take_entry(chat, in)) {
        world_.observer->agent_heard(*this, chat);
    } else if (in.kind == "closed") {
        let_go(chat);
        world_.observer->agent_closed(*this, chat);
    }
}

void Agent::on_event(const Incoming& in, std::string_view frame) {
    if (in.type == "entry") {
        const auto chat = world_.checker.chat(text_of(in.chat));  // also one that is none of ours: nobody holds it
        if (world_.holder(chat) != this) return;
        if (!readings_.empty()) {
            if (const auto found = readings_.find(chat); found != readings_.end()) {
                found->second.pushed.emplace_back(frame);
                return;
            }
        }
        take(chat, in);
    } else if (in.type == "chat.assigned") {
        if (!is_ours(in.visitor)) return;
        const auto chat = world_.checker.chat(text_of(member(in.chat, "id")));
        hold(in.chat);
        world_.board.add(Count::assigned);
        world_.observer->agent_assigned(*this, chat);
    } else if (in.type == "chat.revoked") {
        let_go(world_.checker.chat(text_of(in.chat)));
    }
}

}  // namespace ventanilla::load
