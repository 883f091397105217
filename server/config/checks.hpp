#pragma once
// The forms that values of the configuration and the command line may have. All take any bytes and never throw.

#include <cstddef>
#include <optional>
#include <string_view>

#include "tickets/calendar.hpp"

namespace ventanilla::config {

/// One form: what it admits, and how it is told to people ("expected " goes before it).
struct Form {
    bool (*admits)(std::string_view text);
    std::string_view name;
};

bool is_id(std::string_view text);
bool is_username(std::string_view text);
bool is_email(std::string_view text);

extern const Form id_form;             ///< 1 to 64 ASCII letters, digits, - and _
extern const Form department_id_form;  ///< the same, but not "any"
extern const Form line_form;           ///< one line, not blank, at most 200 characters
extern const Form text_form;           ///< lines, at most 2000 characters
extern const Form phone_form;
extern const Form color_form;
extern const Form locale_form;
extern const Form timezone_form;
extern const Form origin_form;
extern const Form public_url_form;
extern const Form network_form;
extern const Form host_port_form;
extern const Form contact_email_form;
extern const Form mailbox_form;
extern const Form media_type_form;
extern const Form smtp_form;
extern const Form lmtp_form;
extern const Form imap_form;
extern const Form mail_part_form;
extern const Form secret_form;
extern const Form name_form;  ///< a reference by name; whether it is there is checked later

/// Code points of valid UTF-8.
std::size_t code_points(std::string_view text);

/// "HH:MM-HH:MM" with from before to; 24:00 only as the end.
std::optional<tickets::Interval> parse_interval(std::string_view text);

/// "YYYY-MM-DD" of a real date.
std::optional<tickets::Date> parse_date(std::string_view text);

}  // namespace ventanilla::config
