#pragma once
// The descriptors of all WebSockets in one epoll set of our own, which Asio sees as a single descriptor: an idle
// connection costs no pending operation and no handler. Internal to this room.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <sys/epoll.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace ventanilla::web {

/// Something with a descriptor that is watched.
class Polled {
public:
    virtual ~Polled() = default;

private:
    friend class Poller;
    /// `events` as epoll reports them. Level-triggered: what is not read now is reported again. May remove any Polled,
    /// itself included.
    virtual void on_ready(std::uint32_t events) = 0;
};

/// Runs on one event loop.
class Poller : public std::enable_shared_from_this<Poller> {
public:
    /// Throws boost::system::system_error if the kernel gives no set.
    explicit Poller(boost::asio::io_context& io);

    void start();
    /// Reports nothing any more.
    void stop();

    /// Watches `fd` for `events` (EPOLLIN, EPOLLOUT); errors and a full hang-up are always reported. False if the kernel
    /// has no memory for it.
    bool add(int fd, std::uint32_t events, Polled& polled);
    void change(int fd, std::uint32_t events, Polled& polled);
    /// To be called before `fd` is closed; `polled` hears nothing any more.
    void remove(int fd, const Polled& polled);

private:
    void wait();
    void report();

    boost::asio::posix::stream_descriptor set_;
    /// What epoll has reported and has not had its turn. As many as are served before the rest of the loop has its turn.
    std::array<epoll_event, 256> batch_{};
    std::size_t batch_size_ = 0;
    bool stopped_ = false;
};

}  // namespace ventanilla::web
