#include "store/record/worker.hpp"

#include "store/record/sql.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

namespace ventanilla::record {
namespace {

constexpr std::chrono::milliseconds watch_every{200};

}  // namespace

/// One thread with its connection: connects, works, and connects again when the connection is no good any more.
class Worker::Thread {
public:
    explicit Thread(Worker& worker) : worker_(worker), thread_([this] { work(); }) {}

    void join() { thread_.join(); }

    /// Ends what runs here if it has run past its deadline, or in any case if `always`. Any thread.
    void interrupt(Clock::time_point now, bool always) {
        const std::lock_guard lock(mutex_);
        if (database_ && (always || (busy_until_ && *busy_until_ < now))) {
            busy_until_.reset();
            database_->interrupt();
        }
    }

private:
    void work() {
        auto backoff = worker_.options_.backoff_first;
        while (!worker_.queue_.closed()) {
            if (!connected_ && !connect()) {
                refuse_for(backoff);
                backoff = std::min(backoff * 2, worker_.options_.backoff_most);
                continue;
            }
            backoff = worker_.options_.backoff_first;
            auto job = worker_.queue_.pop(worker_.options_.probe_every);
            if (!job || trusted_losses_ != worker_.losses_.load()) {
                probe();
            }
            if (job) {
                carry_out(*job);
            }
        }
        disconnect();
    }

    bool connect() {
        const bool good = guarded([this] {
            auto database = Database::connect(worker_.url_, worker_.options_.database);
            Database& fresh = *database;
            {
                const std::lock_guard lock(mutex_);
                database_ = std::move(database);
            }
            fresh.prepare();
            fresh.probe();  // one that can be opened may still be locked
        });
        if (!good) {
            disconnect();
            return false;
        }
        if (!std::exchange(complaint_, {}).empty()) {
            spdlog::info("record store: back");
        }
        trusted_losses_ = worker_.losses_.load();
        connected_ = true;
        worker_.connected_.fetch_add(1);
        return true;
    }

    void disconnect() {
        if (std::exchange(connected_, false)) {
            worker_.connected_.fetch_sub(1);
            worker_.losses_.fetch_add(1);
        }
        const std::lock_guard lock(mutex_);
        database_.reset();
    }

    void probe() {
        trusted_losses_ = worker_.losses_.load();
        if (!guarded([this] { database_->probe(); })) {
            disconnect();
        }
    }

    void carry_out(Job& job) {
        if (job.deadline <= Clock::now()) {
            return;  // answered long ago; must not happen late
        }
        if (!connected_ && !connect()) {
            job.refuse();
        } else if (!guarded([&] { job.work(*database_); }, job.deadline)) {
            job.refuse();
            probe();  // it may have been the job's own fault
        }
    }

    // False, with the cause logged, if f threw or was interrupted.
    template <typename F>
    bool guarded(F f) {
        return guarded(f, Clock::now() + worker_.options_.probe_limit);
    }

    template <typename F>
    bool guarded(F f, Clock::time_point deadline) {
        set_busy_until(deadline);
        try {
            f();
        } catch (const std::exception& error) {
            set_busy_until(std::nullopt);
            complain(error);
            return false;
        }
        set_busy_until(std::nullopt);
        return true;
    }

    void set_busy_until(std::optional<Clock::time_point> deadline) {
        const std::lock_guard lock(mutex_);
        busy_until_ = deadline;
    }

    // Without a connection, what comes is answered at once rather than left to its deadline.
    void refuse_for(std::chrono::milliseconds pause) {
        const auto until = Clock::now() + pause;
        while (!worker_.queue_.closed() && Clock::now() < until) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
            // Another thread's connection may be good: then the job is for that one.
            if (worker_.connected_.load() > 0) {
                worker_.queue_.wait_closed(left);
            } else if (const auto job = worker_.queue_.pop(std::min(left, std::chrono::milliseconds(50)))) {
                job->refuse();
            }
        }
    }

    // Once per cause, not once per call while it lasts.
    void complain(const std::exception& error) {
        if (std::string cause = cause_of(error); complaint_ != cause) {
            complaint_ = std::move(cause);
            spdlog::error("record store: {}", complaint_);
        }
    }

    Worker& worker_;
    std::mutex mutex_;  ///< guards the two below against interrupt()
    std::unique_ptr<Database> database_;
    std::optional<Clock::time_point> busy_until_;
    bool connected_ = false;          ///< the store has answered on database_
    std::size_t trusted_losses_ = 0;  ///< losses_ when it last did
    std::string complaint_;
    std::thread thread_;
};

Worker::Worker(boost::asio::any_io_executor executor, DatabaseUrl url, Options options)
    : executor_(std::move(executor)), url_(std::move(url)), options_(options), queue_(options.queue) {
    const std::size_t usual = url_.backend == Backend::sqlite ? 1 : 4;
    for (std::size_t i = 0; i < (options_.threads == 0 ? usual : options_.threads); ++i) {
        threads_.push_back(std::make_unique<Thread>(*this));
    }
    watchdog_ = std::thread([this] { watch(); });
}

Worker::~Worker() {
    queue_.close();
    watchdog_.join();
    for (const auto& thread : threads_) {
        thread->interrupt(Clock::now(), true);
    }
    for (const auto& thread : threads_) {
        thread->join();
    }
}

// A thread inside a database call that hangs cannot help itself.
void Worker::watch() {
    while (!queue_.wait_closed(watch_every)) {
        for (const auto& thread : threads_) {
            thread->interrupt(Clock::now(), false);
        }
    }
}

bool Worker::submit(Job job) {
    return queue_.push(std::move(job));
}

bool Worker::healthy() const noexcept {
    return connected_.load() > 0;
}

std::size_t Worker::waiting() const {
    return queue_.size();
}

}  // namespace ventanilla::record
