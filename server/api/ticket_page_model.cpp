#include "api/ticket_page_model.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/template.hpp"
#include "api/ticket_form.hpp"
#include "api/ticket_views.hpp"
#include "tickets/describe.hpp"
#include "tickets/rfc.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::TicketState;

// The kinds of files that people know by another name than their media type.
constexpr auto file_kinds = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"image/png", "PNG"},
    {"image/jpeg", "JPG"},
    {"image/webp", "WebP"},
    {"image/gif", "GIF"},
    {"application/pdf", "PDF"},
    {"text/plain", "TXT"},
    {"text/xml", "XML"},
    {"application/zip", "ZIP"},
});

std::string filled(const json& words, std::string_view key, const json& values) {
    return render_plain(words.at(key).get_ref<const std::string&>(), values);
}

/// The messages for a field, or null. Of files[2] it stands at files.
json error_at(const std::vector<web::FieldError>& errors, std::string_view field) {
    std::string text;
    for (const auto& error : errors) {
        if (std::string_view(error.field).substr(0, error.field.find('[')) != field) continue;
        if (!text.empty()) text += ' ';
        text += error.message;
    }
    return text.empty() ? json(nullptr) : json(text);
}

json field(const std::vector<web::FieldError>& errors, std::string_view name, const std::string& value) {
    return {{"value", value}, {"error", error_at(errors, name)}};
}

/// What a field is called above it, or "".
std::string title_of(const json& words, const std::string& field) {
    return words.value(field == "text" ? "view_answer" : "form_" + field, "");
}

/// Links from the summary to the fields, by their names: far from a field, "this is needed" says too little. The captcha
/// is answered in a field of another name, if it is typed.
json summary(const json& words, const std::vector<web::FieldError>& errors, bool typed_captcha) {
    auto list = json::array();
    for (const auto& error : errors) {
        const auto name = error.field.substr(0, error.field.find('['));
        list.push_back({{"anchor", name == "captcha" && typed_captcha ? "captcha_answer" : name},
                        {"title", title_of(words, name)},
                        {"message", error.message}});
    }
    return list;
}

json departments(const config::Site& site, const std::string& chosen) {
    auto list = json::array();
    for (const auto& department : site.departments) {
        list.push_back({{"id", department.id}, {"name", department.name}, {"selected", department.id == chosen}});
    }
    return list;
}

json priorities(const json& words, const std::string& chosen) {
    auto list = json::array();
    for (const auto* id : {"low", "normal", "high", "urgent"}) {
        list.push_back({{"id", id},
                        {"name", words.at("form_priorities").at(id)},
                        {"selected", chosen.empty() ? std::string_view(id) == "normal" : id == chosen}});
    }
    return list;
}

json files_model(const config::Site& site, const json& words) {
    std::string accept;
    std::string kinds;
    for (const auto& type : site.files.types) {
        const auto known =
            std::find_if(file_kinds.begin(), file_kinds.end(), [&](const auto& kind) { return kind.first == type; });
        accept += (accept.empty() ? "" : ",") + type;
        kinds += (kinds.empty() ? "" : ", ") + std::string(known == file_kinds.end() ? type : known->second);
    }
    return {{"accept", accept},
            {"mib", site.files.max_mib},
            {"hint",
             filled(words, "form_files_hint", {{"most", kMostFiles}, {"mib", site.files.max_mib}, {"kinds", kinds}})}};
}

std::string file_size(std::int64_t bytes) {
    constexpr std::int64_t kKib = 1024;
    if (bytes < kKib * kKib) return std::to_string(std::max<std::int64_t>(1, (bytes + kKib - 1) / kKib)) + " KB";
    return std::to_string((bytes + kKib * kKib / 2) / (kKib * kKib)) + " MB";
}

/// Boxes that stay ticked unless somebody changes their mind about a file.
json kept_model(const std::vector<record::FileRecord>& files) {
    auto list = json::array();
    for (const auto& file : files) {
        list.push_back({{"id", file.id}, {"name", file.name}, {"size", file_size(file.size)}});
    }
    return list;
}

json captcha_model(const FormPage& page) {
    if (!page.challenge) return nullptr;
    return {{"image", page.challenge->image}, {"audio", page.challenge->audio}};
}

std::string when(std::int64_t at_ms, const config::Site& site, const PageRequest& request) {
    return tickets::format_date_time(at_ms, site.timezone, protocol::to_string(request.locale));
}

