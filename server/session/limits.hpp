#pragma once
// How often people may do what costs something, and how often each limit has refused. No I/O; the clock is an argument.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "config/site.hpp"
#include "protocol/codes.hpp"
#include "session/pace.hpp"

namespace ventanilla::session {

/// The limits that sessions hold people to.
enum class Limit : std::uint8_t {
    messages_per_sender,
    messages_per_address,
    messages_per_site,
    starts_per_visitor,
    starts_per_address,
    starts_per_site,
    visitors_per_address,
    visitors_per_site,
    sockets_per_visitor,
    requests_per_socket,
    count_,
};

/// A label for `limit`, e.g. "starts_per_address".
const char* to_string(Limit limit) noexcept;

/// Who does something. Visitors are strangers: their address and the whole site are counted too. An agent's `address` is
/// empty, and so is the `id` of a visitor who is not known yet.
struct Doer {
    std::string id = {};
    std::string address = {};  ///< web::limit_key
};

/// A limit that is used up, and for how long.
struct Excess {
    Limit limit;
    std::int64_t wait_ms;
};

/// One kind of act, counted by who does it, by address and by site.
class Quota {
public:
    struct Rate {
        double per_s;
        double burst;
    };
    /// `first` is the limit of one person; those of an address and of the site follow it.
    Quota(Limit first, Rate person, Rate address, Rate site);

    /// Takes one from each count; from none if one of them is used up.
    std::optional<Excess> take(const Doer& doer, std::int64_t now_ms);
    /// Gives back what `take` took: it did not count.
    void give_back(const Doer& doer, std::int64_t now_ms);

private:
    Limit first_;
    Pace of_person_;
    Pace of_address_;
    Bucket of_site_;
};

/// All of them, for the sessions of one server.
class Limits {
public:
    explicit Limits(const config::Limits& limits);

    /// Other limits from now on; all counts begin anew.
    void renew(const config::Limits& limits);

    /// Notes that a limit refused something. slow_down, and when to try again.
    protocol::Error refuse(const Excess& excess);
    std::uint64_t refused(Limit limit) const { return refused_.at(static_cast<std::size_t>(limit)); }

    Quota messages;
    Quota starts;    ///< of chats
    Quota visitors;  ///< new ones, each of whom gets a token

private:
    std::array<std::uint64_t, static_cast<std::size_t>(Limit::count_)> refused_{};
};

}  // namespace ventanilla::session
