// How one function is called, and what its refusals mean.

#include "store/live/live_state.hpp"

#include "base/testing.hpp"
#include "store/live/append_queue.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

namespace ventanilla::live {

namespace asio = boost::asio;
using nlohmann::json;
using protocol::Code;
using protocol::fail;

namespace {

constexpr std::int64_t retry_after_ms = 1000;
// The pool's timeout: what Redis did not begin by then was answered `unavailable`.
constexpr std::int64_t deadline_ms = 1000;
// Digits of the largest number.
constexpr std::size_t number_room = 20;

// Few, so that many messages share one command; two, so that Redis works on one while the other's answers are told.
constexpr std::size_t append_links = 2;

/// Visitors may come back and read while there is no room for anything new.
bool is_new_content(const Function& function) {
    return function.kind == Kind::content && function.name != fn::visitor_hello.name &&
           function.name != fn::visitor_page.name;
}

/// What is acknowledged to somebody must be where a failover finds it; the clock's sweep and a server's coming need not.
bool waits_for_replicas(const Function& function) {
    return function.kind != Kind::read && function.name != fn::sweep.name && function.name != fn::register_node.name &&
           function.name != fn::unregister.name;
}

}  // namespace

LiveStore::State::State(asio::io_context& loop, RedisPool& links, const std::string& site)
    : io(loop), pool(links), prefix(key::site_prefix(site)), library(build_function_library()) {
    const auto queues = std::min(append_links, pool.links());
    for (std::size_t link = 0; link < queues; ++link) appends.emplace_back(*this, link);
}

AppendQueue& LiveStore::State::append_queue(std::string_view chat) {
    return appends[std::hash<std::string_view>{}(chat) % appends.size()];
}

LiveStore::State::~State() = default;

bool LiveStore::State::is_missing_function(const protocol::Result<RedisValue>& reply) {
    const auto* fault = reply ? reply->fault() : nullptr;
    return fault && fault->message.find("Function not found") != std::string::npos;
}

std::optional<protocol::Error> LiveStore::State::refusal(const Function& function) const {
    const bool is_away = fenced && function.name != fn::register_node.name;
    if (!is_away && !(pool.content_held() && is_new_content(function))) return std::nullopt;
    return protocol::Error{Code::unavailable, {}, retry_after_ms};
}

RedisCommand LiveStore::State::command_of(const Call& call) const {
    constexpr std::size_t before_keys = 3;
    constexpr std::size_t before_arguments = 2;
    std::size_t room = call.function.name.size() + library.suffix.size() + incarnation.size() + 2 * number_room;
    for (const auto& name : call.keys) room += prefix.size() + name.size();
    for (const auto& argument : call.arguments) room += argument.size();
    RedisCommand command(before_keys + call.keys.size() + before_arguments + call.arguments.size(), room);
    command.word("FCALL").word(call.function.name, library.suffix).word(std::to_string(call.keys.size()));
    for (const auto& name : call.keys) command.word(prefix, name);
    command.word(incarnation);
    command.word(call.repeatable ? "0" : std::to_string(wall_clock_ms() + clock_offset.count() + deadline_ms));
    for (const auto& argument : call.arguments) command.word(argument);
    return command;
}

// Out of memory or short of replicas, Redis refuses every call: one line a second says it, not one a call.
void LiveStore::State::tell_fault(const Function& function, const std::string& message) {
    const auto now = std::chrono::steady_clock::now();
    if (fault_told && now - *fault_told < std::chrono::seconds(1)) return;
    fault_told = now;
    spdlog::error("redis function {}: {}", function.name, message);
}

protocol::Result<Words> LiveStore::State::answer_of(const Function& function, protocol::Result<RedisValue> reply) {
    if (!reply) return tl::unexpected(reply.error());
    if (const auto* fault = reply->fault()) {
        tell_fault(function, fault->message);
        return fail(Code::unavailable, {}, retry_after_ms);
    }
    auto* words = std::get_if<Words>(&reply->value);
    if (!words || words->empty()) {
        spdlog::error("redis function {}: answered no list", function.name);
        return fail(Code::unavailable, {}, retry_after_ms);
    }
    if (text_of(words->front()) == "ok") {
        words->erase(words->begin());
        return std::move(*words);
    }

