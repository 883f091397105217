#include "store/record/passwords.hpp"

#include "store/record/call.hpp"

#include <sodium.h>
#include <spdlog/spdlog.h>

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <new>

namespace ventanilla::record {
namespace {

constexpr std::size_t most_waiting = 8;
// Eight that wait and one at work take about a second; at nice 10 a machine that is full otherwise may starve them.
constexpr std::chrono::seconds patience{20};

// What an unknown user's password is checked against, so that it takes as long as a known one's.
const std::string& decoy_hash() {
    static const std::string hash = hash_password("");
    return hash;
}

}  // namespace

std::string hash_password(std::string_view password) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (sodium_init() < 0 ||
        crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw std::bad_alloc();
    }
    return hash.data();
}

bool verify_password(std::string_view password, std::string_view hash) {
    const std::string against = hash.empty() ? decoy_hash() : std::string(hash);
    const bool matches = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
    return matches && !hash.empty();
}

PasswordPool::PasswordPool(boost::asio::any_io_executor executor)
    : executor_(std::move(executor)), queue_(most_waiting), thread_([this] { work(); }) {}

PasswordPool::~PasswordPool() {
    queue_.close();
    thread_.join();
}

void PasswordPool::work() {
    // On Linux this is the thread's own niceness: the event loop comes first.
    if (::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10) != 0) {
        spdlog::warn("password thread: cannot lower its priority: {}", std::strerror(errno));
    }
    decoy_hash();
    while (!queue_.closed()) {
        if (const auto task = queue_.pop(std::chrono::hours(1))) {
            (*task)();
        }
    }
}

boost::asio::awaitable<protocol::Result<bool>> PasswordPool::verify(std::string password, std::string hash) {
    const auto call = std::make_shared<Call<protocol::Result<bool>>>(executor_, patience);
    const bool taken = queue_.push([call, password = std::move(password), hash = std::move(hash)] {
        call->answer(verify_password(password, hash));
    });
    if (!taken) {
        co_return protocol::fail(protocol::Code::slow_down, {}, 1000);
    }
    co_return co_await call->wait();
}

}  // namespace ventanilla::record
