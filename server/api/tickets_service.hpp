#pragma once
// What the ticket endpoints and pages share beside the desk.

#include <cstdint>
#include <functional>
#include <string>

#include "api/address_limits.hpp"
#include "api/captcha_pool.hpp"
#include "api/repeats.hpp"
#include "ticketing/commands.hpp"

namespace ventanilla::api {

/// All of it outlives the router.
struct TicketsService {
    CaptchaPool& captchas;
    Repeats& repeats;
    AddressLimits& limits;
    /// As the configuration is now; commands keep the one that they began with.
    std::function<ticketing::PolicyPtr()> policy;
    /// The origin of links in answers, without a slash at the end.
    std::function<std::string()> public_url;
    /// Tells the consoles that a ticket is new or has changed; `before` is what it was, if it was there.
    std::function<void(const record::TicketRecord& now, const record::TicketRecord* before)> tell = {};
    /// Requesters who read their tickets.
    AddressLimit limits_of_reads{"ticket_read", 300, 600};
    std::uint64_t opened = 0;  ///< tickets, by form and by phone
    std::uint64_t wrong_captchas = 0;
};

}  // namespace ventanilla::api
