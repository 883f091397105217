#include "store/live/sentinel_watch.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <charconv>
#include <utility>

namespace ventanilla::live {
namespace {

using namespace std::chrono_literals;

constexpr auto kAskEvery = 1s;
constexpr std::size_t kPatience = 2;  // rounds

}  // namespace

SentinelWatch::SentinelWatch(boost::asio::io_context& io, std::vector<RedisAddress> sentinels, std::string master_set,
                             std::chrono::milliseconds timeout)
    : io_(io), sentinels_(std::move(sentinels)), master_set_(std::move(master_set)), timeout_(timeout), timer_(io) {}

void SentinelWatch::start() {
    stopped_ = false;
    connect();
    tick();
}

void SentinelWatch::stop() {
    stopped_ = true;
    timer_.cancel();
    if (link_) link_->stop();
}

void SentinelWatch::doubt() {
    if (asked_in_vain_ == 0) asked_in_vain_ = kPatience;  // the next round goes to another one
}

void SentinelWatch::connect() {
    asked_in_vain_ = 0;
    link_ = std::make_shared<RedisLink>(io_, sentinels_[current_], timeout_);
    link_->on_up = [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->ask();
    };
    link_->start();
}

void SentinelWatch::next() {
    link_->stop();
    current_ = (current_ + 1) % sentinels_.size();
    connect();
}

void SentinelWatch::tick() {
    timer_.expires_after(kAskEvery);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self || self->stopped_) return;
        self->link_->check_deadlines(RedisLink::Clock::now());
        if (++self->asked_in_vain_ > kPatience) {
            self->next();
        } else if (self->link_->up()) {
            self->ask();
        }
        self->tick();
    });
}

void SentinelWatch::ask() {
    auto take = [weak = weak_from_this()](const auto& reply) {
        if (const auto self = weak.lock()) self->answered(reply);
    };
    link_->command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master_set_}, std::make_unique<CallWaiter>(std::move(take)));
}

void SentinelWatch::answered(const protocol::Result<RedisValue>& reply) {
    const auto* words = reply ? reply->array() : nullptr;
    const auto* host = words != nullptr && words->size() == 2 ? words->front().text() : nullptr;
    const auto* port = host != nullptr ? words->back().text() : nullptr;
    std::uint16_t number = 0;
    if (port == nullptr || std::from_chars(port->data(), port->data() + port->size(), number).ec != std::errc()) {
        last_error_ = fmt::format("sentinel {}:{} knows no primary of \"{}\"", sentinels_[current_].host,
                                  sentinels_[current_].port, master_set_);
        return;
    }
    asked_in_vain_ = 0;
    last_error_.clear();
    if (*host == host_ && number == port_) return;
    host_ = *host;
    port_ = number;
    spdlog::warn("the primary of \"{}\" is {}:{}", master_set_, host_, port_);
    if (on_primary) on_primary(host_, port_);
}

}  // namespace ventanilla::live
