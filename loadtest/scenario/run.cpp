#include "loadtest/scenario/run.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loadtest/wire/clock.hpp"
#include "loadtest/worker/worker.hpp"

namespace ventanilla::load {
namespace {

constexpr std::uint64_t sample_every = 250 * ms_ns;
/// Nothing at all has happened for so long: it will not any more.
constexpr std::uint64_t stuck_after = 60 * second_ns;
/// What is acknowledged may still be on its way to the other side.
constexpr std::uint64_t tail = 10 * second_ns;

Board& map_board() {
    void* memory = ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    return *new (memory) Board;
}

Usage spent(const Usage& from, const Usage& to) {
    Usage usage = to;
    usage.cpu_s = std::max(0.0, usage.cpu_s - from.cpu_s);  // less, where a process ended meanwhile
    usage.user_s -= from.user_s;
    usage.system_s -= from.system_s;
    usage.switches -= from.switches;
    usage.calls -= from.calls;
    return usage;
}

}  // namespace

Run::Run(const Setup& setup, Watched watched, Outcome& outcome, std::function<void(const std::string&, bool)> told)
    : setup_(setup),
      watched_(watched),
      outcome_(outcome),
      told_(std::move(told)),
      board_(map_board()),
      began_(now_ns()) {
    for (std::size_t i = 0; i < setup.workers; ++i) start_worker(i);
    if (watched_.system_calls) calls_.emplace(watched_.server);
    sampled_ = costs(false);
    sampled_at_ = began_;
    outcome_.samples.push_back({});
}

Run::~Run() {
    for (const auto& worker : workers_) {
        if (worker.pid > 0) {
            ::kill(worker.pid, SIGKILL);
            ::waitpid(worker.pid, nullptr, 0);
        }
        ::close(worker.rows_fd);
    }
    ::munmap(&board_, sizeof(Board));
}

void Run::start_worker(std::size_t number) {
    const int rows = ::memfd_create("rows", MFD_CLOEXEC);
    if (rows < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
    const auto pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0) ::_exit(work(board_, setup_, number, rows));
    workers_.push_back({pid, rows});
}

std::uint64_t Run::total(Count count) const noexcept {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < setup_.workers; ++i) sum += board_.workers[i].get(count);
    return sum;
}

Run::Costs Run::costs(bool with_pss) const {
    Costs costs;
    const auto look = [&](pid_t pid, Usage& usage) {
        const auto found = pid > 0 ? usage_of(pid, with_pss) : std::nullopt;
        if (found) usage = *found;
        return found.has_value();
    };
    costs.has_server = look(watched_.server, costs.server);
    if (calls_) costs.server.calls = calls_->count();
    costs.has_redis = look(watched_.redis, costs.redis);
    for (const auto& worker : workers_) {
        Usage usage;
        if (!look(worker.pid, usage)) continue;
        costs.tester.cpu_s += usage.cpu_s;
        costs.tester.user_s += usage.user_s;
        costs.tester.system_s += usage.system_s;
        costs.tester.rss += usage.rss;
    }
    return costs;
}

void Run::give_up(std::string why) {
    if (outcome_.trouble.empty()) outcome_.trouble = std::move(why);
}

bool Run::check_workers() {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (board_.workers[i].in_trouble.load()) give_up(board_.workers[i].trouble.data());
        if (workers_[i].pid > 0 && ::waitpid(workers_[i].pid, nullptr, WNOHANG) == workers_[i].pid) {
            workers_[i].pid = 0;
            give_up("a process of the tester ended");
        }
    }
    return outcome_.trouble.empty();
}

void Run::sample(const std::string& what) {
    const auto now = now_ns();
    const auto current = costs(false);
    const auto seconds = static_cast<double>(now - sampled_at_) / 1e9;
    const auto acked = total(Count::acked);
    const auto delivered = total(Count::delivered);
    Sample sample;
    sample.at_s = static_cast<double>(now - began_) / 1e9;
    sample.acked_per_s = static_cast<double>(acked - sampled_acked_) / seconds;
    sample.delivered_per_s = static_cast<double>(delivered - sampled_delivered_) / seconds;
    sample.connected = total(Count::connected);
    sample.server_cpu = (current.server.cpu_s - sampled_.server.cpu_s) / seconds;
    sample.redis_cpu = (current.redis.cpu_s - sampled_.redis.cpu_s) / seconds;
    sample.tester_cpu = (current.tester.cpu_s - sampled_.tester.cpu_s) / seconds;
    sample.server_rss = current.server.rss;
    sample.redis_rss = current.redis.rss;
    outcome_.samples.push_back(sample);
    sampled_ = current;
    sampled_at_ = now;
    sampled_acked_ = acked;
    sampled_delivered_ = delivered;
    told_(fmt::format("{:6.1f} s  {}: {} sockets, {} chats, {:.0f} acked/s, {:.0f} delivered/s, CPU server {:.0f} % "
                      "redis {:.0f} % tester {:.0f} %",
                      sample.at_s, what, sample.connected, total(Count::started) - total(Count::closed),
                      sample.acked_per_s, sample.delivered_per_s, 100 * sample.server_cpu, 100 * sample.redis_cpu,
                      100 * sample.tester_cpu),
          false);
}

