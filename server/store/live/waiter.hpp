#pragma once
// Who waits for one reply of Redis.

#include <functional>
#include <utility>

#include "protocol/codes.hpp"
#include "store/live/redis_value.hpp"

struct redisReply;

namespace ventanilla::live {

/// Copies a reply of hiredis, which lives only as long as the callback that brings it.
RedisValue copy_reply(const redisReply* reply);

/// Completed exactly once.
class Waiter {
public:
    virtual ~Waiter() = default;
    virtual void complete(protocol::Result<RedisValue> result) = 0;
    /// The reply as hiredis has it, which lives only as long as this call. Copies it, unless there is a shorter way.
    virtual void answer(const redisReply& reply);
};

/// Runs a callable.
class CallWaiter : public Waiter {
public:
    explicit CallWaiter(std::function<void(protocol::Result<RedisValue>)> call) : call_(std::move(call)) {}
    void complete(protocol::Result<RedisValue> result) override { call_(std::move(result)); }

private:
    std::function<void(protocol::Result<RedisValue>)> call_;
};

}  // namespace ventanilla::live
