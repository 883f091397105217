#include "protocol/decode.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "protocol/field_reader.hpp"
#include "protocol/json_scan.hpp"
#include "protocol/read_requests.hpp"
#include "protocol/scan_message.hpp"
#include "protocol/text.hpp"

namespace ventanilla::protocol {

namespace {

using nlohmann::json;

// Longest name of a field that an answer repeats: an unknown one may be as long as the frame.
constexpr std::size_t named_field = 200;
// What stands for a character that a name must not hold, and for a name of nothing: `field` is never empty.
constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The name of the first string anywhere below `value` that holds U+0000, as "a.b". Depth is limited by scan_json.
std::optional<std::string> field_with_nul(const json& value, const std::string& path) {
    if (const auto* text = value.get_ptr<const std::string*>()) {
        return text->find('\0') == std::string::npos ? std::nullopt : std::optional(path);
    }
    if (!value.is_structured()) {
        return std::nullopt;
    }
    for (const auto& [key, child] : value.items()) {
        std::string name = path;
        if (value.is_object()) {
            if (!name.empty()) name += '.';
            name += key.empty() ? replacement : std::string_view(key);
        }
        if (name.find('\0') != std::string::npos) {
            std::string shown;
            for (const char c : name) {
                shown += c == '\0' ? replacement : std::string_view(&c, 1);
            }
            return shown;
        }
        if (auto found = field_with_nul(child, name)) {
            return found;
        }
    }
    return std::nullopt;
}

template <typename Request>
using Reader = Request (*)(FieldReader&);

template <typename Request>
struct Kind {
    std::string_view type;
    Reader<Request> read;
};

// Wraps a reader of one struct into a reader of the variant.
template <typename Request, auto read>
Request as(FieldReader& reader) {
    return read(reader);
}

constexpr auto visitor_kinds = std::to_array<Kind<VisitorRequest>>({
    {"hello", as<VisitorRequest, read_hello>},
    {"chat.start", as<VisitorRequest, read_chat_start>},
    {"message.send", as<VisitorRequest, read_message_send>},
    {"typing", as<VisitorRequest, read_typing>},
    {"read", as<VisitorRequest, read_read>},
    {"chat.sync", as<VisitorRequest, read_chat_sync>},
    {"chat.close", as<VisitorRequest, read_chat_close>},
    {"chat.rate", as<VisitorRequest, read_chat_rate>},
    {"chat.transcript", as<VisitorRequest, read_chat_transcript>},
    {"page", as<VisitorRequest, read_page>},
});

constexpr auto agent_kinds = std::to_array<Kind<AgentRequest>>({
    {"hello", as<AgentRequest, read_agent_hello>},
    {"state.set", as<AgentRequest, read_state_set>},
    {"chat.take", as<AgentRequest, read_chat_take>},
    {"message.send", as<AgentRequest, read_message_send>},
    {"typing", as<AgentRequest, read_typing>},
    {"read", as<AgentRequest, read_read>},
    {"chat.sync", as<AgentRequest, read_chat_sync>},
    {"chat.note", as<AgentRequest, read_chat_note>},
    {"chat.transfer", as<AgentRequest, read_chat_transfer>},
    {"chat.close", as<AgentRequest, read_agent_close>},
    {"chat.ticket", as<AgentRequest, read_chat_ticket>},
    {"chat.watch", as<AgentRequest, read_chat_watch>},
    {"chat.unwatch", as<AgentRequest, read_chat_unwatch>},
    {"chat.priority", as<AgentRequest, read_chat_priority>},
    {"ticket.view", as<AgentRequest, read_ticket_view>},
});

tl::unexpected<Refusal> refuse(std::int64_t re, Code code, std::string field = {}) {
    return tl::unexpected<Refusal>(Refusal{re, Error{code, std::move(field)}});
}

std::optional<std::int64_t> usable_id(const json& frame, std::int64_t last_id) {
    const auto found = frame.find("id");
    const auto id = found == frame.end() ? std::nullopt : exact_integer(*found);
    return id && *id >= 1 && *id <= limits::max_integer && *id > last_id ? id : std::nullopt;
}

template <typename Request, std::size_t Count>
tl::expected<Incoming<Request>, Refusal> decode(std::string_view text, std::int64_t last_id,
                                                const std::array<Kind<Request>, Count>& kinds) {
    if (auto message = scan_message(text, last_id)) {
        return Incoming<Request>{message->id, std::move(message->request)};
    }
    const auto scanned = scan_json(text);
    if (!scanned) {
        return refuse(0, Code::bad_json);
    }
    const json frame = json::parse(scanned->repaired ? std::string_view(*scanned->repaired) : text, nullptr, false);
    if (!frame.is_object()) {  // a text that is no JSON comes back "discarded", which is no object either
        return refuse(0, Code::bad_json);
    }
    const auto id = usable_id(frame, last_id);
    if (!id) {
        return refuse(0, Code::bad_field, "id");
    }
    const auto named = frame.find("type");
    const auto* type = named == frame.end() ? nullptr : named->template get_ptr<const std::string*>();
    if (type == nullptr) {
        return refuse(*id, Code::bad_field, "type");
    }
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [type](const auto& k) { return k.type == *type; });
    if (kind == kinds.end()) {
        return refuse(*id, Code::unknown_type);
    }
    std::optional<Error> error;
    FieldReader reader(frame, error);
    Request request = kind->read(reader);
    if (!error && scanned->has_nul) {
        if (const auto field = field_with_nul(frame, {})) {
            error = Error{Code::bad_field, std::string(cut(*field, named_field))};
        }
    }
    if (error) {
        return tl::unexpected<Refusal>(Refusal{*id, *std::move(error)});
    }
    return Incoming<Request>{*id, std::move(request)};
}

}  // namespace

tl::expected<Incoming<VisitorRequest>, Refusal> decode_visitor(std::string_view text, std::int64_t last_id) {
    return decode(text, last_id, visitor_kinds);
}

tl::expected<Incoming<AgentRequest>, Refusal> decode_agent(std::string_view text, std::int64_t last_id) {
    return decode(text, last_id, agent_kinds);
}

}  // namespace ventanilla::protocol
