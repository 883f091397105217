#include "api/ticket_query.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "desk/rights.hpp"
#include "protocol/limits.hpp"
#include "protocol/text.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;
using protocol::Result;

constexpr std::int64_t kPage = 50;
constexpr std::int64_t kMostPage = 200;
constexpr std::size_t kMostQuery = 200;
constexpr std::size_t kMostNumbers = 200;

/// A whole number in a parameter, within its bounds; `fallback` if it is left out.
Result<std::optional<std::int64_t>> number_of(const web::Request& request, std::string_view name, std::int64_t least,
                                              std::int64_t most) {
    const auto text = request.query_value(name);
    if (!text || text->empty()) return std::optional<std::int64_t>();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    const bool good = error == std::errc{} && end == text->data() + text->size() && value >= least && value <= most;
    if (!good) return protocol::fail(Code::bad_field, std::string(name));
    return value;
}

Result<std::vector<protocol::TicketState>> states_of(std::string_view list) {
    std::vector<protocol::TicketState> states;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const auto state = protocol::parse_word<protocol::TicketState>(list.substr(0, comma));
        if (!state) return protocol::fail(Code::bad_field, "state");
        states.push_back(*state);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return states;
}

Result<record::TicketQuery::Sort> sort_of(std::string_view word) {
    using Sort = record::TicketQuery::Sort;
    if (word.empty() || word == "newest") return Sort::newest;
    if (word == "due") return Sort::due;
    if (word == "updated") return Sort::updated;
    return protocol::fail(Code::bad_field, "sort");
}

/// Whose tickets: those of one's departments, or of the one that is named. One's own are one's own wherever they are.
Result<void> set_departments(record::TicketQuery& query, const std::string& wanted, const live::AgentMeta& agent,
                             const config::Site& site) {
    query.departments = desk::visible_departments(agent);
    const bool own = query.assignee == agent.id;
    if (own) query.departments.reset();
    if (wanted.empty()) return {};
    const auto& theirs = query.departments;
    const bool visible = !theirs || std::find(theirs->begin(), theirs->end(), wanted) != theirs->end();
    if (!visible || site.find_department(wanted) == nullptr) return protocol::fail(Code::not_found);
    query.departments = {wanted};
    return {};
}

std::optional<std::string> assignee_of(std::string_view wanted, const live::AgentMeta& agent) {
    if (wanted.empty()) return std::nullopt;
    if (wanted == "me") return agent.id;
    return std::string(wanted == "none" ? "" : wanted);
}

std::string text_of(const web::Request& request, std::string_view name) {
    return std::string(request.query_value(name).value_or(""));
}

}  // namespace

Result<record::TicketQuery> read_ticket_query(const web::Request& request, const live::AgentMeta& agent,
                                              const config::Site& site) {
    record::TicketQuery query;
    const auto limit = number_of(request, "limit", 1, kMostPage);
    if (!limit) return tl::unexpected(limit.error());
    query.limit = limit->value_or(kPage);
    auto states = states_of(text_of(request, "state"));
    if (!states) return tl::unexpected(states.error());
    query.states = std::move(*states);
    if (const auto priority = text_of(request, "priority"); !priority.empty()) {
        query.priority = protocol::parse_word<protocol::TicketPriority>(priority);
        if (!query.priority) return protocol::fail(Code::bad_field, "priority");
    }
    const auto due_before = number_of(request, "due_before", 0, protocol::limits::max_integer);
    if (!due_before) return tl::unexpected(due_before.error());
    query.due_before = *due_before;
    const auto sort = sort_of(text_of(request, "sort"));
    if (!sort) return tl::unexpected(sort.error());
    query.sort = *sort;
    query.q = text_of(request, "q");
    if (protocol::code_points(query.q) > kMostQuery) return protocol::fail(Code::bad_field, "q");
    query.cursor = text_of(request, "cursor");
    query.assignee = assignee_of(text_of(request, "assignee"), agent);
    if (auto email = text_of(request, "email"); !email.empty()) query.email = std::move(email);
    if (auto chat = text_of(request, "chat"); !chat.empty()) query.chat = std::move(chat);
    if (auto set = set_departments(query, text_of(request, "department"), agent, site); !set) {
        return tl::unexpected(set.error());
    }
    return query;
}

WantedChanges read_changes(Form& form, const nlohmann::json& body, const config::Site& site) {
    WantedChanges wanted;
    wanted.changes.state = form.word<protocol::TicketState>("state", false);
    wanted.changes.priority = form.word<protocol::TicketPriority>("priority", false);
    if (form.has("department")) {
        auto department = form.need_text("department", protocol::limits::id);
        if (!department.empty() && site.find_department(department) == nullptr) form.fail("department", "unknown");
        wanted.changes.department = std::move(department);
    }
    if (const auto assignee = body.find("assignee"); assignee != body.end()) {
        wanted.assignee.emplace();
        if (!assignee->is_null()) *wanted.assignee = form.need_text("assignee", protocol::limits::id);
    }
    return wanted;
}

std::vector<std::int64_t> read_numbers(Form& form, const nlohmann::json& body) {
    std::vector<std::int64_t> numbers;
    if (!body.contains("numbers")) form.fail("numbers", "required");
    for (const auto& text : form.texts("numbers", kMostNumbers, protocol::limits::id)) {
        const auto number = tickets::number_from(text);
        if (!number) {
            form.fail("numbers", "invalid");
            return {};
        }
        if (std::find(numbers.begin(), numbers.end(), *number) == numbers.end()) numbers.push_back(*number);
    }
    if (numbers.empty()) form.fail("numbers", "required");
    return numbers;
}

}  // namespace ventanilla::api