/// In words, and for the script that says how long it is until then.
json when_or_null(std::optional<std::int64_t> at_ms, const config::Site& site, const PageRequest& request) {
    if (!at_ms) return nullptr;
    return {{"ms", *at_ms}, {"when", when(*at_ms, site, request)}};
}

/// "?ticket=T-000123&key=…": what opens the files of this ticket.
std::string file_query(const std::string& number, const std::string& key) {
    return "?ticket=" + number + "&key=" + key;
}

json message_model(const json& message, const config::Site& site, const json& words, const PageRequest& request,
                   const std::string& query) {
    const auto& role = message.at("from").at("role").get_ref<const std::string&>();
    const auto& name = message.at("from").at("name").get_ref<const std::string&>();
    const bool mine = role == "requester";
    auto files = json::array();
    for (const auto& file : message.at("files")) {
        files.push_back({{"href", "/api/v1/files/" + file.at("id").get<std::string>() + query},
                         {"name", file.at("name")},
                         {"size", file_size(file.at("size").get<std::int64_t>())}});
    }
    return {{"event", message.at("kind") == "event"},
            {"side", mine ? "mine" : "theirs"},
            {"who", mine           ? words.at("view_you").get<std::string>()
                    : name.empty() ? site.name
                                   : name},
            {"when", when(message.at("at").get<std::int64_t>(), site, request)},
            {"text", message.at("text")},
            {"files", std::move(files)}};
}

/// The wait that is ahead of the requester, in words; "" if there is none.
std::string next_step(const record::TicketRecord& ticket, const config::Site& site, const json& words,
                      const PageRequest& request) {
    if (ticket.merged_into) return "";  // its one line says it
    const auto at = [&](std::string_view key, std::int64_t time) {
        return filled(words, key, {{"when", when(time, site, request)}});
    };
    switch (ticket.state) {
        case TicketState::open:
            if (!ticket.first_responded_at && ticket.first_response_due_at) {
                return at("view_next_answer", *ticket.first_response_due_at);
            }
            return ticket.resolution_due_at ? at("view_next_solution", *ticket.resolution_due_at) : "";
        case TicketState::pending:
            return ticket.closes_at ? at("view_next_closes", *ticket.closes_at)
                                    : words.at("view_next_pending").get<std::string>();
        case TicketState::solved: return words.at("view_next_solved");
        case TicketState::closed: break;
    }
    const bool late =
        tickets::after_requester(ticket.state, ticket.state_since, request.now_ms) == tickets::AfterRequester::follows;
    return words.at(late ? "view_next_follows" : "view_next_closed");
}

/// What both pages of one ticket show.
json ticket_model(const config::Site& site, const json& words, const PageRequest& request,
                  const ticketing::Whole& whole, const TicketPage& page) {
    const auto& ticket = whole.ticket;
    const auto* department = site.find_department(ticket.department);
    const auto state = std::string(protocol::to_string(ticket.state));
    const auto priority = std::string(protocol::to_string(ticket.priority));
    const auto number = tickets::number_text(ticket.number);
    const auto rfc = tickets::parse_rfc(ticket.rfc);
    return {{"number", number},
            {"path", ticket_url("", ticket.number, page.key)},
            {"url", ticket_url(page.public_url, ticket.number, page.key)},
            {"state", state},
            {"state_text", words.at("view_states").at(state)},
            {"subject", ticket.subject},
            {"email", ticket.email},
            {"rfc", ticket.rfc},
            {"department", department == nullptr ? ticket.department : department->name},
            {"priority", words.at("form_priorities").at(priority)},
            {"created", when(ticket.created_at, site, request)},
            {"first_due", when_or_null(ticket.first_response_due_at, site, request)},
            {"solved_due", when_or_null(ticket.resolution_due_at, site, request)},
            {"follows", ticket.follows ? json(tickets::number_text(*ticket.follows)) : json(nullptr)},
            {"next", next_step(ticket, site, words, request)},
            {"rfc_warning", rfc && !rfc->check_digit_good ? json(check_digit_words(request.locale)) : json(nullptr)}};
}

/// What the requester wrote in the form. The first message may be somebody else's: an agent's note, or what one took down
/// during a call.
std::string comments_of(const ticketing::Whole& whole) {
    if (whole.messages.empty()) return {};
    const auto& first = whole.messages.front();
    const bool theirs =
        first.kind == protocol::TicketMessageKind::comment && first.role == protocol::TicketRole::requester;
    return theirs ? first.text : std::string();
}

