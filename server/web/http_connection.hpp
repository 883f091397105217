#pragma once
// One connection that speaks HTTP, until it ends or becomes a WebSocket. Internal to this room.

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "web/address.hpp"
#include "web/body_decoder.hpp"
#include "web/body_stream.hpp"
#include "web/engine.hpp"
#include "web/request_check.hpp"

namespace ventanilla::web {

/// When to try again where one address, or the whole site, has too many connections.
inline constexpr std::int64_t crowded_ms = 10'000;

class HttpConnection final : public Timed, private BodyStream, public std::enable_shared_from_this<HttpConnection> {
public:
    HttpConnection(std::shared_ptr<Engine> engine, boost::asio::ip::tcp::socket socket);
    ~HttpConnection() override;

    /// Serves requests until the connection ends.
    static void start(std::shared_ptr<HttpConnection> connection);

    /// Ends the connection at once.
    void cut();
    /// Ends it if no request is in hand.
    void cut_if_idle();

private:
    using tcp = boost::asio::ip::tcp;
    template <typename T>
    using awaitable = boost::asio::awaitable<T>;

    using milliseconds = std::chrono::milliseconds;

    /// The body while it is read.
    struct Body {
        BodyDecoder decoder;
        std::size_t handed = 0;                 ///< bytes of the buffer that a handler looks at
        std::optional<Bad> failed = {};         ///< why nothing more comes
        bool begun = false;                     ///< the client was told to go on, if it asked
        std::optional<milliseconds> left = {};  ///< of an upload's patience; without: complete_until_ counts
    };

    /// A request as far as it is known, and what becomes of the connection after it.
    struct Exchange {
        std::string head;  ///< as it came
        Framing framing;
        Request request;
        OriginKind origin = OriginKind::absent;
        Router::Match match;
        bool keep = true;
        std::string cors_origin;  ///< the page of the site that the answer is for; "" if none
        bool upgraded = false;    ///< the connection is a WebSocket's now
        std::optional<Body> body = {};
    };

    static awaitable<void> run(std::shared_ptr<HttpConnection> self);
    /// Takes a place in the limit per address; false if there is none.
    bool take_place();
    /// Says that there are too many of this address already.
    static awaitable<void> turn_away(std::shared_ptr<HttpConnection> self);
    void on_time() override;

    enum class Next { end, linger, keep };

    awaitable<bool> serve_one();
    awaitable<Next> answer_one(Checked<std::size_t> length);
    void begin_request();
    /// The length of the head that stands in the buffer; 0 if the connection ended instead.
    awaitable<Checked<std::size_t>> read_head();
    awaitable<Response> answer();
    /// Checks the head and takes it apart into `exchange_`; the refusal, or nothing.
    std::optional<Response> take_apart();
    void fill_request(Head head, Target target);
    /// What can be said without a handler: a refusal, or the answer to OPTIONS.
    std::optional<Response> decide();
    std::optional<Response> check_origin();
    void forget_who_sent_it();
    Response answer_options() const;
    awaitable<std::optional<Response>> read_body();
    /// The handler's turn with a body that it reads itself.
    awaitable<Response> handle_stream();
    void open_body(std::uint64_t limit);
    /// Leaves the buffer at what follows the body; nothing can follow one that was not read to its end.
    void close_body();
    awaitable<Checked<std::string_view>> next() override;
    awaitable<std::optional<Bad>> begin_body();
    /// Has more of the body in the buffer; why not, if it did not come.
    awaitable<std::optional<Bad>> receive();
    Response refuse_body(const Bad& bad);
    awaitable<Response> handle();
    awaitable<Response> upgrade();
    std::optional<Response> check_upgrade();
    Response refuse(const Bad& bad, Refusal refusal);
    void add_cors(Response& response) const;

    awaitable<bool> write(Response response, bool keep);
    /// False if the client took nothing for too long, not all of it by `until`, or is gone.
    awaitable<bool> write_all(std::string_view head, std::string_view body, TimerWheel::Clock::time_point until);
    awaitable<bool> write_source(std::shared_ptr<BodySource> source);
    awaitable<void> linger();

    std::shared_ptr<Engine> engine_;
    tcp::socket socket_;
    std::string remote_;
    std::unique_ptr<AddressSlot> slot_;
    boost::beast::flat_buffer buffer_;
    Exchange exchange_;
    TimerWheel::Clock::time_point complete_until_;  ///< when head and body must have come
    bool in_hand_ = false;                          ///< a request is being answered
    bool idle_ = true;                              ///< nothing of a request has come
    bool timed_out_ = false;
    bool served_ = false;  ///< at least one request was answered
};

}  // namespace ventanilla::web
