#include "store/live/append_queue.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <exception>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/testing.hpp"
#include "store/live/redis_command.hpp"
#include "store/live/waiter.hpp"

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;
using protocol::Code;

// Redis does nothing else while it carries out one command: about a millisecond for so many messages.
constexpr std::size_t kMost = 64;
constexpr std::size_t kWordsOfMessage = 5;

std::size_t bytes_of(const Append& append) {
    return append.chat.size() + append.sender.size() + append.client_id.size() + append.content_hash.size() +
           append.rest.size();
}

/// The words of append.lua's answer, one after the other.
class Answers {
public:
    explicit Answers(std::string_view text) : text_(text) {}

    protocol::Result<Appended> next() {
        const auto first = word();
        const auto second = word();
        const auto third = word();
        const auto seq = integer(first);
        const auto number = integer(second);
        if (!number) return protocol::fail(Code::unavailable, {}, 1000);
        if (seq) return Appended{*seq, *number, third == "1"};
        return protocol::fail(code_of(first).value_or(Code::unavailable), {}, *number);
    }

private:
    std::string_view word() {
        const auto end = std::min(text_.find(' '), text_.size());
        const auto word = text_.substr(0, end);
        text_.remove_prefix(std::min(end + 1, text_.size()));
        return word;
    }

    static std::optional<std::int64_t> integer(std::string_view word) {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (word.empty() || error != std::errc() || end != word.data() + word.size()) return std::nullopt;
        return value;
    }

    std::string_view text_;
};

/// What followed "ok", as it lies in hiredis; nothing for any other reply.
std::optional<std::string_view> answers_of(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 2) return std::nullopt;
    const auto text = [&](std::size_t i) {
        const redisReply& word = *reply.element[i];
        return word.str == nullptr ? std::string_view() : std::string_view(word.str, word.len);
    };
    if (text(0) != "ok") return std::nullopt;
    return text(1);
}

}  // namespace

class AppendQueue::BatchWaiter final : public Waiter {
public:
    BatchWaiter(std::shared_ptr<LiveStore::State> state, AppendQueue& queue, Batch batch, bool may_load)
        : state_(std::move(state)), queue_(queue), batch_(std::move(batch)), may_load_(may_load) {}

    void answer(const redisReply& reply) override {
        if (const auto answers = answers_of(reply)) {
            tell(*answers);
        } else {
            complete(copy_reply(&reply));
        }
    }

    void complete(protocol::Result<RedisValue> result) override {
        if (may_load_ && LiveStore::State::is_missing_function(result)) {
            auto& io = state_->io;
            asio::co_spawn(io, queue_.load_and_send(state_, std::move(batch_)), asio::detached);
            return;
        }
        const auto words = state_->answer_of(fn::append, std::move(result));
        if (words) return tell(words->empty() ? std::string() : text_of(words->front()));
        testing::crash_point("after", fn::append.name);
        queue_.answered();
        for (const auto& appending : batch_) appending->done(tl::unexpected(words.error()));
    }

    const Batch& batch() const noexcept { return batch_; }

private:
    /// What has gathered goes before the senders hear: Redis works meanwhile.
    void tell(std::string_view text) {
        testing::crash_point("after", fn::append.name);
        queue_.answered();
        Answers answers(text);
        for (const auto& appending : batch_) appending->done(answers.next());
    }

    std::shared_ptr<LiveStore::State> state_;  ///< whose the queue is
    AppendQueue& queue_;
    Batch batch_;
    bool may_load_;
};

void AppendQueue::add(std::unique_ptr<Appending> appending) {
    waiting_.push_back(std::move(appending));
    if (under_way_ > 0 || std::exchange(scheduled_, true)) return;
    asio::post(state_.io, [this, alive = state_.shared_from_this()] {
        scheduled_ = false;
        if (under_way_ == 0) send_all();
    });
}

void AppendQueue::send_all() {
    auto all = std::exchange(waiting_, {});
    for (auto first = all.begin(); first != all.end();) {
        const auto last = first + std::min<std::ptrdiff_t>(kMost, all.end() - first);
        ++under_way_;
        send({std::make_move_iterator(first), std::make_move_iterator(last)}, true);
        first = last;
    }
}

void AppendQueue::answered() {
    if (--under_way_ == 0 && !waiting_.empty()) send_all();
}

void AppendQueue::send(Batch batch, bool may_load) {
    auto waiter = std::make_unique<BatchWaiter>(state_.shared_from_this(), *this, std::move(batch), may_load);
    if (auto refused = state_.refusal(fn::append)) return waiter->complete(tl::unexpected(*std::move(refused)));
    const auto command = command_of(waiter->batch());
    testing::crash_point("before", fn::append.name);
    state_.pool.post(link_, command, true, std::move(waiter));
}

RedisCommand AppendQueue::command_of(const Batch& batch) const {
    const auto words = 5 + batch.size() * (1 + kWordsOfMessage);
    std::size_t room = 128;
    for (const auto& appending : batch) room += state_.prefix.size() + 8 + bytes_of(appending->append());
    RedisCommand command(words, room);
    command.word("FCALL").word(fn::append.name, state_.library.suffix).word(std::to_string(batch.size()));
    for (const auto& appending : batch) command.word(state_.prefix, key::chat(appending->append().chat));
    // The client_ids make it repeatable, so it has no deadline.
    command.word(state_.incarnation).word("0");
    for (const auto& appending : batch) {
        const auto& append = appending->append();
        command.word(append.role == "agent" ? "a:" : "v:", append.sender).word(append.client_id);
        command.word(append.content_hash).word(append.rest).word(append.replay_only ? "1" : "0");
    }
    return command;
}

asio::awaitable<void> AppendQueue::load_and_send(std::shared_ptr<LiveStore::State> alive, Batch batch) {
    protocol::Result<void> loaded;
    try {
        loaded = co_await alive->load_library();
    } catch (const std::exception& error) {  // whoever waits is told in any case
        spdlog::error("the function library could not be loaded: {}", error.what());
        loaded = protocol::fail(Code::unavailable);
    }
    if (loaded) {
        send(std::move(batch), false);
    } else {
        answered();
        for (const auto& appending : batch) appending->done(tl::unexpected(loaded.error()));
    }
}

}  // namespace ventanilla::live
