#include "web/poller.hpp"

#include <cerrno>
#include <span>

#include <boost/system/system_error.hpp>

namespace ventanilla::web {
namespace {

int new_set() {
    const int fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) throw boost::system::system_error(errno, boost::system::system_category(), "epoll_create1");
    return fd;
}

epoll_event event_of(std::uint32_t events, Polled& polled) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &polled;
    return event;
}

}  // namespace

Poller::Poller(boost::asio::io_context& io) : set_(io, new_set()) {}

void Poller::start() {
    wait();
}

void Poller::stop() {
    stopped_ = true;
    set_.cancel();
}

bool Poller::add(int fd, std::uint32_t events, Polled& polled) {
    auto event = event_of(events, polled);
    return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::change(int fd, std::uint32_t events, Polled& polled) {
    auto event = event_of(events, polled);
    ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, fd, &event);
}

void Poller::remove(int fd, const Polled& polled) {
    ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, fd, nullptr);
    for (auto& event : std::span(batch_).first(batch_size_)) {
        if (event.data.ptr == &polled) event.data.ptr = nullptr;
    }
}

void Poller::wait() {
    set_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [self = shared_from_this()](boost::system::error_code error) {
                        if (error || self->stopped_) return;
                        self->report();
                        if (!self->stopped_) self->wait();
                    });
}

void Poller::report() {
    const int count = ::epoll_wait(set_.native_handle(), batch_.data(), static_cast<int>(batch_.size()), 0);
    batch_size_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    for (std::size_t i = 0; i < batch_size_ && !stopped_; ++i) {
        const auto event = batch_[i];
        if (event.data.ptr != nullptr) static_cast<Polled*>(event.data.ptr)->on_ready(event.events);
    }
    batch_size_ = 0;
}

}  // namespace ventanilla::web
