#include "store/live/redis_link.hpp"

#include "store/live/redis_adapter.hpp"

#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace ventanilla::live {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirstBackoff = 50ms;
constexpr auto kLongestBackoff = 1000ms;
// A link whose oldest command has been overdue for so long is given up: a half-open TCP connection never answers.
constexpr auto kGiveUpAfter = 5s;
// A link that has heard nothing for so long is asked for a sign of life.
constexpr auto kQuiet = 2s;

protocol::Result<RedisValue> unavailable() {
    return protocol::fail(protocol::Code::unavailable, {}, 1000);
}

}  // namespace

void Waiter::answer(const redisReply& reply) {
    complete(copy_reply(&reply));
}

RedisValue copy_reply(const redisReply* reply) {
    switch (reply->type) {
        case REDIS_REPLY_INTEGER: return {static_cast<std::int64_t>(reply->integer)};
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS: return {std::string(reply->str, reply->len)};
        case REDIS_REPLY_ERROR: return {RedisValue::Fault{std::string(reply->str, reply->len)}};
        case REDIS_REPLY_ARRAY: {
            RedisValue::Array items;
            items.reserve(reply->elements);
            for (std::size_t i = 0; i < reply->elements; ++i) items.push_back(copy_reply(reply->element[i]));
            return {std::move(items)};
        }
        default: return {};
    }
}

RedisLink::RedisLink(boost::asio::io_context& io, RedisAddress address, std::chrono::milliseconds timeout,
                     Inspection inspection)
    : io_(io),
      address_(std::move(address)),
      timeout_(timeout),
      inspection_(std::move(inspection)),
      retry_(io),
      resolver_(io),
      backoff_(kFirstBackoff) {}

void RedisLink::start() {
    stopped_ = false;
    connect();
}

void RedisLink::stop() {
    stopped_ = true;
    retry_.cancel();
    drop_context();
    up_ = false;
    fail_all();
}

void RedisLink::drop_context() {
    connect_by_.reset();
    resolver_.cancel();
    if (context_ == nullptr) return;
    redisAsyncContext* context = std::exchange(context_, nullptr);
    context->data = nullptr;  // no callback of this context reaches the link any more
    redisAsyncFree(context);
}

void RedisLink::readdress(const std::string& host, std::uint16_t port) {
    address_.host = host;
    address_.port = port;
    if (stopped_) return;
    retry_.cancel();
    drop_context();
    backoff_ = kFirstBackoff;
    lost("the primary is another one");
}

void RedisLink::connect() {
    if (address_.unix_path.empty() && address_.host.empty()) return;
    connect_by_ = Clock::now() + timeout_;
    if (!address_.unix_path.empty()) {
        adopt(redisAsyncConnectUnix(address_.unix_path.c_str()));
        return;
    }
    boost::system::error_code not_numeric;
    boost::asio::ip::make_address(address_.host, not_numeric);
    if (!not_numeric) {
        connect_to(address_.host);
        return;
    }
    resolver_.async_resolve(address_.host, std::to_string(address_.port),
                            [self = shared_from_this()](boost::system::error_code error, const auto& results) {
                                if (self->stopped_ || error == boost::asio::error::operation_aborted) return;
                                if (error || results.empty())
                                    return self->lost("cannot resolve " + self->address_.host);
                                self->connect_to(results.begin()->endpoint().address().to_string());
                            });
}

void RedisLink::connect_to(const std::string& numeric_host) {
    adopt(redisAsyncConnect(numeric_host.c_str(), address_.port));
}

void RedisLink::adopt(redisAsyncContext* context) {
    if (context == nullptr) return lost("out of memory");
    if (context->err != 0) {
        std::string why = context->errstr;
        redisAsyncFree(context);
        return lost(std::move(why));
    }
    context_ = context;
    context->data = this;  // taken back before the link goes; hiredis frees the context after its disconnect callback
    attach(io_, context);
    redisAsyncSetConnectCallback(context, [](const redisAsyncContext* c, int status) {
        if (c->data == nullptr) return;
        const auto self = static_cast<RedisLink*>(c->data)->shared_from_this();
        self->connect_by_.reset();
        if (status == REDIS_OK) return self->greet();
        self->context_ = nullptr;
        self->lost(c->errstr);
    });
    redisAsyncSetDisconnectCallback(context, [](const redisAsyncContext* c, int) {
        if (c->data == nullptr) return;
        const auto self = static_cast<RedisLink*>(c->data)->shared_from_this();
        self->context_ = nullptr;
        self->lost(c->err != 0 ? c->errstr : "closed");
    });
}

