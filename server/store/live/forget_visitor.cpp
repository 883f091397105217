#include "store/live/forget_visitor.hpp"

#include "store/live/function_library.hpp"
#include "store/live/keys.hpp"

namespace ventanilla::live {
namespace {

using protocol::Code;

std::string text_or_empty(const RedisValue& value) {
    return value.text() == nullptr ? std::string() : *value.text();
}

/// A page of SCAN: where to go on ("0": that was all), and the keys.
struct Scanned {
    std::string next;
    std::vector<std::string> keys;
};

Task<Scanned> scan(RedisPool& pool, std::string cursor, std::string pattern) {
    std::vector<std::string> words{"SCAN", std::move(cursor), "MATCH", std::move(pattern), "COUNT", "1000", "TYPE",
                                   "hash"};
    const auto reply = co_await pool.command("scan", std::move(words));
    if (!reply) co_return tl::unexpected(reply.error());
    const auto* parts = reply->array();
    if (parts == nullptr || parts->size() != 2 || (*parts)[1].array() == nullptr) {
        co_return protocol::fail(Code::unavailable);
    }
    Scanned scanned;
    scanned.next = text_or_empty((*parts)[0]);
    for (const auto& key : *(*parts)[1].array()) scanned.keys.push_back(text_or_empty(key));
    co_return scanned;
}

}  // namespace

Task<std::vector<VisitorAddress>> visitor_addresses(RedisPool& pool, std::string site) {
    const auto prefix = key::site_prefix(site) + key::visitor("");
    std::vector<VisitorAddress> found;
    std::string cursor = "0";
    do {
        auto page = co_await scan(pool, cursor, prefix + "*");
        if (!page) co_return tl::unexpected(page.error());
        for (const auto& key : page->keys) {
            std::vector<std::string> words{"HGET", key, "email"};
            const auto email = co_await pool.command("scan", std::move(words));
            if (!email) co_return tl::unexpected(email.error());
            found.push_back({key.substr(prefix.size()), text_or_empty(*email)});
        }
        cursor = page->next;
    } while (cursor != "0");
    co_return found;
}

Task<std::vector<std::string>> closing_chats(RedisPool& pool, std::string site) {
    std::vector<std::string> words{"ZRANGE", key::site_prefix(site) + "closing", "0", "-1"};
    const auto reply = co_await pool.command("scan", std::move(words));
    if (!reply) co_return tl::unexpected(reply.error());
    if (reply->array() == nullptr) co_return protocol::fail(Code::unavailable);
    std::vector<std::string> chats;
    for (const auto& id : *reply->array()) chats.push_back(text_or_empty(id));
    co_return chats;
}

Task<void> forget_visitor(RedisPool& pool, const LiveStore& store, std::string site, std::string visitor) {
    std::vector<std::string> words{"FCALL",
                                   build_function_library().function(fn::visitor_forget),
                                   "1",
                                   key::site_prefix(site) + key::visitor(visitor),
                                   store.incarnation(),
                                   "0",
                                   visitor};
    const auto reply = co_await pool.command(visitor, std::move(words));
    if (!reply) co_return tl::unexpected(reply.error());
    const auto* parts = reply->array();
    const bool done = parts != nullptr && !parts->empty() && text_or_empty(parts->front()) == "ok";
    if (!done) co_return protocol::fail(Code::unavailable);
    co_return protocol::Result<void>();
}

}  // namespace ventanilla::live
