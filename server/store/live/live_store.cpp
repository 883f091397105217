// Beginning, end, and what runs once a second.

#include "store/live/live_store.hpp"

#include <spdlog/spdlog.h>

#include "base/random.hpp"
#include "store/live/live_state.hpp"

namespace ventanilla::live {

using nlohmann::json;
using protocol::Code;
using protocol::fail;

namespace {

// Others declare this server dead after 10 s on the logical clock; whoever slept for 8 must expect so.
constexpr auto sleep_limit = std::chrono::seconds(8);

std::vector<std::string> texts_of(const json& object, const char* member) {
    std::vector<std::string> texts;
    for (const auto& item : items_of(object, member)) texts.push_back(item.get<std::string>());
    return texts;
}

}  // namespace

LiveStore::LiveStore(boost::asio::io_context& io, RedisPool& pool, std::string site)
    : state_(std::make_shared<State>(io, pool, site)) {}

LiveStore::~LiveStore() = default;

const std::string& LiveStore::incarnation() const {
    return state_->incarnation;
}

void LiveStore::on_event(std::function<void(Event)> handler) {
    state_->on_event = std::move(handler);
}

void LiveStore::on_fenced(std::function<void()> handler) {
    state_->on_fenced = std::move(handler);
}

void LiveStore::on_missed(std::function<void()> handler) {
    state_->on_missed = std::move(handler);
}

Task<void> LiveStore::start(std::string routing_json, std::string routing_version, ExpectedStore expected) {
    const auto state = state_;
    const auto previous = state->incarnation;
    state->incarnation = random_id("i_");
    state->visitors_gone.clear();
    state->consoles_gone.clear();
    // Before registering: from then on others publish to this incarnation.
    state->subscribe();

    // Repeatable, that is, without a deadline: deadlines need to know how far Redis' clock is from this one, and only an
    // answer tells. A late one leaves an incarnation whose lease lapses.
    Call call{fn::register_node,
              "meta",
              {key::meta},
              {previous, routing_json, routing_version, state->library.name, expected.id, expected.replaces},
              true};
    const auto asked = std::chrono::steady_clock::now();
    auto answer = co_await state->run_json(std::move(call));
    if (!answer) {
        // The next attempt gives up whichever of the two Redis knows.
        if (!previous.empty()) state->incarnation = previous;
        co_return tl::unexpected(answer.error());
    }
    state->fenced = false;
    state->last_sweep.reset();
    state->note_redis_time(answer->value("now", std::int64_t{0}), asked);
    spdlog::info("live store: incarnation {}, store {}, functions {}", state->incarnation,
                 answer->value("store_id", ""), state->library.name);
    for (auto& event : events_of(*answer)) {
        if (state->on_event) state->on_event(std::move(event));
    }
    co_return co_await state->drop_unused_libraries(texts_of(*answer, "libs"));
}

Task<void> LiveStore::stop() {
    const auto state = state_;
    Call call{fn::unregister, "meta", {key::meta}, {}, true};
    auto answer = co_await state->run(std::move(call));
    state->fenced = true;
    if (!answer) co_return tl::unexpected(answer.error());
    co_return protocol::Result<void>();
}

Task<Swept> LiveStore::sweep() {
    const auto state = state_;
    const auto now = std::chrono::steady_clock::now();
    if (state->last_sweep && now - *state->last_sweep > sleep_limit) {
        state->fence("it did not run for more than 8 s");
        co_return fail(Code::unavailable, {}, 1000);
    }
    state->last_sweep = now;

    Call call{fn::sweep, "meta", {key::meta}, {}, true};
    auto answer = co_await state->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    state->note_redis_time(answer->value("now", std::int64_t{0}), now);
    Swept swept;
    swept.events = events_of(*answer);
    swept.closing = answer->value("closing", std::int64_t{0});
    swept.queues_revision = answer->value("queues", std::int64_t{0});
    swept.agents_revision = answer->value("agents", std::int64_t{0});
    swept.routing_version = answer->value("config", "");

    // Tell again who is gone; each list is taken over first, for these calls put back what fails.
    const auto visitors = std::exchange(state->visitors_gone, {});
    for (const auto& [visitor, token_hash] : visitors) {
        auto events = co_await visitor_gone(visitor, token_hash);
        if (events) std::move(events->begin(), events->end(), std::back_inserter(swept.events));
    }
    const auto consoles = std::exchange(state->consoles_gone, {});
    for (const auto& console : consoles) {
        auto events = co_await agent_gone(console.agent, console.device, console.generation);
        if (events) std::move(events->begin(), events->end(), std::back_inserter(swept.events));
    }
    co_return swept;
}

Task<bool> LiveStore::allowed(std::string name, std::int64_t limit) {
    Call call{fn::allowed, name, {key::failures(name)}, {std::to_string(limit)}, true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return !words->empty() && number_of(words->front()) == 1;
}

Task<void> LiveStore::count_failure(std::string name, std::int64_t window_s) {
    const auto counted = co_await count(std::move(name), window_s);
    if (!counted) co_return tl::unexpected(counted.error());
    co_return protocol::Result<void>();
}

Task<std::int64_t> LiveStore::count(std::string name, std::int64_t window_s) {
    Call call{fn::count_failure, name, {key::failures(name)}, {std::to_string(window_s)}};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return words->empty() ? 0 : number_of(words->front());
}

Task<void> LiveStore::uncount(std::string name) {
    Call call{fn::uncount, name, {key::failures(name)}, {}};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return protocol::Result<void>();
}

Task<std::vector<std::string>> LiveStore::closing(std::size_t most) {
    Call call{fn::closing, "meta", {key::meta}, {std::to_string(most)}, true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    std::vector<std::string> chats;
    for (const auto& word : *words) chats.push_back(text_of(word));
    co_return chats;
}

Task<ArchiveChat> LiveStore::archive_load(std::string chat) {
    Call call{fn::archive_load,
              chat,
              {key::chat(chat), key::log(chat), key::notes(chat), key::decisions(chat)},
              {chat},
              true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return archive_of(*words);
}

Task<bool> LiveStore::archived(std::string chat, std::int64_t last) {
    Call call{fn::archived,
              chat,
              {key::chat(chat), key::log(chat), key::notes(chat), key::decisions(chat)},
              {chat, std::to_string(last)},
              true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return !words->empty() && number_of(words->front()) == 1;
}

Task<std::vector<std::pair<std::string, std::int64_t>>> LiveStore::lasts(std::vector<std::string> chats) {
    Call call{fn::lasts, "lasts", {key::meta}, std::move(chats), true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    std::vector<std::pair<std::string, std::int64_t>> lasts;
    for (std::size_t i = 0; i + 1 < words->size(); i += 2) {
        lasts.emplace_back(text_of((*words)[i]), number_of((*words)[i + 1]));
    }
    co_return lasts;
}

}  // namespace ventanilla::live