void RedisLink::greet() {
    if (!address_.password.empty()) {
        std::vector<std::string> auth{"AUTH"};
        if (!address_.user.empty()) auth.push_back(address_.user);
        auth.push_back(address_.password);
        send(RedisCommand(auth), std::make_unique<CallWaiter>([](const auto&) {}));
    }
    if (address_.database != 0) {
        send({"SELECT", std::to_string(address_.database)}, std::make_unique<CallWaiter>([](const auto&) {}));
    }
    send({"PING"}, std::make_unique<CallWaiter>([self = shared_from_this()](const auto& result) {
             if (self->context_ == nullptr || !result) return;
             // LOADING while the AOF is read, or a wrong password: not usable, try again later.
             if (const auto* fault = result->fault()) return self->refuse(fault->message);
             self->inspect();
         }));
}

void RedisLink::inspect() {
    if (inspection_.questions.empty()) return usable();
    const auto answers = std::make_shared<RedisValue::Array>();
    for (const auto& question : inspection_.questions) {
        send(RedisCommand(question), std::make_unique<CallWaiter>([self = shared_from_this(), answers](auto answer) {
                 if (self->context_ == nullptr || !answer) return;
                 answers->push_back(std::move(*answer));
                 if (answers->size() < self->inspection_.questions.size()) return;
                 self->objection_ = self->inspection_.objection(*answers);
                 if (!self->objection_.empty()) {
                     self->refuse(self->objection_);
                     if (self->on_refused) self->on_refused();
                     return;
                 }
                 self->usable();
             }));
    }
}

void RedisLink::usable() {
    up_ = true;
    backoff_ = kFirstBackoff;
    last_error_.clear();
    probed_ = heard_ = Clock::now();
    if (on_up) on_up();
}

void RedisLink::refuse(std::string why) {
    last_error_ = std::move(why);
    redisAsyncDisconnect(context_);
}

void RedisLink::lost(std::string why) {
    const bool was_up = std::exchange(up_, false);
    stalled_ = false;
    connect_by_.reset();
    if (last_error_.empty()) last_error_ = std::move(why);
    if (was_up) {
        spdlog::warn("redis connection lost: {}", last_error_);
        if (on_down) on_down();
    }
    const bool missed = !pending_.empty();
    fail_all();
    if (missed && on_missed) on_missed();
    if (!stopped_) retry_later();
}

void RedisLink::retry_later() {
    // Jitter keeps eight links of many servers from arriving together.
    const auto wait =
        backoff_ / 2 + std::chrono::milliseconds(randombytes_uniform(static_cast<std::uint32_t>(backoff_.count())));
    backoff_ = std::min<std::chrono::milliseconds>(backoff_ * 2, kLongestBackoff);
    retry_.expires_after(wait);
    retry_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (!error && !self->stopped_) self->connect();
    });
}

void RedisLink::try_now() {
    if (retry_.cancel() > 0) connect();
}

void RedisLink::command(const RedisCommand& command, std::unique_ptr<Waiter> waiter) {
    if (!up_ || stalled_) {
        waiter->complete(unavailable());
        return;
    }
    send(command, std::move(waiter));
}

void RedisLink::send(const RedisCommand& command, std::unique_ptr<Waiter> waiter) {
    pending_.push_back({std::move(waiter), Clock::now() + timeout_});
    const int status = redisAsyncFormattedCommand(context_, &RedisLink::handle_reply, nullptr, command.bytes().data(),
                                                  command.bytes().size());
    if (status != REDIS_OK) {  // the context is being freed: no callback will come for this command
        auto refused = std::move(pending_.back().waiter);
        pending_.pop_back();
        refused->complete(unavailable());
    }
}

