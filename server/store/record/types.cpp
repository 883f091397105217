#include "store/record/types.hpp"

namespace ventanilla::record {

std::string_view to_string(Role role) noexcept {
    switch (role) {
        case Role::agent: return "agent";
        case Role::supervisor: return "supervisor";
        case Role::admin: return "admin";
    }
    return "agent";
}

std::optional<Role> role_from(std::string_view text) noexcept {
    for (const Role role : {Role::agent, Role::supervisor, Role::admin}) {
        if (to_string(role) == text) {
            return role;
        }
    }
    return std::nullopt;
}

}  // namespace ventanilla::record
