#include <algorithm>

#include "protocol/decode.hpp"

namespace ventanilla::protocol {

namespace {

constexpr std::string_view any = "any";

bool holds(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::optional<Error> check_start(const ChatStart& start, const StartRules& rules) {
    const auto missing = [&rules](std::string_view field, bool given) { return !given && holds(rules.ask, field); };

    const bool known_department = !start.department || holds(rules.departments, *start.department) ||
                                  (*start.department == any && rules.any_department);
    if (!known_department || missing("department", start.department.has_value())) {
        return Error{Code::bad_field, "department"};
    }
    if (missing("name", start.name.has_value())) {
        return Error{Code::bad_field, "name"};
    }
    if (missing("email", start.email.has_value())) {
        return Error{Code::bad_field, "email"};
    }
    if (missing("message", start.message.has_value())) {
        return Error{Code::bad_field, "message"};
    }
    return std::nullopt;
}

std::string start_department(const ChatStart& start, const StartRules& rules) {
    if (start.department) {
        return *start.department;
    }
    return rules.departments.size() == 1 ? rules.departments.front() : std::string(any);
}

}  // namespace ventanilla::protocol
