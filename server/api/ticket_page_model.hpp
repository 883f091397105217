#pragma once
// What the pages of a ticket show, as data for their templates. Pure.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/page_model.hpp"
#include "captcha/captcha.hpp"
#include "config/site.hpp"
#include "ticketing/commands.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// What somebody typed into the form, as it came.
struct TypedTicket {
    std::string email = {};
    std::string rfc = {};
    std::string department = {};
    std::string subject = {};
    std::string priority = {};
    std::string comments = {};
};

/// The form around what was typed.
struct FormPage {
    TypedTicket typed = {};
    std::vector<web::FieldError> errors = {};
    std::string notice = {};                           ///< what went wrong with the whole of it
    std::optional<captcha::Challenge> challenge = {};  ///< nothing: the page cannot show one without a script
    std::string once = {};                             ///< the same form sent twice opens one ticket
    std::vector<record::FileRecord> kept = {};         ///< files that came before and are not attached yet
    std::string files_captcha = {};                    ///< the challenge that they were kept for
    bool to_captcha = false;                           ///< another code was asked for: go on there
};
nlohmann::json ticket_form_model(const config::Site& site, const nlohmann::json& words, const PageRequest& request,
                                 const FormPage& page);

/// A ticket's page for its requester.
struct TicketPage {
    std::string key = {};
    std::string public_url = {};
    std::string typed = {};  ///< an answer that could not be kept
    std::vector<record::FileRecord> kept = {};
    std::vector<web::FieldError> errors = {};
    std::string notice = {};
    std::string once = {};
};
nlohmann::json ticket_page_model(const config::Site& site, const nlohmann::json& words, const PageRequest& request,
                                 const ticketing::Whole& whole, const TicketPage& page);

/// What follows right after a ticket was sent: number, due times and the link.
nlohmann::json ticket_sent_model(const config::Site& site, const nlohmann::json& words, const PageRequest& request,
                                 const ticketing::Whole& whole, const TicketPage& page);

}  // namespace ventanilla::api
