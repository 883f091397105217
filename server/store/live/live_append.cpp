// The hot path: one message into the log of a chat. No coroutine where all is well, and no copy of the reply unless
// replicas are waited for.

#include <hiredis/hiredis.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include <spdlog/spdlog.h>

#include "base/testing.hpp"
#include "store/live/live_state.hpp"
#include "store/live/redis_command.hpp"
#include "store/live/waiter.hpp"

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;
using protocol::Code;
using StatePtr = std::shared_ptr<LiveStore::State>;

// What append.lua answers: ok, seq, at, replayed.
constexpr std::size_t reply_words = 4;

RedisCommand command_of(const LiveStore::State& state, const Append& append) {
    const auto room = 6 * append.chat.size() + append.rest.size() + 512;
    RedisCommand command(14, room);
    command.word("FCALL").word(fn::append.name, state.library.suffix).word("2");
    command.word(state.prefix, key::chat(append.chat)).word(state.prefix, key::log(append.chat));
    // The client_id makes it repeatable, so it has no deadline.
    command.word(state.incarnation).word("0");
    command.word(append.chat).word(append.role).word(append.sender).word(append.client_id);
    command.word(append.content_hash).word(append.rest).word(append.replay_only ? "1" : "0");
    return command;
}

/// Reads the usual reply as it lies in hiredis; nothing for any other.
std::optional<Appended> appended_of(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != reply_words) return std::nullopt;
    const auto word = [&](std::size_t i) -> const redisReply& { return *reply.element[i]; };
    const bool numbered = word(1).type == REDIS_REPLY_INTEGER && word(2).type == REDIS_REPLY_INTEGER &&
                          word(3).type == REDIS_REPLY_INTEGER;
    if (!numbered || word(0).str == nullptr || std::string_view(word(0).str, word(0).len) != "ok") return std::nullopt;
    return Appended{word(1).integer, word(2).integer, word(3).integer == 1};
}

protocol::Result<Appended> appended_of(const protocol::Result<Words>& words) {
    if (!words) return tl::unexpected(words.error());
    if (words->size() + 1 < reply_words) return protocol::fail(Code::unavailable);
    return Appended{number_of((*words)[0]), number_of((*words)[1]), number_of((*words)[2]) == 1};
}

void post(const StatePtr& state, std::unique_ptr<Appending> appending, bool may_load);

asio::awaitable<void> load_and_post(StatePtr state, std::unique_ptr<Appending> appending) {
    protocol::Result<void> loaded;
    try {
        loaded = co_await state->load_library();
    } catch (const std::exception& error) {  // whoever waits is told in any case
        spdlog::error("the function library could not be loaded: {}", error.what());
        loaded = protocol::fail(Code::unavailable);
    }
    if (!loaded) {
        appending->done(tl::unexpected(loaded.error()));
    } else {
        post(state, std::move(appending), false);
    }
}

class AppendWaiter final : public Waiter {
public:
    AppendWaiter(StatePtr state, std::unique_ptr<Appending> appending, bool may_load)
        : state_(std::move(state)), appending_(std::move(appending)), may_load_(may_load) {}

    void answer(const redisReply& reply) override {
        if (const auto appended = appended_of(reply)) {
            testing::crash_point("after", fn::append.name);
            appending_->done(*appended);
        } else {
            complete(copy_reply(&reply));
        }
    }

    void complete(protocol::Result<RedisValue> result) override {
        if (may_load_ && LiveStore::State::is_missing_function(result)) {
            auto& io = state_->io;
            asio::co_spawn(io, load_and_post(std::move(state_), std::move(appending_)), asio::detached);
            return;
        }
        testing::crash_point("after", fn::append.name);
        appending_->done(appended_of(state_->answer_of(fn::append, result)));
    }

private:
    StatePtr state_;
    std::unique_ptr<Appending> appending_;
    bool may_load_;
};

void post(const StatePtr& state, std::unique_ptr<Appending> appending, bool may_load) {
    if (auto refused = state->refusal(fn::append)) return appending->done(tl::unexpected(*std::move(refused)));
    const auto command = command_of(*state, appending->append());
    testing::crash_point("before", fn::append.name);
    const std::string_view chat = appending->append().chat;
    state->pool.post(chat, command, true, std::make_unique<AppendWaiter>(state, std::move(appending), may_load));
}

template <typename Handler>
class HandlerAppending final : public Appending {
public:
    HandlerAppending(Append append, Handler handler) : Appending(std::move(append)), handler_(std::move(handler)) {}
    void done(protocol::Result<Appended> result) noexcept override { std::move(handler_)(std::move(result)); }

private:
    Handler handler_;
};

}  // namespace

void LiveStore::append(std::unique_ptr<Appending> appending) {
    post(state_, std::move(appending), true);
}

Task<Appended> LiveStore::append(Append append) {
    auto start = [&](auto handler) {
        using Handler = decltype(handler);
        post(state_, std::make_unique<HandlerAppending<Handler>>(std::move(append), std::move(handler)), true);
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(protocol::Result<Appended>)>(
        start, asio::use_awaitable);
}

}  // namespace ventanilla::live
