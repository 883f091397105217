#pragma once
// What visitors' and agents' sessions have in common: hello first, one request after the other, limits, an orderly end.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "desk/desk.hpp"
#include "protocol/decode.hpp"
#include "protocol/messages.hpp"
#include "session/sessions.hpp"
#include "web/socket.hpp"

namespace ventanilla::session {

/// How a hello failed: the error that it is answered with, and the close code that follows.
struct Turned {
    protocol::Error error;
    protocol::Close close = protocol::Close::bad_hello;
};
/// The reply to a good hello and what it caused.
using Greeting = tl::expected<desk::Answer, Turned>;

template <typename Request, typename HelloRequest, typename Actor>
class Connection : public web::SocketEvents,
                   public desk::Recipient,
                   public std::enable_shared_from_this<Connection<Request, HelloRequest, Actor>> {
public:
    Connection(Sessions& sessions, protocol::Locale locale);

    void on_open(std::shared_ptr<web::Socket> socket) override;
    void on_frame(std::string_view text) override;
    void on_drain() override;
    void on_gone() override;

    void push(const protocol::Bytes& frame) override;
    bool congested() const override;
    void end(protocol::Close code, std::string_view reason) override;

protected:
    using Decoded = tl::expected<protocol::Incoming<Request>, protocol::Refusal>;

    virtual Decoded decode(std::string_view text, std::int64_t last_id) const = 0;
    /// Answers a hello; sets `member_` when it is good, and leaves it empty when it is not.
    virtual boost::asio::awaitable<Greeting> greet(std::int64_t re, HelloRequest hello) = 0;
    virtual desk::Task<desk::Answer> carry_out(std::int64_t re, Request request) = 0;
    /// The last things to do for a member that had joined.
    virtual void farewell() = 0;

    desk::Desk& desk() const { return sessions_.desk; }
    /// What limits count this peer by; "" once it is gone.
    std::string address() const;

    Sessions& sessions_;
    protocol::Locale locale_;
    desk::MemberPtr member_;
    Actor actor_;  ///< who gives the commands; completed by greet
    Doer doer_;    ///< by whom messages and starts are counted; set by greet

private:
    class Text;
    /// One frame, decoded, waiting for its turn.
    struct Item {
        std::int64_t re = 0;
        std::variant<Request, protocol::Error> what;
        bool broken_hello = false;
    };

    void start_hello_clock();
    protocol::Error too_many();
    void enqueue(Item item);
    Item take_first();
    void go_on();
    void begin(Item item);
    void spawn(boost::asio::awaitable<void> work);
    void finished();
    void fail(const std::exception& error);
    boost::asio::awaitable<void> handle_hello(std::int64_t re, HelloRequest hello);
    boost::asio::awaitable<void> handle_request(std::int64_t re, Request request);
    boost::asio::awaitable<void> handle_file(std::int64_t re, protocol::MessageSend request);
    void send_text(std::int64_t re, protocol::MessageSend request);
    void text_done(Text& text, protocol::Result<live::Appended> result);
    boost::asio::awaitable<void> text_refused(std::int64_t re, live::Append append, std::optional<Excess> excess,
                                              protocol::Error why);
    void end_message(std::int64_t re, const std::string& chat, const std::optional<Excess>& excess,
                     protocol::Result<desk::Answer> answer);
    void give(std::int64_t re, protocol::Result<desk::Answer> answer);
    void refuse(std::int64_t re, const protocol::Error& error);

    std::shared_ptr<web::Socket> socket_;
    std::unique_ptr<boost::asio::steady_timer> hello_clock_;  ///< gone after hello: an idle connection has no timer
    std::list<Item> inbox_;  ///< what came while something was under way; a list costs an idle connection nothing
    Bucket requests_;
    RefusalCount refusals_;
    std::int64_t last_id_ = 0;
    bool busy_ = false;                  ///< one request is under way
    bool going_on_ = false;              ///< `go_on` is at work
    bool greeting_ = false;              ///< a hello is being answered
    std::vector<protocol::Bytes> held_;  ///< told meanwhile: goes out after the hello's reply
    bool paused_ = false;
    bool ending_ = false;
    bool gone_ = false;
};

}  // namespace ventanilla::session
