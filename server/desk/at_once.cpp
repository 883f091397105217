#include "desk/at_once.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>

namespace ventanilla::desk {
namespace {

namespace asio = boost::asio;

struct Group {
    Group(asio::io_context& io, std::size_t tasks) : ended(io, asio::steady_timer::time_point::max()), left(tasks) {}

    asio::steady_timer ended;  ///< cancelled when the last has ended
    std::size_t left;
    std::exception_ptr failure;
};

}  // namespace

asio::awaitable<void> at_once(asio::io_context& io, std::vector<asio::awaitable<void>> tasks) {
    const auto group = std::make_shared<Group>(io, tasks.size());
    for (auto& task : tasks) {
        asio::co_spawn(io, std::move(task), [group](std::exception_ptr failure) {
            if (failure) group->failure = failure;
            if (--group->left == 0) group->ended.cancel();
        });
    }
    boost::system::error_code cancelled;
    while (group->left > 0) co_await group->ended.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (group->failure) std::rethrow_exception(group->failure);
}

}  // namespace ventanilla::desk
