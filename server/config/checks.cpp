#include "config/checks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <date/date.h>

#include "config/network.hpp"
#include "config/site.hpp"

namespace ventanilla::config {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_alnum(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_any_of(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

bool is_blank(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

bool is_line(std::string_view text) {
    return !is_blank(text) && std::ranges::none_of(text, is_control) && code_points(text) <= 200;
}

bool is_text(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return is_control(c) && c != '\n' && c != '\t'; }) &&
           code_points(text) <= 2000;
}

bool is_department_id(std::string_view text) {
    return is_id(text) && text != "any";
}

bool is_phone(std::string_view text) {
    return text.size() <= 40 && std::ranges::count_if(text, is_digit) >= 3 &&
           std::ranges::all_of(text, [](char c) { return is_digit(c) || is_any_of(c, "+ ()-.*#"); });
}

bool is_color(std::string_view text) {
    return text.size() == 7 && text.front() == '#' && std::ranges::all_of(text.substr(1), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

bool is_locale(std::string_view text) {
    return text == "es-MX" || text == "en";
}

bool is_origin(std::string_view text) {
    return parse_origin(text).has_value();
}

bool is_public_url(std::string_view text) {
    return text.empty() || is_origin(text);
}

bool is_network(std::string_view text) {
    return parse_network(text).has_value();
}

bool is_host_port(std::string_view text) {
    const auto parsed = parse_host_port(text);
    return parsed && parsed->port != 0;
}

bool is_contact_email(std::string_view text) {
    return text.empty() || is_email(text);
}

bool is_mailbox(std::string_view text) {
    if (text.empty()) return true;
    const auto open = text.find('<');
    if (open == std::string_view::npos) return is_email(text);
    return is_line(text) && text.ends_with('>') && !is_blank(text.substr(0, open)) &&
           is_email(text.substr(open + 1, text.size() - open - 2));
}

// The default is all of them.
bool is_media_type(std::string_view text) {
    const auto known = Files{}.types;
    return std::ranges::find(known, text) != known.end();
}

// scheme://[user[:password]@]host[:port][/path], without blanks.
bool is_url(std::string_view text, std::string_view scheme) {
    if (!text.starts_with(scheme) || text.size() > 2048) return false;
    if (std::ranges::any_of(text, [](char c) { return is_control(c) || c == ' '; })) return false;
    std::string_view authority = text.substr(scheme.size());
    authority = authority.substr(0, authority.find_first_of("/?#"));
    const auto at = authority.rfind('@');
    if (at != std::string_view::npos) authority.remove_prefix(at + 1);
    return parse_origin("http://" + std::string(authority)).has_value();
}

bool is_smtp(std::string_view text) {
    return text.empty() || is_url(text, "smtp://") || is_url(text, "smtps://");
}

bool is_lmtp(std::string_view text) {
    return text.empty() || is_host_port(text) ||
           (text.starts_with("unix:") && text.size() > 5 && std::ranges::none_of(text, is_control));
}

bool is_imap(std::string_view text) {
    return text.empty() || is_url(text, "imaps://") || is_url(text, "imap://");
}

bool is_mail_part(std::string_view text) {
    static constexpr std::array<std::string_view, 8> parts = {"subject", "rfc",  "company",     "phone",
                                                              "email",   "name", "description", "picture"};
    return std::ranges::find(parts, text) != parts.end();
}

bool is_secret(std::string_view text) {
    return text.size() <= 1024 && std::ranges::none_of(text, is_control);
}

bool is_name(std::string_view text) {
    return text.empty() || is_line(text);
}

std::optional<int> parse_digits(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    int value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc{} ? std::optional(value) : std::nullopt;
}

std::optional<int> parse_minutes(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hours = parse_digits(text.substr(0, 2));
    const auto minutes = parse_digits(text.substr(3));
    if (!hours || !minutes || *minutes > 59) return std::nullopt;
    const int total = *hours * 60 + *minutes;
    return total <= 1440 ? std::optional(total) : std::nullopt;
}

}  // namespace

const Form id_form = {is_id, "1 to 64 letters, digits, \"-\" or \"_\" of ASCII, a letter or digit first"};
const Form department_id_form = {
    is_department_id, "1 to 64 letters, digits, \"-\" or \"_\" of ASCII, a letter or digit first, and not \"any\""};
const Form line_form = {is_line, "one line of 1 to 200 characters"};
const Form text_form = {is_text, "a text of at most 2000 characters"};
const Form phone_form = {is_phone, "a phone number such as \"+52 222 699 6524\""};
const Form color_form = {is_color, "a colour such as \"#0b6e4f\""};
const Form locale_form = {is_locale, "\"es-MX\" or \"en\""};
const Form timezone_form = {tickets::zone_exists, "an IANA time zone such as \"America/Mexico_City\""};
const Form origin_form = {is_origin, "an origin such as \"https://www.example.mx\", without a path"};
const Form public_url_form = {is_public_url, "an origin such as \"https://desk.example.mx\", without a path, or \"\""};
const Form network_form = {is_network, "an address or a network such as \"10.0.0.0/8\""};
const Form host_port_form = {is_host_port, "HOST:PORT"};
const Form contact_email_form = {is_contact_email, "an e-mail address or \"\""};
const Form mailbox_form = {is_mailbox, "an e-mail address, alone or as \"Name <address>\", or \"\""};
const Form media_type_form = {is_media_type,
                              "a media type that is known by content: image/png, image/jpeg, image/webp, image/gif, "
                              "application/pdf, text/plain, text/xml or application/zip"};
const Form smtp_form = {is_smtp, "smtp://HOST[:PORT], smtps://HOST[:PORT] or \"\""};
const Form lmtp_form = {is_lmtp, "unix:PATH, HOST:PORT or \"\""};
const Form imap_form = {is_imap, "imaps://USER@HOST/MAILBOX, imap://USER@HOST/MAILBOX or \"\""};
const Form mail_part_form = {is_mail_part, "subject, rfc, company, phone, email, name, description or picture"};
const Form secret_form = {is_secret, "at most 1024 characters on one line"};
const Form name_form = {is_name, "a name"};

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && is_alnum(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

bool is_username(std::string_view text) {
    return !text.empty() && text.size() <= 64 && is_alnum(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_alnum(c) || is_any_of(c, "-_.@+"); });
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
    const std::string_view local = text.substr(0, at);
    const std::string_view domain = text.substr(at + 1);
    const auto is_atom = [](char c) {
        return is_alnum(c) || is_any_of(c, ".!#$%&'*+/=?^_`{|}~-") || static_cast<unsigned char>(c) >= 0x80;
    };
    const auto is_domain_char = [](char c) {
        return is_alnum(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
    };
    const auto has_empty_label = [](std::string_view part) {
        return part.empty() || part.front() == '.' || part.back() == '.' || part.find("..") != std::string_view::npos;
    };
    return std::ranges::all_of(local, is_atom) && std::ranges::all_of(domain, is_domain_char) &&
           !has_empty_label(local) && !has_empty_label(domain) && domain.find('.') != std::string_view::npos;
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::optional<tickets::Interval> parse_interval(std::string_view text) {
    if (text.size() != 11 || text[5] != '-') return std::nullopt;
    const auto from = parse_minutes(text.substr(0, 5));
    const auto to = parse_minutes(text.substr(6));
    if (!from || !to || *from >= *to) return std::nullopt;
    return tickets::Interval{*from, *to};
}

std::optional<tickets::Date> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = parse_digits(text.substr(0, 4));
    const auto month = parse_digits(text.substr(5, 2));
    const auto day = parse_digits(text.substr(8));
    if (!year || !month || !day) return std::nullopt;
    const date::year_month_day ymd{date::year{*year}, date::month{static_cast<unsigned>(*month)},
                                   date::day{static_cast<unsigned>(*day)}};
    return ymd.ok() ? std::optional(tickets::Date{*year, *month, *day}) : std::nullopt;
}

}  // namespace ventanilla::config
