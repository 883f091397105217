#include "api/ticket_form.hpp"

#include "protocol/email.hpp"
#include "protocol/limits.hpp"
#include "protocol/text.hpp"
#include "tickets/rfc.hpp"

namespace ventanilla::api {
namespace {

namespace limits = protocol::limits;

// An answer to a proof of work is a few hundred bytes of base64; a code has six digits.
constexpr std::size_t kMostAnswer = 4096;
constexpr std::size_t kMostChallenge = 512;

std::string read_email(Form& form) {
    const auto typed = form.need_text("email", limits::email);
    if (typed.empty()) return {};
    if (auto email = protocol::parse_email(typed)) return *email;
    form.fail("email", "invalid");
    return {};
}

void read_rfc(Form& form, TicketForm& ticket) {
    const bool needed = ticket.channel == protocol::TicketChannel::form;
    const auto typed = needed ? form.need_text("rfc", limits::rfc) : form.text("rfc", limits::rfc);
    if (typed.empty()) return;
    const auto rfc = tickets::parse_rfc(typed);
    if (!rfc) {
        form.fail("rfc", "invalid");
        return;
    }
    ticket.rfc = rfc->text;
    ticket.rfc_check_digit_good = rfc->check_digit_good;
}

std::string read_subject(Form& form) {
    auto subject = form.need_text("subject", limits::subject);
    if (protocol::is_one_line(subject)) return subject;
    form.fail("subject", "invalid");
    return {};
}

std::string read_name(Form& form) {
    auto name = form.text("name", limits::name);
    if (protocol::is_one_line(name)) return name;
    form.fail("name", "invalid");
    return {};
}

std::string read_department(Form& form, const config::Site& site) {
    auto department = form.need_text("department", limits::id);
    if (department.empty() || site.find_department(department) != nullptr) return department;
    form.fail("department", "unknown");
    return {};
}

std::optional<CaptchaAnswer> read_captcha(Form& form, const nlohmann::json& body) {
    const auto found = body.find("captcha");
    if (found == body.end() || found->is_null()) {
        form.fail("captcha", "required");
        return std::nullopt;
    }
    if (!found->is_object()) {
        form.fail("captcha", "wrong_type");
        return std::nullopt;
    }
    CaptchaAnswer answer;
    for (const auto& [name, into, most] :
         {std::tuple("id", &answer.id, kMostChallenge), std::tuple("answer", &answer.answer, kMostAnswer)}) {
        const auto member = found->find(name);
        if (member == found->end() || member->is_null()) {
            form.fail("captcha", "required");
            return std::nullopt;
        }
        if (!member->is_string()) {
            form.fail("captcha", "wrong_type");
            return std::nullopt;
        }
        *into = member->get<std::string>();
        if (protocol::is_blank(*into)) {
            form.fail("captcha", "required");
            return std::nullopt;
        }
        if (into->size() > most) {
            form.fail("captcha", "wrong");
            return std::nullopt;
        }
    }
    return answer;
}

void read_channel(Form& form, TicketForm& ticket, bool by_agent) {
    const auto channel = form.word<protocol::TicketChannel>("channel", false);
    if (!channel) return;
    const bool known = *channel == protocol::TicketChannel::form || *channel == protocol::TicketChannel::phone;
    if (!known || (*channel == protocol::TicketChannel::phone && !by_agent)) {
        form.fail("channel", known ? "invalid" : "unknown");
        return;
    }
    ticket.channel = *channel;
}

}  // namespace

TicketForm read_ticket_form(Form& form, const nlohmann::json& body, const config::Site& site, bool by_agent) {
    TicketForm ticket;
    read_channel(form, ticket, by_agent);
    ticket.email = read_email(form);
    ticket.name = read_name(form);
    read_rfc(form, ticket);
    ticket.department = read_department(form, site);
    ticket.subject = read_subject(form);
    ticket.priority = form.word<protocol::TicketPriority>("priority", true).value_or(protocol::TicketPriority::normal);
    ticket.comments = form.text("comments", limits::comments);
    ticket.files = form.texts("files", kMostFiles, limits::id);
    if (form.has("chat")) ticket.chat = form.need_text("chat", limits::id);
    if (!by_agent) ticket.captcha = read_captcha(form, body);
    return ticket;
}

}  // namespace ventanilla::api
