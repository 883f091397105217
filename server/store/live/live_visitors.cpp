// Visitors, and the start of their chats.

#include "store/live/live_state.hpp"

namespace ventanilla::live {

using nlohmann::json;
using protocol::Code;

namespace {

json to_json(const VisitorHello& hello) {
    return {{"token_hash", hello.token_hash}, {"fresh_visitor", hello.fresh_visitor},
            {"channel", hello.channel},       {"locale", hello.locale},
            {"page", hello.page_json},        {"name", hello.name},
            {"email", hello.email},           {"fields", hello.fields_json},
            {"verified", hello.verified},     {"has_identity", hello.has_identity}};
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
    const auto& hash = hello.token_hash.empty() ? hello.fresh_token_hash : hello.token_hash;
    Call call{fn::visitor_hello, hash, {key::token(hash), key::visitor(hello.fresh_visitor)}, {to_json(hello).dump()}};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    VisitorOpened opened;
    opened.visitor = answer->value("visitor", "");
    state_->visitors_gone.erase(opened.visitor);  // back before the store could be told
    opened.fresh = answer->value("fresh", false);
    opened.chat = answer->value("chat", "");
    opened.name = answer->value("name", "");
    opened.email = answer->value("email", "");
    opened.verified = answer->value("verified", false);
    opened.events = events_of(*answer);
    state_->visitors_gone.erase(opened.visitor);
    co_return opened;
}

Task<Events> LiveStore::visitor_gone(std::string visitor, std::string token_hash) {
    // On the link of the visitor's hellos: a page that is reloaded says both within one turn, and "gone" must not come last.
    Call call{fn::visitor_gone, token_hash, {key::visitor(visitor)}, {visitor}};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer && answer.error().code == Code::unavailable && !state_->fenced) {
        state_->visitors_gone[visitor] = token_hash;
    }
    if (!answer) co_return tl::unexpected(answer.error());
    co_return events_of(*answer);
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
