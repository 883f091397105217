#include "app/agent_sync.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>

#include "desk/routed.hpp"
#include "store/record/agents.hpp"

namespace ventanilla::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A sign-out by command has to be felt within 5 s, and the command itself waits for it.
constexpr auto kInterval = 500ms;

}  // namespace

AgentSync::AgentSync(desk::Desk& desk) : desk_(desk), timer_(desk.io) {}

asio::awaitable<bool> AgentSync::run_once() {
    const auto since = revision_;
    auto read = [since](record::Database& database) {
        record::AgentRepository agents(database);
        if (agents.revision() == since) return std::vector<record::Agent>{};
        return agents.changed_since(since);
    };
    auto changed = co_await desk_.record.run(std::move(read));
    if (!changed) co_return false;
    for (const auto& agent : *changed) {
        auto events = co_await desk_.live.agent_put(desk::routed(agent, desk_.site));
        if (!events) co_return false;  // the next round goes on from here
        desk::dispatch(desk_, std::move(*events));
        revision_ = std::max(revision_, agent.revision);
    }
    co_return true;
}

void AgentSync::start() {
    running_ = true;
    asio::co_spawn(desk_.io, rounds(), asio::detached);
}

void AgentSync::stop() {
    running_ = false;
    timer_.cancel();
}

asio::awaitable<void> AgentSync::rounds() {
    while (running_) {
        try {
            co_await run_once();
        } catch (const std::exception& error) {  // one bad round must not be the last
            spdlog::error("agents cannot be carried over: {}", error.what());
        }
        timer_.expires_after(kInterval);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

}  // namespace ventanilla::app
