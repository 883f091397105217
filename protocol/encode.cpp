#include "protocol/encode.hpp"

#include <utility>

#include "protocol/json_text.hpp"
#include "protocol/messages.hpp"

namespace ventanilla::protocol {

using nlohmann::json;

namespace {

// Room for everything in a short frame but its texts, so that it is allocated once.
constexpr std::size_t short_frame = 160;

Bytes share(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

// `head` is the beginning of an object without its end; the members of `fields` follow.
std::string with_members(std::string head, const json& fields) {
    if (fields.empty()) {
        return std::move(head) + '}';
    }
    return std::move(head) + ',' + dump(fields).substr(1);
}

Bytes event(std::string_view type, const json& fields) {
    return share(with_members(R"({"type":")" + std::string(type) + '"', fields));
}

std::string ok_head(std::int64_t re) {
    std::string out;
    out.reserve(short_frame);
    out += R"({"type":"ok","re":)";
    append_json_int(out, re);
    return out;
}

void append_from(std::string& out, const From& from) {
    out += R"("from":{"role":")";
    out += to_string(from.role);
    out += R"(","id":)";
    append_json_string(out, from.id);
    out += R"(,"name":)";
    append_json_string(out, from.name);
    out += '}';
}

void append_optional(std::string& out, const std::optional<std::int64_t>& value) {
    if (value) {
        append_json_int(out, *value);
    } else {
        out += "null";
    }
}

// As to_json, without a tree: everybody who comes back gets one.
void append_chat(std::string& out, const Chat& chat) {
    out += R"({"id":)";
    append_json_string(out, chat.id);
    out += R"(,"status":")";
    out += to_string(chat.status);
    out += R"(","department":)";
    append_json_string(out, chat.department);
    out += R"(,"priority":)";
    append_json_int(out, chat.priority);
    if (chat.agent) {
        out += R"(,"agent":{"id":)";
        append_json_string(out, chat.agent->id);
        out += R"(,"name":)";
        append_json_string(out, chat.agent->name);
        out += R"(},"position":)";
    } else {
        out += R"(,"agent":null,"position":)";
    }
    append_optional(out, chat.position);
    out += R"(,"wait_s":)";
    append_optional(out, chat.wait_s);
    out += R"(,"last":)";
    append_json_int(out, chat.last);
    out += R"(,"read":{"visitor":)";
    append_json_int(out, chat.read_by_visitor);
    out += R"(,"agent":)";
    append_json_int(out, chat.read_by_agent);
    out += "}}";
}

std::string chat_event_head(std::string_view type, std::string_view chat, std::size_t room = 0) {
    std::string out;
    out.reserve(short_frame + room);
    out += R"({"type":")";
    out += type;
    out += R"(","chat":)";
    append_json_string(out, chat);
    return out;
}

}  // namespace

Bytes verbatim(std::string text) {
    return share(std::move(text));
}

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Bytes ok(std::int64_t re) {
    return share(ok_head(re) + '}');
}

Bytes ok(std::int64_t re, const json& fields) {
    return share(with_members(ok_head(re), fields));
}

Bytes ok_sent(std::int64_t re, std::int64_t seq, std::int64_t at) {
    auto out = ok_head(re);
    out += R"(,"seq":)";
    append_json_int(out, seq);
    out += R"(,"at":)";
    append_json_int(out, at);
    out += '}';
    return share(std::move(out));
}

Bytes ok_seq(std::int64_t re, std::int64_t seq) {
    auto out = ok_head(re);
    out += R"(,"seq":)";
    append_json_int(out, seq);
    out += '}';
    return share(std::move(out));
}

Bytes ok_sync(std::int64_t re, const std::vector<std::string>& entries, std::int64_t last) {
    auto out = ok_head(re);
    out += R"(,"entries":[)";
    for (const auto& entry : entries) {
        if (&entry != &entries.front()) {
            out += ',';
        }
        out += entry;
    }
    out += R"(],"last":)";
    append_json_int(out, last);
    out += '}';
    return share(std::move(out));
}

Bytes error(std::int64_t re, const Error& error, Locale locale, Role reader) {
    std::string out;
    out.reserve(2 * short_frame);
    out += R"({"type":"error","re":)";
    append_json_int(out, re);
    out += R"(,"code":")";
    out += to_string(error.code);
    out += R"(","message":)";
    append_json_string(out, message_for(error, locale, reader));
    if (!error.field.empty()) {
        out += R"(,"field":)";
        append_json_string(out, error.field);
    }
    if (error.retry_after_ms > 0) {
        out += R"(,"retry_after_ms":)";
        append_json_int(out, error.retry_after_ms);
    }
    out += '}';
    return share(std::move(out));
}

