#pragma once
// Drawing and speaking a code, or checking a proof of work, takes some milliseconds: never on the event loop.

#include "captcha/captcha.hpp"
#include "protocol/codes.hpp"
#include "store/record/bounded_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace ventanilla::api {

/// One thread at nice 10; at most 64 wait. Must be destroyed before the io_context it answers on.
class CaptchaPool {
public:
    CaptchaPool(boost::asio::any_io_executor executor, std::shared_ptr<const captcha::Captchas> captchas);
    ~CaptchaPool();
    CaptchaPool(const CaptchaPool&) = delete;
    CaptchaPool& operator=(const CaptchaPool&) = delete;

    const captcha::Captchas& captchas() const { return *captchas_; }

    /// A fresh challenge. slow_down if too many wait, unavailable if it took more than 10 s.
    boost::asio::awaitable<protocol::Result<captcha::Challenge>> make(captcha::Kind kind, protocol::Locale locale);
    /// captcha::Captchas::check.
    boost::asio::awaitable<protocol::Result<captcha::Checked>> check(std::string id, std::string answer);

private:
    void work();

    boost::asio::any_io_executor executor_;
    std::shared_ptr<const captcha::Captchas> captchas_;
    record::BoundedQueue<std::function<void()>> queue_;
    std::thread thread_;
};

}  // namespace ventanilla::api
