#include "store/live/managed_redis.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <linux/close_range.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "store/live/managed_aof.hpp"
#include "store/live/managed_lock.hpp"

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A big AOF is read at some 100 MB/s; after this long without an answer the start counts as failed.
constexpr auto kLoadPatience = 120s;
constexpr auto kStopPatience = 10s;
constexpr auto kLongestBackoff = 3s;

std::vector<std::string> arguments(const ManagedRedis::Options& options, const std::filesystem::path& directory) {
    // Redis opens the socket after it has changed to its directory: a path of ours, if relative, would lead nowhere.
    return {options.program,
            "--port",
            "0",
            "--unixsocket",
            options.socket.empty() ? "../redis.sock" : options.socket.string(),
            "--unixsocketperm",
            "700",
            "--dir",
            directory.string(),
            "--daemonize",
            "no",
            "--logfile",
            "redis.log",
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--no-appendfsync-on-rewrite",
            "no",
            "--maxmemory",
            std::to_string(options.maxmemory_bytes),
            "--maxmemory-policy",
            "noeviction"};
}

/// Runs in the forked child: async-signal-safe calls only.
[[noreturn]] void become_redis(char* const* argv, pid_t parent, int lock_fd) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);  // the parent died between fork and prctl
    // Redis must not hold our sockets: their peers would never see them end, and the port would stay taken.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::fcntl(lock_fd, F_SETFD, 0);  // the lock outlives us until redis-server is dead, too
    ::setpgid(0, 0);               // a Ctrl+C on the terminal is for the server, which stops Redis last
    ::execvp(argv[0], argv);
    ::_exit(127);
}

enum class Answer { ready, loading, nothing };

Answer ask(const std::string& socket) {
    const timeval patience{1, 0};
    redisContext* context = redisConnectUnixWithTimeout(socket.c_str(), patience);
    auto answer = Answer::nothing;
    if (context != nullptr && context->err == 0) {
        redisSetTimeout(context, patience);
        if (auto* reply = static_cast<redisReply*>(redisCommand(context, "PING")); reply != nullptr) {
            answer = reply->type == REDIS_REPLY_STATUS ? Answer::ready : Answer::loading;
            freeReplyObject(reply);
        }
    }
    if (context != nullptr) redisFree(context);
    return answer;
}

}  // namespace

struct ManagedRedis::State : std::enable_shared_from_this<State> {
    asio::io_context& io;
    Options options;
    std::filesystem::path directory;
    std::string socket;
    DataLock lock;
    asio::steady_timer timer;
    asio::posix::stream_descriptor exit_watch;  // a pidfd: readable when the child has ended
    pid_t child = -1;
    bool stopping = false;
    Clock::time_point started_at{};
    std::chrono::milliseconds backoff{100};

    State(asio::io_context& loop, Options wanted)
        : io(loop),
          options(std::move(wanted)),
          directory(options.data / "redis"),
          socket((options.socket.empty() ? options.data / "redis.sock" : options.socket).string()),
          timer(loop),
          exit_watch(loop) {}

    tl::expected<void, std::string> spawn() {
        if (auto mended = mend_aof(directory); !mended) return mended;
        ::unlink(socket.c_str());
        auto words = arguments(options, directory);
        std::vector<char*> argv;
        argv.reserve(words.size() + 1);
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);

        const pid_t parent = ::getpid();
        const pid_t pid = ::fork();
        if (pid < 0) return tl::unexpected(fmt::format("cannot fork: {}", std::strerror(errno)));
        if (pid == 0) become_redis(argv.data(), parent, lock.descriptor());
        child = pid;
        started_at = Clock::now();
        return {};
    }

    tl::expected<void, std::string> wait_until_ready() {
        const auto give_up = Clock::now() + kLoadPatience;
        while (Clock::now() < give_up) {
            int status = 0;
            if (::waitpid(child, &status, WNOHANG) == child) {
                child = -1;
                return tl::unexpected(fmt::format("{} ended at once (status {}); see {}", options.program,
                                                  WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
                                                  (directory / "redis.log").string()));
            }
            if (ask(socket) == Answer::ready) return {};
            std::this_thread::sleep_for(5ms);
        }
        return tl::unexpected(fmt::format("{} did not become ready", options.program));
    }

    void watch_child() {
        const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
        if (pidfd < 0) {
            spdlog::error("cannot watch redis-server: {}", std::strerror(errno));
            return;
        }
        boost::system::error_code ignored;
        exit_watch.close(ignored);
        exit_watch.assign(pidfd);
        exit_watch.async_wait(asio::posix::stream_descriptor::wait_read,
                              [weak = weak_from_this()](boost::system::error_code error) {
                                  const auto self = weak.lock();
                                  if (!error && self && !self->stopping) self->child_ended();
                              });
    }

    void child_ended() {
        int status = 0;
        ::waitpid(child, &status, 0);
        child = -1;
        spdlog::error("redis-server ended (status {}); starting it again",
                      WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
        if (Clock::now() - started_at > 30s) backoff = 100ms;
        restart_later();
    }

    void restart_later() {
        timer.expires_after(backoff);
        backoff = std::min<std::chrono::milliseconds>(backoff * 2, kLongestBackoff);
        timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            const auto self = weak.lock();
            if (error || !self || self->stopping) return;
            // Not waiting for readiness here: the links of the pool come back when it answers.
            if (auto spawned = self->spawn(); spawned) {
                self->watch_child();
            } else {
                spdlog::error("cannot start redis-server: {}", spawned.error());
                self->restart_later();
            }
        });
    }

    void stop() {
        stopping = true;
        timer.cancel();
        boost::system::error_code ignored;
        exit_watch.close(ignored);
        if (child <= 0) return;
        ::kill(child, SIGTERM);
        const auto give_up = Clock::now() + kStopPatience;
        while (::waitpid(child, nullptr, WNOHANG) == 0) {
            if (Clock::now() >= give_up) {
                spdlog::warn("redis-server does not stop; killing it");
                ::kill(child, SIGKILL);
                ::waitpid(child, nullptr, 0);
                break;
            }
            std::this_thread::sleep_for(5ms);
        }
        child = -1;
    }
};

ManagedRedis::ManagedRedis(asio::io_context& io, Options options)
    : state_(std::make_shared<State>(io, std::move(options))) {}

ManagedRedis::~ManagedRedis() {
    state_->stop();
}

tl::expected<void, std::string> ManagedRedis::start() {
    if (state_->socket.size() >= sizeof(sockaddr_un::sun_path)) {
        return tl::unexpected(fmt::format("the path {} is too long for a Unix socket ({} bytes at most)",
                                          state_->socket, sizeof(sockaddr_un::sun_path) - 1));
    }
    auto lock = DataLock::take(state_->options.data, DataLock::Mode::exclusive);
    if (!lock) return tl::unexpected(lock.error());
    state_->lock = std::move(*lock);
    std::error_code error;
    std::filesystem::create_directories(state_->directory, error);
    if (error) return tl::unexpected(fmt::format("cannot create {}: {}", state_->directory.string(), error.message()));
    if (auto spawned = state_->spawn(); !spawned) return spawned;
    return state_->wait_until_ready();
}

void ManagedRedis::watch() {
    state_->watch_child();
}

void ManagedRedis::stop() {
    state_->stop();
}

std::string ManagedRedis::socket_path() const {
    return state_->socket;
}

int ManagedRedis::pid() const {
    return state_->child;
}

}  // namespace ventanilla::live
