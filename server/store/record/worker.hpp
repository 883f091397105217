#pragma once
// SQL off the event loop: a few threads, each with a connection of its own, behind a bounded queue and a deadline.
// A store that is locked, slow or gone costs its callers an `unavailable` and the loop nothing.

#include "protocol/codes.hpp"
#include "store/record/bounded_queue.hpp"
#include "store/record/call.hpp"
#include "store/record/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace ventanilla::record {

struct WorkerOptions {
    std::size_t threads = 0;  ///< 0: one for SQLite (it has one writer), four for PostgreSQL
    std::size_t queue = 1024;
    std::chrono::milliseconds deadline{5000};      ///< from run() to the answer
    std::chrono::milliseconds probe_every{2000};   ///< how soon an idle connection notices that the store is gone
    std::chrono::milliseconds probe_limit{2500};   ///< a probe, or preparing a connection, has failed after this
    std::chrono::milliseconds backoff_first{100};  ///< between attempts to connect; doubled each time …
    std::chrono::milliseconds backoff_most{2000};  ///< … up to this
    Database::Options database;
};

/// Must be destroyed before the io_context it answers on. run() is called on that io_context's thread.
class Worker {
public:
    using Options = WorkerOptions;

    /// Returns at once; the threads connect by themselves and keep trying.
    Worker(boost::asio::any_io_executor executor, DatabaseUrl url, Options options = {});
    /// Interrupts what runs, drops what waits.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Carries out f(Database&) on a pool thread; f owns what it uses, for it may outlive its caller. Gives what f
    /// returns (a Result stays one), or `unavailable` if the queue is full, the store is away or locked, f threw, or
    /// the deadline passed. f is not started after the deadline; one that was running then may still have committed,
    /// so what writes must be repeatable.
    template <typename F>
    auto run(F f) -> boost::asio::awaitable<ResultOf<std::invoke_result_t<F&, Database&>>>;
    /// The same with a deadline of its own, for what can be done without.
    template <typename F>
    auto run(F f, std::chrono::milliseconds patience)
        -> boost::asio::awaitable<ResultOf<std::invoke_result_t<F&, Database&>>>;

    /// Whether the store answered when last asked: /readyz. Any thread.
    bool healthy() const noexcept;
    /// How many calls are carried out at the same time.
    std::size_t threads() const { return threads_.size(); }
    /// How many calls wait for a thread: a metric.
    std::size_t waiting() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Job {
        std::function<void(Database&)> work;
        std::function<void()> refuse;  ///< answers `unavailable`
        Clock::time_point deadline;
    };
    class Thread;

    bool submit(Job job);
    void watch();

    boost::asio::any_io_executor executor_;
    DatabaseUrl url_;
    Options options_;
    BoundedQueue<Job> queue_;
    std::atomic<std::size_t> connected_{0};
    std::atomic<std::size_t> losses_{0};  ///< connections lost so far: after one, the others are asked before use
    std::vector<std::unique_ptr<Thread>> threads_;
    std::thread watchdog_;
};

template <typename F>
auto Worker::run(F f) -> boost::asio::awaitable<ResultOf<std::invoke_result_t<F&, Database&>>> {
    return run(std::move(f), options_.deadline);
}

template <typename F>
auto Worker::run(F f, std::chrono::milliseconds patience)
    -> boost::asio::awaitable<ResultOf<std::invoke_result_t<F&, Database&>>> {
    using Value = ResultOf<std::invoke_result_t<F&, Database&>>;
    const auto call = std::make_shared<Call<Value>>(executor_, patience);
    const auto task = std::make_shared<F>(std::move(f));
    Job job;
    job.work = [call, task](Database& database) { call->answer(invoke_for_result(*task, database)); };
    job.refuse = [call] { call->answer(unavailable()); };
    job.deadline = Clock::now() + patience;
    if (!submit(std::move(job))) {
        co_return unavailable();
    }
    co_return co_await call->wait();
}

}  // namespace ventanilla::record
