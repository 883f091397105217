// chat.start: a visitor asks for somebody to talk to.

#include "base/random.hpp"
#include "desk/convert.hpp"
#include "desk/desk.hpp"
#include "protocol/decode.hpp"

namespace ventanilla::desk {
namespace {

protocol::StartRules rules_of(const config::Site& site, const config::Channel& channel) {
    protocol::StartRules rules;
    for (const auto ask : channel.ask) rules.ask.emplace_back(config::to_string(ask));
    for (const auto* department : site.departments_of(channel.id)) rules.departments.push_back(department->id);
    rules.any_department = channel.any_department;
    return rules;
}

std::string fields_json(const protocol::Fields& fields) {
    return protocol::dump(nlohmann::json(fields));
}

/// Two starts with one client_id are the same only if they say the same.
std::string content_hash(const protocol::ChatStart& request, const std::string& department) {
    return token_hash(
               protocol::dump(nlohmann::json::array({department, request.name.value_or(""), request.email.value_or(""),
                                                     request.message.value_or(""), request.fields})))
        .substr(0, 32);
}

}  // namespace

Task<Answer> start_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatStart request, bool paced) {
    const auto* channel = desk.site.find_channel(actor.channel);
    if (channel == nullptr) co_return protocol::fail(protocol::Code::offline);  // taken out by a reload
    const auto rules = rules_of(desk.site, *channel);
    if (const auto wrong = protocol::check_start(request, rules)) co_return tl::unexpected(*wrong);

    live::StartChat start;
    start.chat = random_id("c_");
    start.visitor = actor.id;
    start.token_hash = actor.token_hash;
    start.channel = actor.channel;
    start.department = protocol::start_department(request, rules);
    start.open_departments = desk.board.open_departments(*channel, wall_clock_ms());
    start.client_id = request.client_id;
    start.known_only = !paced;
    start.content_hash = content_hash(request, start.department);
    start.name = request.name.value_or("");
    start.email = request.email.value_or("");
    start.fields_json = request.fields.empty() ? "" : fields_json(request.fields);
    if (request.message) {
        auto speaker = from(actor);
        if (request.name && !actor.member->verified) speaker.name = *request.name;
        start.message_rest = protocol::message_rest(speaker, *request.message, request.client_id);
    }

    desk.hub.expect(start.chat, actor.member, Hub::Role::participant);
    const auto fresh = start.chat;
    auto started = co_await desk.live.chat_start(std::move(start));
    if (!started || started->chat != fresh) desk.hub.unexpect(fresh, actor.member);
    if (!started) co_return tl::unexpected(started.error());

    if (started->chat != fresh) {
        // The chat was there: what the client has of it is fetched with chat.sync, or pushed again from 1 if this
        // repeats a start whose reply was lost.
        desk.hub.expect(started->chat, actor.member, Hub::Role::participant);
        auto now = co_await desk.live.attach(started->chat);
        if (!now && now.error().code == protocol::Code::not_found) now = co_await find_chat(desk, started->chat);
        if (!now) {
            desk.hub.unexpect(started->chat, actor.member);
            co_return tl::unexpected(now.error());
        }
        started->meta = std::move(*now);
        if (started->meta.status == "queued") desk.waiting.insert(started->chat);
    }
    if (!started->existing && !actor.member->verified) {
        if (request.name) actor.member->name = *request.name;
        if (request.email) actor.member->email = *request.email;
    }
    const auto last = started->meta.last;
    desk.hub.begin(started->chat, actor.member, started->existing ? last : 0, started->chat == fresh ? 0 : last);
    nlohmann::json fields{{"chat", protocol::to_json(to_wire(started->meta))}};
    if (started->existing) fields["existing"] = true;
    Answer answer{protocol::ok(re, fields), std::move(started->events)};
    answer.repeated = started->chat != fresh;
    co_return answer;
}

}  // namespace ventanilla::desk
