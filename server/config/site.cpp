#include "config/site.hpp"

#include <algorithm>

namespace ventanilla::config {

std::string_view to_string(CaptchaMode mode) noexcept {
    switch (mode) {
        case CaptchaMode::code: return "code";
        case CaptchaMode::pow: return "pow";
        case CaptchaMode::both: return "both";
    }
    return "";
}

std::string_view to_string(Side side) noexcept {
    return side == Side::left ? "left" : "right";
}

std::string_view to_string(Assign assign) noexcept {
    return assign == Assign::automatic ? "auto" : "take";
}

std::string_view to_string(Ask ask) noexcept {
    switch (ask) {
        case Ask::message: return "message";
        case Ask::name: return "name";
        case Ask::email: return "email";
        case Ask::department: return "department";
    }
    return "";
}

bool Channel::asks(Ask what) const {
    return std::ranges::find(ask, what) != ask.end();
}

const Channel* Site::find_channel(std::string_view id) const {
    const auto found = std::ranges::find(channels, id, &Channel::id);
    return found == channels.end() ? nullptr : &*found;
}

const Department* Site::find_department(std::string_view id) const {
    const auto found = std::ranges::find(departments, id, &Department::id);
    return found == departments.end() ? nullptr : &*found;
}

std::vector<const Department*> Site::departments_of(std::string_view channel) const {
    std::vector<const Department*> found;
    if (channel.empty()) return found;
    for (const Department& department : departments)
        if (department.channel == channel) found.push_back(&department);
    return found;
}

tickets::Calendar Site::calendar(std::string_view hours_name) const {
    const auto found = hours.find(hours_name);
    if (found == hours.end()) return tickets::Calendar::always_open();
    return tickets::Calendar::make(found->second, timezone).value_or(tickets::Calendar::always_open());
}

}  // namespace ventanilla::config
