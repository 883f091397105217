// Visitors, and the start of their chats.

#include "store/live/live_state.hpp"

namespace ventanilla::live {

using nlohmann::json;
using protocol::Code;

namespace {

std::string flag(bool set) {
    return set ? "1" : "0";
}

/// From the JSON of a list; none in the empty text.
Events events_in(const RedisValue& word) {
    Events events;
    const auto* text = word.text();
    if (text == nullptr || text->empty()) return events;
    const auto list = json::parse(*text, nullptr, false);
    if (!list.is_array()) return events;
    for (const auto& event : list) events.push_back(event_of(event));
    return events;
}

// visitor_hello.lua tells what the words are.
VisitorOpened opened_of(Words words) {
    constexpr std::size_t before_missed = 7;
    VisitorOpened opened;
    if (words.size() < before_missed) return opened;
    opened.visitor = text_of(words[0]);
    opened.chat = text_of(words[1]);
    opened.name = text_of(words[2]);
    opened.email = text_of(words[3]);
    opened.verified = number_of(words[4]) == 1;
    opened.events = events_in(words[5]);
    if (const auto* chat = words[6].text(); chat && !chat->empty()) opened.resumed = chat_of(json_of(words[6]));
    for (auto word = before_missed; word < words.size(); ++word) opened.missed.push_back(text_of(words[word]));
    return opened;
}

json to_json(const StartChat& start) {
    return {{"chat", start.chat},
            {"visitor", start.visitor},
            {"token_hash", start.token_hash},
            {"channel", start.channel},
            {"department", start.department},
            {"open", start.open_departments},
            {"client_id", start.client_id},
            {"content_hash", start.content_hash},
            {"name", start.name},
            {"email", start.email},
            {"fields", start.fields_json},
            {"message_rest", start.message_rest},
            {"known_only", start.known_only}};
}

}  // namespace

Task<VisitorOpened> LiveStore::visitor_hello(VisitorHello hello) {
    const auto hash = hello.token_hash.empty() ? hello.fresh_token_hash : hello.token_hash;
    if (!hello.token_hash.empty()) hello.fresh_visitor.clear();
    Call call{fn::visitor_hello,
              hash,
              {key::token(hash)},
              {hello.fresh_visitor, hello.channel, hello.locale, hello.page_json, flag(hello.has_identity),
               flag(hello.verified), hello.name, hello.email, hello.fields_json, hello.resume_chat,
               std::to_string(hello.resume_after)}};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    auto opened = opened_of(std::move(*words));
    if (opened.visitor.empty()) co_return protocol::fail(Code::unavailable);
    state_->visitors_gone.erase(opened.visitor);  // back before the store could be told
    co_return opened;
}

Task<Events> LiveStore::visitor_gone(std::string visitor, std::string token_hash) {
    // On the link of the visitor's hellos: a page that is reloaded says both within one turn, and "gone" must not come last.
    Call call{fn::visitor_gone, token_hash, {key::visitor(visitor)}, {visitor}};
    auto words = co_await state_->run(std::move(call));
    if (!words && words.error().code == Code::unavailable && !state_->fenced) {
        state_->visitors_gone[visitor] = token_hash;
    }
    if (!words) co_return tl::unexpected(words.error());
    co_return words->empty() ? Events() : events_in(words->front());
}

Task<Events> LiveStore::visitor_page(std::string visitor, std::string page_json) {
    Call call{fn::visitor_page, visitor, {key::visitor(visitor)}, {visitor, page_json}};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    co_return events_of(*answer);
}

Task<VisitorMeta> LiveStore::visitor(std::string visitor) {
    Call call{fn::visitor, visitor, {key::visitor(visitor)}, {visitor}, true};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    co_return visitor_of(*answer);
}

Task<std::vector<VisitorMeta>> LiveStore::visitors(std::vector<std::string> ids) {
    Call call{fn::visitors, "visitors", {key::meta}, std::move(ids), true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    std::vector<VisitorMeta> visitors;
    visitors.reserve(words->size());
    for (const auto& word : *words) visitors.push_back(visitor_of(json_of(word)));
    co_return visitors;
}

Task<std::string> LiveStore::visitor_check(std::string token_hash) {
    Call call{fn::visitor_check, token_hash, {key::token(token_hash)}, {}, true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    if (words->empty()) co_return protocol::fail(Code::unavailable);
    co_return text_of(words->front());
}

Task<Started> LiveStore::chat_start(StartChat start) {
    Call call{fn::chat_start,
              start.visitor,
              {key::chat(start.chat), key::visitor(start.visitor)},
              {to_json(start).dump()},
              true};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    Started started;
    started.chat = answer->value("chat", "");
    started.existing = answer->value("existing", false);
    started.meta = changed_of(*answer).meta;
    started.events = events_of(*answer);
    co_return started;
}

}  // namespace ventanilla::live
