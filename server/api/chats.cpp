// GET /api/v1/chats, /api/v1/chats/{id} and /api/v1/chats/{id}/why.

#include <charconv>
#include <utility>

#include "api/authenticate.hpp"
#include "api/chat_views.hpp"
#include "api/handlers.hpp"
#include "desk/convert.hpp"
#include "desk/rights.hpp"
#include "protocol/encode.hpp"
#include "protocol/text.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Code;
using protocol::Result;

constexpr std::int64_t kPage = 50;
constexpr std::int64_t kMostPage = 200;
constexpr std::size_t kMostQuery = 200;

/// A chat with everything that belongs to it.
struct Whole {
    live::ChatMeta meta;
    protocol::Visitor visitor;
    std::vector<std::string> entries;  ///< finished frames
    std::vector<protocol::Note> notes;
};

Result<std::int64_t> page_size(const web::Request& request) {
    const auto text = request.query_value("limit");
    if (!text) return kPage;
    std::int64_t limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    const bool good = error == std::errc{} && end == text->data() + text->size() && limit >= 1 && limit <= kMostPage;
    if (!good) return protocol::fail(Code::bad_field, "limit");
    return limit;
}

/// Which of the two lists is asked for.
Result<bool> asks_for_open(const web::Request& request) {
    const auto state = request.query_value("state").value_or("closed");
    if (state != "open" && state != "closed") return protocol::fail(Code::bad_field, "state");
    return state == "open";
}

/// The query of a list as its parameters ask for it, within what the agent may see.
Result<record::ChatQuery> read_query(const web::Request& request, const live::AgentMeta& agent,
                                     const config::Site& site) {
    const auto limit = page_size(request);
    if (!limit) return tl::unexpected(limit.error());
    const auto words = request.query_value("q").value_or("");
    if (protocol::code_points(words) > kMostQuery) return protocol::fail(Code::bad_field, "q");
    auto query = visible_chats(agent, std::string(request.query_value("department").value_or("")), site);
    if (!query) return protocol::fail(Code::not_found);
    query->q = words;
    query->cursor = request.query_value("cursor").value_or("");
    query->limit = *limit;
    return std::move(*query);
}

/// What lies in Redis, in one page: whoever looks on wants to see all of it. `visible` is as for past chats.
Answer list_open(Services& services, web::Request request, live::AgentMeta agent, record::ChatQuery visible) {
    live::OpenQuery query;
    query.departments = std::move(visible.departments);
    query.any_channels = std::move(visible.any_channels);
    // One's own chats are one's own in whatever department, unless one is named.
    if (request.query_value("department").value_or("").empty()) query.agent = agent.id;
    query.limit = request.query_value("limit") ? visible.limit : kMostPage;
    const auto open = co_await services.desk.live.open_chats(std::move(query));
    if (!open) co_return web::problem(open.error(), request.locale);
    auto chats = json::array();
    for (const auto& [meta, visitor] : *open) {
        if (!desk::may_read(agent, meta, services.site)) continue;
        chats.push_back(past_chat_json(meta, desk::to_wire(visitor, std::nullopt)));
    }
    const json body{{"chats", std::move(chats)}, {"next", nullptr}};
    co_return web::json(200, protocol::dump(body));
}

Answer list_chats(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    const auto open = asks_for_open(request);
    if (!open) co_return web::problem(open.error(), request.locale);
    auto query = read_query(request, caller->agent, services.site);
    if (!query) co_return web::problem(query.error(), request.locale);
    if (*open) co_return co_await list_open(services, request, caller->agent, std::move(*query));
    auto read = [query = std::move(*query)](record::Database& database) {
        return record::ChatRepository(database).list(query);
    };
    const auto page = co_await services.desk.record.run(std::move(read));
    if (!page) co_return web::problem(page.error(), request.locale);
    auto chats = json::array();
    for (const auto& chat : page->chats) {
        // How many chats came before is not counted for lists: it would be a query for each.
        chats.push_back(past_chat_json(desk::to_meta(chat), desk::to_wire(desk::to_visitor(chat), std::nullopt)));
    }
    json body{{"chats", std::move(chats)}, {"next", page->next.empty() ? json(nullptr) : json(page->next)}};
    co_return web::json(200, protocol::dump(body));
}

/// The whole log of a chat that is still in Redis.
boost::asio::awaitable<Result<std::vector<std::string>>> read_entries(desk::Desk& desk, std::string chat,
                                                                      std::int64_t last) {
    std::vector<std::string> frames;
    while (static_cast<std::int64_t>(frames.size()) < last) {
        const auto after = static_cast<std::int64_t>(frames.size());  // seq has no gaps
        auto page = co_await desk::read_chat(desk, chat, after, kMostPage);
        if (!page) co_return tl::unexpected(page.error());
        if (page->frames.empty()) break;
        for (auto& frame : page->frames) frames.push_back(std::move(frame));
    }
    co_return frames;
}

