#include "session/limits.hpp"

#include "base/clock.hpp"

namespace ventanilla::session {
namespace {

Quota::Rate per_second(int count, int burst) {
    return {static_cast<double>(count), static_cast<double>(burst)};
}

/// Strangers of one address come in crowds: what they may do in a minute they may do at once.
Quota::Rate per_minute(int count) {
    return {static_cast<double>(count) / 60.0, static_cast<double>(count)};
}

/// As many in a second as that, and those of two seconds at once.
Quota::Rate per_second(int count) {
    return {static_cast<double>(count), 2.0 * static_cast<double>(count)};
}

Limit after(Limit limit, int by) {
    return static_cast<Limit>(static_cast<int>(limit) + by);
}

}  // namespace

const char* to_string(Limit limit) noexcept {
    switch (limit) {
        case Limit::messages_per_sender: return "messages_per_sender";
        case Limit::messages_per_address: return "messages_per_address";
        case Limit::messages_per_site: return "messages_per_site";
        case Limit::starts_per_visitor: return "starts_per_visitor";
        case Limit::starts_per_address: return "starts_per_address";
        case Limit::starts_per_site: return "starts_per_site";
        case Limit::visitors_per_address: return "visitors_per_address";
        case Limit::visitors_per_site: return "visitors_per_site";
        case Limit::sockets_per_visitor: return "sockets_per_visitor";
        case Limit::requests_per_socket: return "requests_per_socket";
        case Limit::count_: break;
    }
    return "other";
}

Quota::Quota(Limit first, Rate person, Rate address, Rate site)
    : first_(first),
      of_person_(person.per_s, person.burst),
      of_address_(address.per_s, address.burst),
      of_site_(site.per_s, site.burst, steady_ms()) {}

std::optional<Excess> Quota::take(const Doer& doer, std::int64_t now_ms) {
    Bucket* person = doer.id.empty() ? nullptr : &of_person_.of(doer.id, now_ms);
    if (person != nullptr && !person->take(now_ms)) return Excess{first_, person->wait_ms()};
    if (doer.address.empty()) return std::nullopt;
    auto& address = of_address_.of(doer.address, now_ms);
    if (!address.take(now_ms)) {
        if (person != nullptr) person->give_back();
        return Excess{after(first_, 1), address.wait_ms()};
    }
    if (!of_site_.take(now_ms)) {
        if (person != nullptr) person->give_back();
        address.give_back();
        return Excess{after(first_, 2), of_site_.wait_ms()};
    }
    return std::nullopt;
}

void Quota::give_back(const Doer& doer, std::int64_t now_ms) {
    if (!doer.id.empty()) of_person_.of(doer.id, now_ms).give_back();
    if (doer.address.empty()) return;
    of_address_.of(doer.address, now_ms).give_back();
    of_site_.give_back();
}

Limits::Limits(const config::Limits& limits)
    : messages(Limit::messages_per_sender, per_second(limits.messages_per_s, limits.message_burst),
               per_second(limits.messages_per_address), per_second(limits.messages_per_site)),
      // A start says something, like a message; it has a count of its own, so that a chat begins with a full burst.
      starts(Limit::starts_per_visitor, per_second(limits.messages_per_s, limits.message_burst),
             per_minute(limits.starts_per_address), per_minute(limits.starts_per_site)),
      // Nobody is counted as a person before there is one: the first of the three is never used.
      visitors(after(Limit::visitors_per_address, -1), {1, 1}, per_minute(limits.visitors_per_address),
               per_minute(limits.visitors_per_site)) {}

void Limits::renew(const config::Limits& limits) {
    Limits fresh(limits);
    fresh.refused_ = refused_;
    *this = std::move(fresh);
}

protocol::Error Limits::refuse(const Excess& excess) {
    ++refused_.at(static_cast<std::size_t>(excess.limit));
    return {protocol::Code::slow_down, {}, excess.wait_ms};
}

}  // namespace ventanilla::session