Bytes ok_hello(std::int64_t re, const VisitorWelcome& welcome) {
    std::string out;
    out.reserve(4 * short_frame + welcome.limits.size() + welcome.channel.size());
    out += R"({"type":"ok","re":)";
    append_json_int(out, re);
    out += R"(,"visitor":)";
    append_json_string(out, welcome.visitor);
    out += R"(,"token":)";
    append_json_string(out, welcome.token);
    out += R"(,"now":)";
    append_json_int(out, welcome.now);
    out += R"(,"limits":)";
    out += welcome.limits;
    out += R"(,"channel":)";
    out += welcome.channel;
    out += R"(,"chat":)";
    if (welcome.chat) {
        append_chat(out, *welcome.chat);
    } else {
        out += "null";
    }
    out += '}';
    return share(std::move(out));
}

Bytes ok_hello(std::int64_t re, const AgentWelcome& welcome) {
    auto chats = json::array();
    for (const auto& held : welcome.chats) {
        chats.push_back(to_json(held.chat, held.visitor));
    }
    return ok(re, {
                      {"agent", to_json(welcome.agent)},
                      {"state", to_string(welcome.state)},
                      {"chats", std::move(chats)},
                      {"queues", to_json_array(welcome.queues)},
                      {"agents", to_json_array(welcome.agents)},
                      {"now", welcome.now},
                      {"limits", welcome.limits},
                  });
}

Bytes tick(std::string_view chat, std::int64_t last) {
    auto out = chat_event_head("tick", chat);
    out += R"(,"last":)";
    append_json_int(out, last);
    out += '}';
    return share(std::move(out));
}

Bytes queue(std::string_view chat, std::optional<std::int64_t> position, std::optional<std::int64_t> wait_s) {
    auto out = chat_event_head("queue", chat);
    out += R"(,"position":)";
    append_optional(out, position);
    out += R"(,"wait_s":)";
    append_optional(out, wait_s);
    out += '}';
    return share(std::move(out));
}

Bytes typing(std::string_view chat, bool on, const From& from, const std::optional<std::string>& draft) {
    auto out = chat_event_head("typing", chat, draft ? draft->size() : 0);
    out += on ? R"(,"on":true,)" : R"(,"on":false,)";
    append_from(out, from);
    if (draft) {
        out += R"(,"draft":)";
        append_json_string(out, *draft);
    }
    out += '}';
    return share(std::move(out));
}

Bytes read(std::string_view chat, Role role, std::int64_t seq) {
    auto out = chat_event_head("read", chat);
    out += R"(,"role":")";
    out += to_string(role);
    out += R"(","seq":)";
    append_json_int(out, seq);
    out += '}';
    return share(std::move(out));
}

Bytes channel(const ChannelInfo& channel) {
    return event("channel", {{"channel", to_json(channel)}});
}

Bytes chat_assigned(const Chat& chat, const Visitor& visitor) {
    return event("chat.assigned", {{"chat", to_json(chat)}, {"visitor", to_json(visitor)}});
}

Bytes chat_revoked(std::string_view chat, std::string_view reason) {
    return event("chat.revoked", {{"chat", chat}, {"reason", reason}});
}

Bytes queues(const std::vector<Queue>& queues) {
    return event("queues", {{"queues", to_json_array(queues)}});
}

Bytes note(std::string_view chat, const Note& note) {
    return event("note", {{"chat", chat}, {"note", to_json(note)}});
}

Bytes ticket(const json& ticket) {
    return event("ticket", {{"ticket", ticket}});
}

Bytes visitor(std::string_view chat, const Visitor& visitor) {
    return event("visitor", {{"chat", chat}, {"visitor", to_json(visitor)}});
}

Bytes agents(const std::vector<AgentInfo>& agents) {
    return event("agents", {{"agents", to_json_array(agents)}});
}

Bytes state(AgentState state) {
    return event("state", {{"state", to_string(state)}});
}

Bytes viewing(std::string_view number, const std::vector<AgentRef>& agents) {
    return event("viewing", {{"number", number}, {"agents", to_json_array(agents)}});
}

std::string entry_rest(std::string_view kind, const From& from, const json& fields) {
    std::string out;
    out.reserve(short_frame);
    out += R"("kind":")";
    out += kind;
    out += R"(",)";
    append_from(out, from);
    return with_members(std::move(out), fields);
}

std::string message_rest(const From& from, std::string_view text, std::string_view client_id) {
    std::string out;
    out.reserve(short_frame + text.size() + client_id.size());
    out += R"("kind":"message",)";
    append_from(out, from);
    out += R"(,"text":)";
    append_json_string(out, text);
    out += R"(,"client_id":)";
    append_json_string(out, client_id);
    out += '}';
    return out;
}

std::string file_rest(const From& from, const File& file, std::string_view client_id) {
    return entry_rest("message", from, {{"file", to_json(file)}, {"client_id", client_id}});
}

Bytes entry(std::string_view chat, std::int64_t seq, std::int64_t at, std::string_view rest) {
    auto out = chat_event_head("entry", chat, rest.size());
    out += R"(,"seq":)";
    append_json_int(out, seq);
    out += R"(,"at":)";
    append_json_int(out, at);
    out += ',';
    out += rest;
    return share(std::move(out));
}

}  // namespace ventanilla::protocol