bool Run::wait_for(const std::function<bool()>& over, const std::string& what) {
    const auto progress = [&] {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(Count::count_); ++i) sum += total(static_cast<Count>(i));
        return sum;
    };
    auto moved_at = now_ns();
    auto before = progress();
    while (!over()) {
        if (!check_workers()) return false;
        const auto now = now_ns();
        if (now - sampled_at_ >= sample_every) sample(what);
        if (const auto current = progress(); current != before) {
            before = current;
            moved_at = now;
        }
        if (now - moved_at > stuck_after + board_.order.duration_ns) {
            give_up(fmt::format("nothing has happened for a minute while: {}", what));
            return false;
        }
        ::usleep(1000);
    }
    return true;
}

bool Run::perform(const Order& order, const std::string& what) {
    if (!check_workers()) return false;
    told_(fmt::format("{:6.1f} s  {}", static_cast<double>(now_ns() - began_) / 1e9, what), true);
    board_.order = order;
    const auto number = board_.number.load() + 1;
    board_.number.store(number, std::memory_order_release);
    const bool carried_out = wait_for(
        [&] {
            return std::all_of(board_.workers.begin(),
                               board_.workers.begin() + static_cast<std::ptrdiff_t>(workers_.size()),
                               [&](const WorkerBoard& worker) { return worker.done.load() == number; });
        },
        what);
    if (!carried_out) return false;
    // Visitors may know of their agent before the agent does.
    if (order.kind == Order::Kind::start_chats)
        return wait_for([&] { return total(Count::assigned) >= total(Count::started); }, what);
    if (order.kind != Order::Kind::talk) return true;
    const auto quiet = now_ns() + tail;
    return wait_for([&] { return total(Count::delivered) >= total(Count::acked) || now_ns() > quiet; }, what);
}

void Run::collect_times(Step& step) {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        for (std::size_t k = 0; k < step.times.size(); ++k) {
            step.times[k].merge(board_.workers[i].times[k]);
            board_.workers[i].times[k] = Histogram{};
        }
    }
}

bool Run::measure(const Order& order, const std::string& name, double asked_per_s) {
    auto step = std::make_unique<Step>();
    collect_times(*step);  // what was timed before belongs to no step
    step->times = {};
    const auto totals = [&](std::size_t i) { return total(static_cast<Count>(i)); };
    std::array<std::uint64_t, static_cast<std::size_t>(Count::count_)> before{};
    for (std::size_t i = 0; i < before.size(); ++i) before[i] = totals(i);
    const auto from = costs(false);
    const auto start = now_ns();
    const bool went_well = perform(order, name);
    const auto quiet = now_ns() + tail;
    if (went_well) wait_for([&] { return total(Count::delivered) >= total(Count::acked) || now_ns() > quiet; }, name);
    step->seconds = static_cast<double>(now_ns() - start) / 1e9;
    const auto to = costs(true);
    for (std::size_t i = 0; i < before.size(); ++i) {
        step->counts[i] = totals(i) - before[i];
        if (static_cast<Count>(i) == Count::connected) step->counts[i] = totals(i);
    }
    step->name = name;
    step->asked_per_s = asked_per_s;
    collect_times(*step);
    step->server = spent(from.server, to.server);
    step->redis = spent(from.redis, to.redis);
    step->tester = spent(from.tester, to.tester);
    step->has_server = from.has_server && to.has_server;
    step->has_redis = from.has_redis && to.has_redis;
    outcome_.steps.push_back(*step);
    return went_well;
}

std::vector<ChatRow> Run::rows() const {
    std::vector<ChatRow> rows;
    for (const auto& worker : workers_) {
        const auto bytes = ::lseek(worker.rows_fd, 0, SEEK_END);
        const auto count = static_cast<std::size_t>(std::max<off_t>(bytes, 0)) / sizeof(ChatRow);
        const auto before = rows.size();
        rows.resize(before + count);
        if (::pread(worker.rows_fd, rows.data() + before, count * sizeof(ChatRow), 0) < 0) rows.resize(before);
    }
    return rows;
}

void Run::finish() {
    check_workers();
    sample("end");
    board_.order.kind = Order::Kind::quit;
    board_.number.fetch_add(1, std::memory_order_release);
    for (auto& worker : workers_) {
        if (worker.pid > 0) ::waitpid(worker.pid, nullptr, 0);
        worker.pid = 0;
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        const auto& found = board_.workers[i].violations;
        for (std::size_t k = 0; k < found.counts.size(); ++k) outcome_.violations.counts[k] += found.counts[k];
        for (std::size_t k = 0; k < std::min<std::uint64_t>(found.total, Violations::kept); ++k)
            outcome_.notes.push_back(fmt::format("broken: {}", found.first[k].data()));
        outcome_.violations.total += found.total;
    }
    if (!outcome_.trouble.empty()) return;  // half of a history proves nothing
    const auto before = outcome_.violations.total;
    Violations late;
    outcome_.chats_checked = check_rows(rows(), late, outcome_.chats_moved);
    for (std::size_t k = 0; k < late.counts.size(); ++k) outcome_.violations.counts[k] += late.counts[k];
    outcome_.violations.total = before + late.total;
    for (std::size_t k = 0; k < std::min<std::uint64_t>(late.total, Violations::kept); ++k)
        outcome_.notes.push_back(fmt::format("broken: {}", late.first[k].data()));
}

}  // namespace ventanilla::load
