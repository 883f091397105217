#include "store/live/redis_adapter.hpp"

#include <hiredis/async.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <memory>

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;

class Adapter : public std::enable_shared_from_this<Adapter> {
public:
    Adapter(asio::io_context& io, redisAsyncContext* context) : descriptor_(io, context->c.fd), context_(context) {}

    void want_read() {
        if (reading_ || context_ == nullptr) return;
        reading_ = true;
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                               [self = shared_from_this()](boost::system::error_code error) {
                                   self->reading_ = false;
                                   if (error || self->context_ == nullptr) return;
                                   redisAsyncHandleRead(self->context_);
                                   self->want_read();
                               });
    }

    // All commands queued in this turn of the loop leave in one write at its end. Only what the kernel has no room for
    // waits, and what is said before the connection stands.
    void want_write() {
        if (writing_ || context_ == nullptr) return;
        writing_ = true;
        if (full_ || (context_->c.flags & REDIS_CONNECTED) == 0) {
            descriptor_.async_wait(asio::posix::stream_descriptor::wait_write,
                                   [self = shared_from_this()](boost::system::error_code error) {
                                       self->writing_ = false;
                                       if (!error) self->write();
                                   });
        } else {
            asio::post(descriptor_.get_executor(), [self = shared_from_this()] {
                self->writing_ = false;
                self->write();
            });
        }
    }

    void detach() {
        context_ = nullptr;
        descriptor_.release();
    }

private:
    void write() {
        if (context_ == nullptr) return;
        full_ = true;  // of what is left, hiredis says so within this call
        redisAsyncHandleWrite(context_);
        full_ = false;
    }

    asio::posix::stream_descriptor descriptor_;
    redisAsyncContext* context_;
    bool reading_ = false;
    bool writing_ = false;
    bool full_ = false;
};

using Handle = std::shared_ptr<Adapter>;

Adapter& adapter(void* data) {
    return **static_cast<Handle*>(data);
}

}  // namespace

void attach(asio::io_context& io, redisAsyncContext* context) {
    context->ev.data = new Handle(std::make_shared<Adapter>(io, context));
    context->ev.addRead = [](void* data) { adapter(data).want_read(); };
    // A read that is no longer wanted is harmless: hiredis only stops reading when the context goes.
    context->ev.delRead = [](void*) {};
    context->ev.addWrite = [](void* data) { adapter(data).want_write(); };
    context->ev.delWrite = [](void*) {};
    context->ev.cleanup = [](void* data) {
        const std::unique_ptr<Handle> handle(static_cast<Handle*>(data));
        (*handle)->detach();
    };
}

}  // namespace ventanilla::live
