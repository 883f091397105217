#include "support/redis.hpp"

#include <hiredis/hiredis.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

namespace ventanilla::test {
namespace {

struct Release {
    void operator()(redisContext* context) const { redisFree(context); }
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, Release>;

Context connect(const std::string& path) {
    const timeval limit{5, 0};
    Context context(redisConnectUnixWithTimeout(path.c_str(), limit));
    if (context && context->err == 0) {
        redisSetTimeout(context.get(), limit);
    }
    return context;
}

std::string text_of(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_INTEGER) {
        return std::to_string(reply.integer);
    }
    if (reply.type == REDIS_REPLY_ARRAY) {
        std::string lines;
        for (std::size_t i = 0; i < reply.elements; ++i) {
            lines += (i > 0 ? "\n" : "") + text_of(*reply.element[i]);
        }
        return lines;
    }
    return reply.str != nullptr ? std::string(reply.str, reply.len) : std::string();
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> options) : options_(std::move(options)) {
    std::string pattern = (std::filesystem::temp_directory_path() / "ventanilla-redis-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a directory for Redis");
    }
    directory_ = pattern;
    start();
}

RedisServer::~RedisServer() {
    kill();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

std::string RedisServer::socket_path() const {
    return directory_ / "redis.sock";
}

void RedisServer::start() {
    std::vector<std::string> words{"redis-server", "--port", "0", "--unixsocket", socket_path(),     "--dir",
                                   directory_,     "--save", "",  "--logfile",    directory_ / "log"};
    words.insert(words.end(), options_.begin(), options_.end());
    std::vector<char*> arguments;
    for (auto& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
        // It must not outlive a test that was killed.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::execvp(arguments.front(), arguments.data());
        ::_exit(127);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!answers()) {
        if (std::chrono::steady_clock::now() > until || ::waitpid(process_, nullptr, WNOHANG) != 0) {
            throw std::runtime_error("redis-server does not start; is it installed (apt-get install redis-server)?");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void RedisServer::kill() {
    if (process_ <= 0) {
        return;
    }
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void RedisServer::freeze() {
    ::kill(process_, SIGSTOP);
}

void RedisServer::thaw() {
    ::kill(process_, SIGCONT);
}

bool RedisServer::answers() const {
    const auto context = connect(socket_path());
    if (!context || context->err != 0) {
        return false;
    }
    const std::unique_ptr<redisReply, Release> reply(static_cast<redisReply*>(redisCommand(context.get(), "PING")));
    return reply && reply->type == REDIS_REPLY_STATUS;
}

std::string RedisServer::command(const std::vector<std::string>& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const auto& word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    const auto context = connect(socket_path());
    const std::unique_ptr<redisReply, Release> reply(static_cast<redisReply*>(
        redisCommandArgv(context.get(), static_cast<int>(words.size()), texts.data(), sizes.data())));
    if (!reply) {
        throw std::runtime_error("Redis does not answer");
    }
    if (reply->type == REDIS_REPLY_ERROR) {
        throw std::runtime_error(text_of(*reply));
    }
    return text_of(*reply);
}

RedisServer& shared_redis() {
    static RedisServer server;
    return server;
}

}  // namespace ventanilla::test
