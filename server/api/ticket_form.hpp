#pragma once
// What a new ticket asks for (protocol.md 3.2). Pure: the same rules for the API and for the plain form.

#include <optional>
#include <string>
#include <vector>

#include "api/body.hpp"
#include "config/site.hpp"
#include "protocol/words.hpp"

namespace ventanilla::api {

/// Files of one ticket, message or challenge.
inline constexpr std::size_t kMostFiles = 5;

struct CaptchaAnswer {
    std::string id;
    std::string answer;
};

struct TicketForm {
    protocol::TicketChannel channel = protocol::TicketChannel::form;
    std::string email;
    std::string name;  ///< may be empty
    std::string rfc;   ///< as it is kept
    bool rfc_check_digit_good = true;
    std::string department;
    std::string subject;
    protocol::TicketPriority priority = protocol::TicketPriority::normal;
    std::string comments;
    std::vector<std::string> files;
    std::string chat;                      ///< the visitor's, that it is about; may be empty
    std::optional<CaptchaAnswer> captcha;  ///< nothing if it is not needed, or wrong in itself
};

/// Reads all fields; what is wrong is told to `form`. An agent needs no captcha, may say `"channel":"phone"` and leave out
/// the RFC of somebody who called.
TicketForm read_ticket_form(Form& form, const nlohmann::json& body, const config::Site& site, bool by_agent);

}  // namespace ventanilla::api
