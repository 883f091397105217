#pragma once
// How an answer comes back from a pool thread to the coroutine that waits for it on the event loop.

#include "protocol/codes.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace ventanilla::record {

/// Clients wait a second before they try a store that is away again.
inline tl::unexpected<protocol::Error> unavailable() {
    return protocol::fail(protocol::Code::unavailable, {}, 1000);
}

namespace detail {
template <typename T>
struct AsResult {
    using type = protocol::Result<T>;
};
template <typename T>
struct AsResult<protocol::Result<T>> {
    using type = protocol::Result<T>;
};
}  // namespace detail

/// Result<T> for T, and for Result<T> itself.
template <typename T>
using ResultOf = typename detail::AsResult<std::remove_cvref_t<T>>::type;

/// f(args…) as a Result, also where f returns nothing.
template <typename F, typename... Args>
auto invoke_for_result(F& f, Args&&... args) -> ResultOf<std::invoke_result_t<F&, Args...>> {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, Args...>>) {
        std::invoke(f, std::forward<Args>(args)...);
        return {};
    } else {
        return std::invoke(f, std::forward<Args>(args)...);
    }
}

/// One answer on its way. Shared by the coroutine and the pool; whoever is late is ignored.
template <typename Value>
class Call : public std::enable_shared_from_this<Call<Value>> {
public:
    Call(const boost::asio::any_io_executor& executor, std::chrono::milliseconds patience)
        : executor_(executor), timer_(executor, patience) {}

    /// From any thread.
    void answer(Value value) {
        boost::asio::post(executor_, [self = this->shared_from_this(), value = std::move(value)]() mutable {
            if (!self->value_) {
                self->value_ = std::move(value);
                // Moving the expiry wakes the waiter, and also one that has yet to begin waiting.
                self->timer_.expires_at(boost::asio::steady_timer::time_point::min());
            }
        });
    }

    /// On the event loop: the answer, or `unavailable` when patience ends.
    boost::asio::awaitable<Value> wait() {
        const auto self = this->shared_from_this();
        boost::system::error_code woken;
        co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        if (!value_) {
            value_ = Value(unavailable());
        }
        co_return std::move(*value_);
    }

private:
    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer timer_;
    std::optional<Value> value_;
};

}  // namespace ventanilla::record
