// The hot path: one message into the log of a chat. No coroutine where all is well.

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "store/live/append_queue.hpp"
#include "store/live/live_state.hpp"

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;

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
    auto& queue = state_->append_queue(appending->append().chat);
    queue.add(std::move(appending));
}

Task<Appended> LiveStore::append(Append append) {
    auto start = [&](auto handler) {
        using Handler = decltype(handler);
        this->append(std::make_unique<HandlerAppending<Handler>>(std::move(append), std::move(handler)));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(protocol::Result<Appended>)>(
        start, asio::use_awaitable);
}

}  // namespace ventanilla::live