    const auto name = words->size() > 1 ? text_of((*words)[1]) : std::string();
    if (const auto code = code_of(name)) {
        return fail(*code, words->size() > 2 ? text_of((*words)[2]) : "",
                    words->size() > 3 ? number_of((*words)[3]) : 0);
    }
    if (name == "fenced") {
        fence("another server holds this one for dead");
    } else {
        spdlog::error("redis function {}: refused as {}", function.name, name);
    }
    return fail(Code::unavailable, {}, retry_after_ms);
}

Task<Words> LiveStore::State::run(Call call) {
    const auto self = shared_from_this();
    if (call.keys.size() != call.function.keys) {
        throw std::logic_error("wrong number of keys for " + std::string(call.function.name));
    }
    if (auto refused = refusal(call.function)) co_return tl::unexpected(*std::move(refused));
    auto command = command_of(call);
    const bool replicated = waits_for_replicas(call.function);
    testing::crash_point("before", call.function.name);
    auto reply = co_await pool.run(call.affinity, std::move(command), replicated);
    if (is_missing_function(reply)) {
        auto loaded = co_await load_library();
        if (!loaded) co_return tl::unexpected(loaded.error());
        auto again = command_of(call);
        reply = co_await pool.run(call.affinity, std::move(again), replicated);
    }
    testing::crash_point("after", call.function.name);
    co_return answer_of(call.function, std::move(reply));
}

Task<json> LiveStore::State::run_json(Call call) {
    auto words = co_await run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return words->empty() ? json::object() : json_of(words->front());
}

Task<void> LiveStore::State::load_library() {
    std::vector<std::string> words{"FUNCTION", "LOAD", library.source};
    auto reply = co_await pool.command(library.name, std::move(words));
    if (!reply) co_return tl::unexpected(reply.error());
    const auto* fault = reply->fault();
    // The name is a hash of the source: whoever loaded it before loaded the same.
    if (fault && fault->message.find("already exists") == std::string::npos) {
        spdlog::error("redis does not load the function library: {}", fault->message);
        co_return fail(Code::unavailable, {}, retry_after_ms);
    }
    co_return protocol::Result<void>();
}

Task<void> LiveStore::State::drop_unused_libraries(std::vector<std::string> used) {
    std::vector<std::string> list{"FUNCTION", "LIST", "LIBRARYNAME", std::string(FunctionLibrary::name_prefix) + "*"};
    auto reply = co_await pool.command(library.name, std::move(list));
    const auto* rows = reply ? reply->array() : nullptr;
    if (!rows) co_return protocol::Result<void>();
    for (const auto& row : *rows) {
        const auto* cells = row.array();
        const auto name = cells && cells->size() > 1 ? text_of((*cells)[1]) : std::string();
        if (name.empty() || name == library.name || std::find(used.begin(), used.end(), name) != used.end()) continue;
        std::vector<std::string> words{"FUNCTION", "DELETE", name};
        co_await pool.command(library.name, std::move(words));
    }
    co_return protocol::Result<void>();
}

void LiveStore::State::subscribe() {
    const std::weak_ptr<State> weak = shared_from_this();
    const auto receive = [weak](const std::string&, const std::string& payload) {
        const auto state = weak.lock();
        if (!state || !state->on_event) return;
        const auto event = json::parse(payload, nullptr, false);
        // What this server caused it knows already.
        const auto origin = event.find("o");
        if (!event.is_object() || (origin != event.end() && *origin == state->incarnation)) return;
        state->on_event(event_of(event));
    };
    const auto missed = [weak] {
        const auto state = weak.lock();
        if (state && state->on_missed) state->on_missed();
    };
    pool.subscribe({prefix + key::node(incarnation), prefix + key::everybody}, receive, missed);
}

void LiveStore::State::note_redis_time(std::int64_t redis_now_ms, std::chrono::steady_clock::time_point asked) {
    // An answer that lay about while this process stood still tells the time of then.
    if (std::chrono::steady_clock::now() - asked > std::chrono::milliseconds(deadline_ms)) return;
    clock_offset = std::chrono::milliseconds(redis_now_ms - wall_clock_ms());
}

void LiveStore::State::fence(const char* why) {
    if (fenced) return;
    fenced = true;
    spdlog::warn("this server is fenced: {}", why);
    if (on_fenced) asio::post(io, on_fenced);
}

}  // namespace ventanilla::live