void RedisLink::handle_reply(redisAsyncContext* context, void* raw_reply, void*) {
    // A null reply means the context is going: lost() and stop() answer everyone who still waits.
    if (raw_reply == nullptr || context->data == nullptr) return;
    const auto self = static_cast<RedisLink*>(context->data)->shared_from_this();
    if (self->pending_.empty()) return;
    auto waiter = std::move(self->pending_.front().waiter);
    self->pending_.pop_front();
    self->stalled_ = !self->pending_.empty() && self->pending_.front().waiter == nullptr;
    self->heard_ = Clock::now();
    if (waiter) return waiter->answer(*static_cast<const redisReply*>(raw_reply));
    if (self->on_missed) self->on_missed();
}

void RedisLink::subscribe(const std::vector<std::string>& channels) {
    channels_ = channels;
    resubscribe();
}

void RedisLink::resubscribe() {
    if (context_ == nullptr || channels_.empty()) return;
    RedisCommand subscribe(channels_.size() + 1, 0);
    subscribe.word("SUBSCRIBE");
    for (const auto& channel : channels_) subscribe.word(channel);
    redisAsyncFormattedCommand(context_, &RedisLink::handle_push, nullptr, subscribe.bytes().data(),
                               subscribe.bytes().size());
}

void RedisLink::handle_push(redisAsyncContext* context, void* raw_reply, void*) {
    if (raw_reply == nullptr || context->data == nullptr) return;
    const auto self = static_cast<RedisLink*>(context->data)->shared_from_this();
    self->heard_ = Clock::now();
    const auto* reply = static_cast<const redisReply*>(raw_reply);
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 || !self->on_message) return;
    const auto* kind = reply->element[0];
    const auto* channel = reply->element[1];
    const auto* payload = reply->element[2];
    if (kind->type != REDIS_REPLY_STRING || std::string_view(kind->str, kind->len) != "message") return;
    self->on_message(std::string(channel->str, channel->len), std::string(payload->str, payload->len));
}

void RedisLink::check_deadlines(Clock::time_point now) {
    // A host that swallows packets refuses nothing: the kernel would go on trying for minutes.
    if (connect_by_ && *connect_by_ <= now) return give_up("no connection in time");
    // A greeting that is answered too late is answered to nobody: the link would be connected and never usable.
    if (!up_ && context_ != nullptr && !pending_.empty() && pending_.front().deadline <= now) {
        return give_up("no answer");
    }
    // Replies come in order, so the overdue ones stand at the front.
    for (std::size_t i = 0; i < pending_.size() && pending_[i].deadline <= now; ++i) {
        auto waiter = std::move(pending_[i].waiter);
        if (!waiter) continue;
        if (!stalled_) spdlog::warn("redis does not answer: {} commands in flight", pending_.size());
        stalled_ = true;
        last_error_ = "no answer in time";
        waiter->complete(unavailable());
    }
    if (context_ != nullptr && !pending_.empty() && pending_.front().deadline + kGiveUpAfter <= now) {
        return give_up("no answer");
    }
    if (up_) probe(now);
}

void RedisLink::give_up(const char* why) {
    drop_context();
    last_error_ = why;
    lost(why);
}

void RedisLink::probe(Clock::time_point now) {
    if (heard_ < probed_) {  // the last question is not answered yet
        if (channels_.empty() || now < probed_ + timeout_ + kGiveUpAfter) return;
        return give_up("no answer on the subscription");
    }
    if (now < heard_ + kQuiet) return;
    probed_ = now;
    // A subscribed connection takes no ordinary command; to subscribe again changes nothing and is answered.
    if (!channels_.empty()) return resubscribe();
    if (pending_.empty()) send({"PING"}, std::make_unique<CallWaiter>([](const auto&) {}));
}

void RedisLink::fail_all() {
    auto pending = std::exchange(pending_, {});
    for (auto& command : pending) {
        if (command.waiter) command.waiter->complete(unavailable());
    }
}

}  // namespace ventanilla::live