/// Links of a page with a key keep it; the other language is one of them. There is no chat on it: the widget would tell
/// the desk the address, and with it the key.
void keep_key(json& model, const PageRequest& request, const std::string& path) {
    const bool english = request.locale == protocol::Locale::en;
    const std::string lang = english ? "es" : "en";
    model["other"] = {{"lang", english ? "es-MX" : "en"},
                      {"label", english ? "Español" : "English"},
                      {"href", path + "&lang=" + lang}};
    model["action"] = path + (request.chosen ? std::string("&lang=") + (english ? "en" : "es") : "");
    model["has_chats"] = false;
}

}  // namespace

json ticket_form_model(const config::Site& site, const json& words, const PageRequest& request, const FormPage& page) {
    const auto& typed = page.typed;
    return {{"script", true},
            {"errors", summary(words, page.errors, page.challenge.has_value())},
            {"has_errors", !page.errors.empty()},
            {"notice", page.notice},
            {"email", field(page.errors, "email", typed.email)},
            {"rfc", field(page.errors, "rfc", typed.rfc)},
            {"subject", field(page.errors, "subject", typed.subject)},
            {"comments", field(page.errors, "comments", typed.comments)},
            {"department", field(page.errors, "department", typed.department)},
            {"priority", field(page.errors, "priority", typed.priority)},
            {"files_field", field(page.errors, "files", "")},
            {"captcha_field", field(page.errors, "captcha", "")},
            {"departments", departments(site, typed.department)},
            {"priorities", priorities(words, typed.priority)},
            {"files", files_model(site, words)},
            {"kept", kept_model(page.kept)},
            {"files_captcha", page.kept.empty() ? "" : page.files_captcha},
            {"captcha_mode", config::to_string(site.captcha)},
            {"captcha", captcha_model(page)},
            // Before the files, for whether they are kept depends on it.
            {"captcha_id", page.challenge ? page.challenge->id : std::string()},
            {"to_captcha", page.to_captcha},
            {"once", page.once},
            {"action",
             "/ticket" + (request.chosen ? "?lang=" + std::string(request.locale == protocol::Locale::en ? "en" : "es")
                                         : std::string())}};
}

json ticket_page_model(const config::Site& site, const json& words, const PageRequest& request,
                       const ticketing::Whole& whole, const TicketPage& page) {
    const auto view = ticket_view(whole, Reader::requester, site, request.locale);
    const auto query = file_query(tickets::number_text(whole.ticket.number), page.key);
    auto messages = json::array();
    for (const auto& message : view.at("messages")) {
        messages.push_back(message_model(message, site, words, request, query));
    }
    const bool over = whole.ticket.state == TicketState::solved || whole.ticket.state == TicketState::closed;
    auto ticket = ticket_model(site, words, request, whole, page);
    const auto path = ticket.at("path").get<std::string>();
    json model{{"script", true},
               {"page_title", tickets::number_text(whole.ticket.number) + " · " + whole.ticket.subject},
               {"ticket", std::move(ticket)},
               {"messages", std::move(messages)},
               {"can_answer", !whole.ticket.merged_into},
               {"can_solve", !over},
               {"errors", summary(words, page.errors, false)},
               {"has_errors", !page.errors.empty()},
               {"notice", page.notice},
               {"answer", field(page.errors, "text", page.typed)},
               {"files_field", field(page.errors, "files", "")},
               {"files", files_model(site, words)},
               {"kept", kept_model(page.kept)},
               {"once", page.once}};
    keep_key(model, request, path);
    return model;
}

json ticket_sent_model(const config::Site& site, const json& words, const PageRequest& request,
                       const ticketing::Whole& whole, const TicketPage& page) {
    auto ticket = ticket_model(site, words, request, whole, page);
    const auto path = ticket.at("path").get<std::string>();
    json model{{"script", true}, {"ticket", ticket}};
    model["sent_mail"] = filled(words, "sent_mail", {{"email", whole.ticket.email}});
    model["comments"] = comments_of(whole);
    keep_key(model, request, path + "&sent=1");
    model["action"] =
        path + (request.chosen ? std::string("&lang=") + (request.locale == protocol::Locale::en ? "en" : "es") : "");
    return model;
}

}  // namespace ventanilla::api
