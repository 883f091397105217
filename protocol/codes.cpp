#include "protocol/codes.hpp"

namespace ventanilla::protocol {

std::string_view to_string(Code code) noexcept {
    switch (code) {
        case Code::bad_json: return "bad_json";
        case Code::unknown_type: return "unknown_type";
        case Code::bad_field: return "bad_field";
        case Code::unauthenticated: return "unauthenticated";
        case Code::forbidden: return "forbidden";
        case Code::not_found: return "not_found";
        case Code::offline: return "offline";
        case Code::not_assigned: return "not_assigned";
        case Code::chat_closed: return "chat_closed";
        case Code::client_id_reuse: return "client_id_reuse";
        case Code::slow_down: return "slow_down";
        case Code::unavailable: return "unavailable";
    }
    return "unavailable";
}

}  // namespace ventanilla::protocol
