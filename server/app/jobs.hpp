#pragma once
// What has to be done with tickets, files and old records when its time has come. Every server does it; the record store
// sees to it that each thing happens once.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <optional>

#include "config/site.hpp"
#include "store/files/file_store.hpp"
#include "store/record/retention.hpp"
#include "store/record/tickets.hpp"
#include "store/record/worker.hpp"
#include "ticketing/commands.hpp"

namespace ventanilla::app {

/// What the jobs work with; all of it outlives them.
struct JobServices {
    boost::asio::io_context& io;
    const config::Site& site;
    record::Worker& record;
    const files::FileStore& files;
    std::function<ticketing::PolicyPtr()> policy;
    /// Told of each ticket that changed by itself.
    std::function<void(const record::TicketRecord&)> tell = {};
    /// Called daily: the system may have other rules of time zones by now.
    std::function<void()> reload_zones = {};
};

/// Times go by the wall clock, also when it jumps: what has fallen due is done within seconds, and what runs by the hour
/// runs then too.
class Jobs {
public:
    explicit Jobs(JobServices services);

    /// Starts the rounds, the first at once; they go on until `stop`.
    void start();
    void stop();

private:
    /// Something that is done every so often.
    struct Schedule {
        std::int64_t every_ms = 0;
        std::optional<std::int64_t> last_ms = {};

        bool due(std::int64_t now_ms) const;
    };

    boost::asio::awaitable<void> rounds();
    boost::asio::awaitable<bool> round();
    boost::asio::awaitable<bool> apply_timers();
    boost::asio::awaitable<bool> sweep();
    boost::asio::awaitable<bool> delete_files();
    boost::asio::awaitable<bool> purge();
    void note(bool worked);

    JobServices services_;
    boost::asio::steady_timer timer_;
    bool running_ = false;
    bool fails_ = false;
    Schedule reloading_;
    Schedule sweeping_;
    Schedule purging_;
};

/// What is older than the configuration wants to keep.
record::Cutoffs chat_cutoffs(const config::Site& site, std::int64_t now_ms);
record::Cutoffs ticket_cutoffs(const config::Site& site, std::int64_t now_ms);

}  // namespace ventanilla::app
