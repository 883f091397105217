#include "loadtest/worker/worker.hpp"

#include <algorithm>
#include <exception>

#include <sys/prctl.h>
#include <unistd.h>

#include "loadtest/wire/clock.hpp"
#include "loadtest/worker/task.hpp"

namespace ventanilla::load {
namespace {

void write_rows(int fd, const std::vector<ChatRow>& rows) {
    const auto* bytes = reinterpret_cast<const char*>(rows.data());
    for (std::size_t left = rows.size() * sizeof(ChatRow); left > 0;) {
        const auto done = ::write(fd, bytes, left);
        if (done <= 0) return;
        bytes += done;
        left -= static_cast<std::size_t>(done);
    }
}

class Worker {
public:
    Worker(Board& board, const Setup& setup, std::size_t number)
        : board_(board),
          own_(board.workers[number]),
          checker_(own_.violations),
          world_{.loop = loop_,
                 .target = setup.target,
                 .checker = checker_,
                 .board = own_,
                 .observer = &nobody_,
                 .channel = setup.channel,
                 .department = setup.department,
                 .tag = setup.tag,
                 .filler = std::string(setup.text_bytes > 21 ? setup.text_bytes - 21 : 0, 'x'),
                 .agents_sync = setup.agents_sync,
                 .may_be_refused = setup.may_be_refused},
          crowd_{.world = world_,
                 .setup = setup,
                 .worker = number,
                 .visitors = {},
                 .agents = {},
                 .random = std::mt19937_64(setup.seed * 1000 + number)} {
        for (std::size_t i = number; i < setup.tokens.size(); i += setup.workers)
            crowd_.agents.push_back(std::make_unique<Agent>(world_, i, setup.tokens[i]));
    }

    void run() {
        while (is_wanted()) {
            const auto number = board_.number.load(std::memory_order_acquire);
            if (number == seen_) {
                loop_.turn(ms_ns);
                continue;
            }
            seen_ = number;
            if (board_.order.kind == Order::Kind::quit) break;
            carry_out(board_.order);
            own_.done.store(number, std::memory_order_release);
        }
        leave();
    }

    [[nodiscard]] const std::vector<ChatRow>& rows() const noexcept { return checker_.rows(); }

private:
    [[nodiscard]] bool is_wanted() const { return ::getppid() == parent_ && !own_.in_trouble.load(); }
    /// An order that gets nowhere is given up by sending the next one.
    [[nodiscard]] bool is_given_up() const { return board_.number.load(std::memory_order_relaxed) != seen_; }

    void carry_out(const Order& order) {
        task_ = make_task(crowd_, order);
        world_.observer = task_.get();
        for (auto now = now_ns(); !task_->done(now) && is_wanted() && !is_given_up(); now = now_ns()) {
            const auto due = std::min(task_->step(now), read_on(now));
            loop_.turn(due > now ? std::min(due - now, longest_turn) : 0);
        }
        // The task stays the observer until the next order: whoever loses the socket now is told of to it.
    }

    /// Makes requests again that were refused for a moment, and lets agents read the logs for which they had to wait; when
    /// to come back.
    std::uint64_t read_on(std::uint64_t now) {
        for (std::size_t i = 0; i < world_.retries.size();) {
            const auto retry = world_.retries[i];
            if (retry.at > now) {
                ++i;
                continue;
            }
            world_.retries[i] = world_.retries.back();
            world_.retries.pop_back();
            retry.client->retry(retry.asked);
        }
        auto& readers = world_.readers;
        std::erase_if(readers, [now](Agent* agent) { return !agent->read_on(now); });
        return now + (readers.empty() ? longest_turn : 5 * ms_ns);
    }

    void leave() {
        world_.observer = &nobody_;
        for (const auto& agent : crowd_.agents)
            if (agent->welcome()) agent->set_state("offline");
        // The replies are not waited for: the server carries out what came before the close.
        for (const auto& agent : crowd_.agents) agent->leave();
        for (const auto& visitor : crowd_.visitors) visitor->leave();
    }

    static constexpr std::uint64_t longest_turn = 20 * ms_ns;

    Board& board_;
    WorkerBoard& own_;
    Loop loop_;
    Observer nobody_;
    Checker checker_;
    World world_;
    Crowd crowd_;
    std::unique_ptr<Task> task_;
    pid_t parent_ = ::getppid();
    std::uint32_t seen_ = 0;  // the number of the newest order
};

}  // namespace

int work(Board& board, const Setup& setup, std::size_t number, int rows_fd) {
    // Without it the kernel lets timers be late by 50 us.
    ::prctl(PR_SET_TIMERSLACK, 1000);
    try {
        Worker worker(board, setup, number);
        worker.run();
        write_rows(rows_fd, worker.rows());
        return 0;
    } catch (const std::exception& error) {
        board.workers[number].give_up(error.what());
        return 1;
    }
}

}  // namespace ventanilla::load
