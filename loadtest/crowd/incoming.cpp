#include "loadtest/crowd/incoming.hpp"

#include "loadtest/wire/scan.hpp"

namespace ventanilla::load {

Incoming read_frame(std::string_view frame) noexcept {
    Incoming in;
    for (Members members(frame); members.next();) {
        const auto key = members.key();
        const auto value = members.value();
        if (key == "type")
            in.type = text_of(value);
        else if (key == "re") {
            in.re = number_of(value);
            in.is_reply = true;
        } else if (key == "seq")
            in.seq = number_of(value);
        else if (key == "chat")
            in.chat = value;
        else if (key == "kind")
            in.kind = text_of(value);
        else if (key == "visitor")
            in.visitor = value;
        else if (key == "from")
            in.from = value;
        else if (key == "text")
            in.text = text_of(value);
        else if (key == "client_id")
            in.client_id = text_of(value);
        else if (key == "code")
            in.code = text_of(value);
        else if (key == "message")
            in.message = text_of(value);
        else if (key == "last")
            in.last = number_of(value);
        else if (key == "entries")
            in.entries = value;
        else if (key == "chats")
            in.chats = value;
        else if (key == "channel")
            in.channel = value;
        else if (key == "token")
            in.token = text_of(value);
    }
    return in;
}

std::uint32_t message_number(std::string_view client_id, std::string_view tag) noexcept {
    if (client_id.empty() || client_id.front() != 'm' || !client_id.ends_with(tag)) return 0;
    return static_cast<std::uint32_t>(number_of(client_id.substr(1)));
}

}  // namespace ventanilla::load
