#pragma once
// How often strangers of one address may ask for what costs something. The counters lie in the live store, so they hold
// for all servers; while it is away nobody is refused, for a ticket needs only SQL.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "protocol/codes.hpp"
#include "store/live/live_store.hpp"

namespace ventanilla::api {

struct AddressLimit {
    const char* name;   ///< in the store and in metrics
    std::int64_t most;  ///< in a window that begins with the first
    std::int64_t window_s;
    std::uint64_t refused = 0;
};

/// The limits of one server, with how often each has refused: /metrics tells.
struct AddressLimits {
    AddressLimit captcha{"captcha", 300, 600};
    /// Tickets that were opened, and wrong answers to a challenge.
    AddressLimit tickets{"tickets", 300, 600};
    /// Messages of requesters.
    AddressLimit messages{"ticket_messages", 300, 600};
    /// Files, with those of POST /api/v1/files.
    AddressLimit uploads{"upload", 300, 600};
};

/// Counts this use and compares in one step, so that of many at once no more pass than may: slow_down beyond the limit.
boost::asio::awaitable<protocol::Result<void>> use_limit(live::LiveStore& live, AddressLimit& limit, std::string peer);

/// For what counts only if it turns out one way: gives back what `use_limit` counted.
boost::asio::awaitable<void> give_back(live::LiveStore& live, const AddressLimit& limit, std::string peer);

}  // namespace ventanilla::api
