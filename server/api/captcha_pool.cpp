#include "api/captcha_pool.hpp"

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/clock.hpp"
#include "store/record/call.hpp"

namespace ventanilla::api {
namespace {

constexpr std::size_t kMostWaiting = 64;
constexpr std::chrono::seconds kPatience{10};

}  // namespace

CaptchaPool::CaptchaPool(boost::asio::any_io_executor executor, std::shared_ptr<const captcha::Captchas> captchas)
    : executor_(std::move(executor)),
      captchas_(std::move(captchas)),
      queue_(kMostWaiting),
      thread_([this] { work(); }) {}

CaptchaPool::~CaptchaPool() {
    queue_.close();
    thread_.join();
}

void CaptchaPool::work() {
    // On Linux this is the thread's own niceness: the event loop comes first.
    if (::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10) != 0) {
        spdlog::warn("captcha thread: cannot lower its priority: {}", std::strerror(errno));
    }
    while (!queue_.closed()) {
        if (const auto task = queue_.pop(std::chrono::hours(1))) {
            (*task)();
        }
    }
}

boost::asio::awaitable<protocol::Result<captcha::Challenge>> CaptchaPool::make(captcha::Kind kind,
                                                                               protocol::Locale locale) {
    const auto call = std::make_shared<record::Call<protocol::Result<captcha::Challenge>>>(executor_, kPatience);
    const bool taken = queue_.push([call, captchas = captchas_, kind, locale] {
        try {
            call->answer(captchas->make(kind, locale, wall_clock_ms()));
        } catch (const std::exception& error) {
            spdlog::error("a captcha could not be made: {}", error.what());
            call->answer(record::unavailable());
        }
    });
    if (!taken) co_return protocol::fail(protocol::Code::slow_down, {}, 1000);
    co_return co_await call->wait();
}

boost::asio::awaitable<protocol::Result<captcha::Checked>> CaptchaPool::check(std::string id, std::string answer) {
    const auto call = std::make_shared<record::Call<protocol::Result<captcha::Checked>>>(executor_, kPatience);
    const bool taken = queue_.push([call, captchas = captchas_, id = std::move(id), answer = std::move(answer)] {
        call->answer(captchas->check(id, answer, wall_clock_ms()));
    });
    if (!taken) co_return protocol::fail(protocol::Code::slow_down, {}, 1000);
    co_return co_await call->wait();
}

}  // namespace ventanilla::api
