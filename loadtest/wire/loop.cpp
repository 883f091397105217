#include "loadtest/wire/loop.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <sys/epoll.h>
#include <unistd.h>

#include "loadtest/wire/clock.hpp"

namespace ventanilla::load {

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Loop::~Loop() {
    ::close(epoll_);
}

void Loop::watch(int fd, std::uint32_t events, Handler& handler, bool known) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &handler;
    if (::epoll_ctl(epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void Loop::remove(int fd) noexcept {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

void Loop::turn(std::uint64_t wait_ns) {
    std::array<epoll_event, 512> events{};
    const timespec wait{.tv_sec = static_cast<time_t>(wait_ns / second_ns),
                        .tv_nsec = static_cast<long>(wait_ns % second_ns)};
    const int ready = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
    for (int i = 0; i < ready; ++i) {
        auto& event = events[static_cast<std::size_t>(i)];
        static_cast<Handler*>(event.data.ptr)->on_ready(event.events);
    }
}

}  // namespace ventanilla::load