boost::asio::awaitable<Result<Whole>> read_open(desk::Desk& desk, std::string chat) {
    Whole whole;
    auto meta = co_await desk.live.chat(chat);
    if (!meta) co_return tl::unexpected(meta.error());
    whole.meta = std::move(*meta);
    auto visitor = co_await desk::load_visitor(desk, whole.meta.visitor);
    if (!visitor) co_return tl::unexpected(visitor.error());
    whole.visitor = std::move(*visitor);
    auto notes = co_await desk.live.notes(chat);
    if (!notes) co_return tl::unexpected(notes.error());
    for (const auto& note : *notes) whole.notes.push_back(desk::to_wire(note));
    auto entries = co_await read_entries(desk, chat, whole.meta.last);
    if (!entries) co_return tl::unexpected(entries.error());
    whole.entries = std::move(*entries);
    co_return whole;
}

boost::asio::awaitable<Result<Whole>> read_past(desk::Desk& desk, std::string chat) {
    auto find = [chat](record::Database& database) { return record::ChatRepository(database).find(chat); };
    auto found = co_await desk.record.run(std::move(find));
    if (!found) co_return tl::unexpected(found.error());
    if (!*found) co_return protocol::fail(Code::not_found);
    auto& record = **found;
    Whole whole;
    whole.meta = desk::to_meta(record);
    whole.visitor = desk::to_wire(desk::to_visitor(record), std::nullopt);
    for (auto& entry : record.entries) whole.entries.push_back(std::move(entry.frame));
    for (const auto& note : record.notes) whole.notes.push_back(desk::to_wire(note));
    co_return whole;
}

/// From Redis, else from SQL. A chat that is moved meanwhile is read again where it is then.
boost::asio::awaitable<Result<Whole>> read_whole(desk::Desk& desk, std::string chat) {
    auto whole = co_await read_open(desk, chat);
    if (whole || whole.error().code != Code::not_found) co_return whole;
    co_return co_await read_past(desk, std::move(chat));
}

/// Entries stay the text that they are in the log: they are not parsed again to be sent.
std::string body_of(const Whole& whole) {
    std::string body = R"({"chat":)" + protocol::dump(past_chat_json(whole.meta, whole.visitor)) + R"(,"entries":[)";
    for (std::size_t i = 0; i < whole.entries.size(); ++i) {
        if (i > 0) body += ',';
        body += whole.entries[i];
    }
    return body + R"(],"notes":)" + protocol::dump(protocol::to_json_array(whole.notes)) + '}';
}

/// Whoever may not read a chat learns as much as if there were none.
boost::asio::awaitable<OrRefusal<live::ChatMeta>> find_readable(Services& services, web::Request request) {
    auto caller = co_await authenticate(services, request);
    if (!caller) co_return tl::unexpected(std::move(caller.error()));
    auto meta = co_await desk::find_chat(services.desk, std::string(request.param("id")));
    if (!meta) co_return tl::unexpected(web::problem(meta.error(), request.locale));
    const auto readable = co_await desk::may_read_chat(services.desk, caller->agent, *meta);
    if (!readable) co_return tl::unexpected(web::problem(readable.error(), request.locale));
    if (!*readable) co_return tl::unexpected(web::problem({Code::not_found}, request.locale));
    co_return std::move(*meta);
}

Answer one_chat(Services& services, web::Request request) {
    const auto locale = request.locale;
    auto meta = co_await find_readable(services, std::move(request));
    if (!meta) co_return std::move(meta.error());
    const auto whole = co_await read_whole(services.desk, meta->id);
    if (!whole) co_return web::problem(whole.error(), locale);
    co_return web::json(200, body_of(*whole));
}

boost::asio::awaitable<Result<std::string>> read_decisions(desk::Desk& desk, std::string chat) {
    auto decisions = co_await desk.live.decisions(chat);
    if (decisions || decisions.error().code != Code::not_found) co_return decisions;
    auto find = [chat](record::Database& database) { return record::ChatRepository(database).header(chat); };
    auto found = co_await desk.record.run(std::move(find));
    if (!found) co_return tl::unexpected(found.error());
    if (!*found) co_return protocol::fail(Code::not_found);
    co_return std::move((*found)->decisions);
}

Answer why(Services& services, web::Request request) {
    const auto locale = request.locale;
    auto meta = co_await find_readable(services, std::move(request));
    if (!meta) co_return std::move(meta.error());
    const auto decisions = co_await read_decisions(services.desk, meta->id);
    if (!decisions) co_return web::problem(decisions.error(), locale);
    co_return web::json(200, R"({"chat":)" + protocol::dump(meta->id) + R"(,"decisions":)" + *decisions + '}');
}

}  // namespace

void add_chats(web::Router& router, Services& services) {
    on(router, services, "GET", "/api/v1/chats", list_chats);
    on(router, services, "GET", "/api/v1/chats/{id}", one_chat);
    on(router, services, "GET", "/api/v1/chats/{id}/why", why);
}

}  // namespace ventanilla::api
