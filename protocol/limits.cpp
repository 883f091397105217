#include "protocol/limits.hpp"

namespace ventanilla::protocol {

nlohmann::json limits_json(std::int64_t messages_per_s, std::int64_t message_burst, std::int64_t sockets_per_visitor) {
    return {
        {"frame_bytes", limits::frame_bytes},
        {"text", limits::text},
        {"name", limits::name},
        {"email", limits::email},
        {"comments", limits::comments},
        {"nesting", limits::nesting},
        {"sockets", sockets_per_visitor},
        {"messages_per_s", messages_per_s},
        {"message_burst", message_burst},
    };
}

}  // namespace ventanilla::protocol
