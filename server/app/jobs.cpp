#include "app/jobs.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "base/clock.hpp"
#include "store/files/purge.hpp"
#include "store/record/once.hpp"

namespace ventanilla::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Timed changes follow the wall clock within 5 s: a round, and the time that it takes.
constexpr auto kRound = 2s;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;
// What one call may do: SQLite has one thread, and people wait behind it.
constexpr std::int64_t kTimersAtOnce = 20;
constexpr std::int64_t kFilesAtOnce = 50;
constexpr std::int64_t kSpentAtOnce = 500;
constexpr std::int64_t kPurgedAtOnce = 50;
constexpr std::int64_t kPromisesAtOnce = 500;

}  // namespace

record::Cutoffs chat_cutoffs(const config::Site& site, std::int64_t now_ms) {
    record::Cutoffs cutoffs{now_ms - site.retention.chats_days * kDayMs, {}};
    for (const auto& department : site.departments) {
        if (department.chats_days) cutoffs.departments[department.id] = now_ms - *department.chats_days * kDayMs;
    }
    return cutoffs;
}

record::Cutoffs ticket_cutoffs(const config::Site& site, std::int64_t now_ms) {
    record::Cutoffs cutoffs{now_ms - site.retention.tickets_days * kDayMs, {}};
    for (const auto& department : site.departments) {
        if (department.tickets_days) cutoffs.departments[department.id] = now_ms - *department.tickets_days * kDayMs;
    }
    return cutoffs;
}

bool Jobs::Schedule::due(std::int64_t now_ms) const {
    // A clock that was put back: what was done last is no measure any more.
    return !last_ms || now_ms < *last_ms || now_ms - *last_ms >= every_ms;
}

Jobs::Jobs(JobServices services)
    : services_(std::move(services)),
      timer_(services_.io),
      reloading_{kDayMs, {}},
      sweeping_{kMinuteMs, {}},
      purging_{kHourMs, {}} {}

void Jobs::start() {
    running_ = true;
    asio::co_spawn(services_.io, rounds(), asio::detached);
}

void Jobs::stop() {
    running_ = false;
    timer_.cancel();
}

asio::awaitable<void> Jobs::rounds() {
    while (running_) {
        bool worked = false;
        try {
            worked = co_await round();
        } catch (const std::exception& error) {  // one bad round must not be the last
            spdlog::error("a round of the jobs failed: {}", error.what());
        }
        note(worked);
        timer_.expires_after(kRound);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

// One line per fault, however long it lasts.
void Jobs::note(bool worked) {
    if (std::exchange(fails_, !worked) == !worked) return;
    if (worked) {
        spdlog::info("the jobs run again");
    } else {
        spdlog::warn("the jobs cannot do their work now; each round tries again");
    }
}

// What falls due meanwhile is done after each batch of the others. False if the store did not take something: the next
// round goes on from there.
asio::awaitable<bool> Jobs::round() {
    const auto now = wall_clock_ms();
    if (services_.reload_zones && reloading_.due(now)) {
        services_.reload_zones();
        reloading_.last_ms = now;
    }
    if (!co_await apply_timers()) co_return false;
    if (sweeping_.due(now)) {
        if (!co_await sweep()) co_return false;
        sweeping_.last_ms = now;
    }
    if (purging_.due(now)) {
        if (!co_await purge()) co_return false;
        purging_.last_ms = now;
    }
    co_return true;
}

// Until nothing is left that is due: after a jump of the clock, or a night without a server, that may be much.
asio::awaitable<bool> Jobs::apply_timers() {
    while (running_) {
        const auto policy = services_.policy();
        auto apply = [policy](record::Database& database) {
            return ticketing::apply_timers(database, *policy, wall_clock_ms(), kTimersAtOnce);
        };
        auto changed = co_await services_.record.run(std::move(apply));
        if (!changed) co_return false;
        if (changed->empty()) break;
        if (!services_.tell) continue;
        for (const auto& ticket : *changed) services_.tell(ticket);
    }
    co_return true;
}

asio::awaitable<bool> Jobs::sweep() {
    auto forget = [](record::Database& database) {
        record::Transaction transaction(database);
        record::OnceRepository(database).purge(wall_clock_ms(), kSpentAtOnce);
        transaction.commit();
        return true;
    };
    const auto forgotten = co_await services_.record.run(std::move(forget));
    if (!forgotten) co_return false;
    co_return co_await delete_files();
}

// Those that cannot be deleted now are passed over: they must not keep the others.
asio::awaitable<bool> Jobs::delete_files() {
    std::int64_t failed = 0;
    bool more = true;
    while (running_ && more) {
        auto purge = [&store = services_.files, failed](record::Database& database) {
            return files::purge_unattached(database, store, wall_clock_ms(), kFilesAtOnce, failed);
        };
        const auto purged = co_await services_.record.run(std::move(purge));
        if (!purged) co_return false;
        failed += purged->failed;
        more = purged->more;
        if (!co_await apply_timers()) co_return false;
    }
    co_return true;
}

// Tickets first: a chat stays as long as a ticket of it.
asio::awaitable<bool> Jobs::purge() {
    while (running_) {
        const auto now = wall_clock_ms();
        auto batch = [tickets = ticket_cutoffs(services_.site, now), chats = chat_cutoffs(services_.site, now),
                      now](record::Database& database) {
            record::RetentionRepository rows(database);
            const auto purged = rows.purge_tickets(tickets, kPurgedAtOnce);
            const auto records = purged + rows.purge_chats(chats, kPurgedAtOnce);
            return std::pair(records, rows.purge_outbox(now, kPromisesAtOnce));
        };
        const auto purged = co_await services_.record.run(std::move(batch));
        if (!purged) co_return false;
        const auto [records, promises] = *purged;
        if (records == 0 && promises == 0) break;
        spdlog::info("{} chats and tickets were kept long enough and are deleted, and {} promises long kept", records,
                     promises);
        if (!co_await apply_timers()) co_return false;
    }
    co_return true;
}

}  // namespace ventanilla::app
