#include "unit/web/server_fixture.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "web/body_stream.hpp"
#include "web/static_files.hpp"

namespace ventanilla::web::testing {
namespace {

using boost::asio::awaitable;

class Echo : public SocketEvents {
public:
    explicit Echo(Journal& journal) : journal_(journal) {}

    void on_open(std::shared_ptr<Socket> socket) override {
        journal_.add("open");
        socket_ = std::move(socket);
    }

    void on_frame(std::string_view text) override {
        journal_.add("frame");
        if (text == "flood") return flood();
        if (text == "burst") return burst();
        if (text == "bye") return bye();
        if (text == "throw") throw std::runtime_error("the owner fails");
        if (text == "pause") return pause();
        socket_->send(std::make_shared<const std::string>("echo:" + std::string(text)));
    }

    void on_drain() override { journal_.add("drain"); }
    void on_gone() override { journal_.add("gone"); }

private:
    /// Sends until the socket says that it is enough.
    void flood() {
        const auto text = std::make_shared<const std::string>(1000, 'x');
        std::size_t most = 0;
        while (true) {
            const auto push = socket_->send(text);
            if (push == Push::slow) break;
            most = std::max(most, socket_->queued_bytes());
        }
        journal_.add(most <= out_queue_bytes ? "slow within the limit" : "slow beyond the limit");
        journal_.add(socket_->send(text) == Push::closed ? "closed" : "still open");
    }

    void burst() {
        for (int i = 0; i < 100; ++i) socket_->send(std::make_shared<const std::string>(std::to_string(i)));
    }

    void bye() {
        socket_->send(std::make_shared<const std::string>("last words"));
        socket_->close(protocol::Close::done, "bye");
        if (socket_->send(std::make_shared<const std::string>("too late")) == Push::closed) journal_.add("refused");
        socket_->close(protocol::Close::abuse, "twice");
    }

    void pause() {
        socket_->pause();
        auto timer = std::make_shared<boost::asio::steady_timer>(*journal_io, std::chrono::milliseconds(300));
        timer->async_wait([timer, socket = socket_, &journal = journal_](boost::system::error_code) {
            journal.add("resume");
            socket->resume();
        });
    }

    Journal& journal_;
    std::shared_ptr<Socket> socket_;

public:
    boost::asio::io_context* journal_io = nullptr;
};

Handler text_handler(std::string text) {
    return [text](Request) -> awaitable<Response> {
        Response response;
        response.set("content-type", "text/plain; charset=utf-8");
        response.body = text;
        co_return response;
    };
}

awaitable<Response> echo(Request request) {
    co_return json(200, std::move(request.body));
}

awaitable<Response> slow(Request) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, std::chrono::milliseconds(300));
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return json(200, "{}");
}

awaitable<Response> fail(Request) {
    throw std::runtime_error("secret internals");
    co_return Response{};
}

awaitable<Response> item(Request request) {
    co_return json(200, std::string(request.param("id")) + "@" + request.peer);
}

/// Tells how many bytes came, in how many pieces at most as large as a read.
awaitable<Response> upload(Request request) {
    std::size_t bytes = 0;
    while (true) {
        const auto piece = co_await request.stream->next();
        if (!piece) co_return problem(piece.error().status, piece.error().why, request.locale);
        if (piece->empty()) break;
        if (piece->size() > 16UL * 1024) co_return problem(500, "a piece is too large", request.locale);
        bytes += piece->size();
    }
    co_return json(200, std::to_string(bytes));
}

awaitable<Response> refuse_upload(Request request) {
    co_return problem(protocol::Error{protocol::Code::unauthenticated}, request.locale);
}

/// Gives `size` bytes in pieces; breaks off after `breaks`.
class Pieces final : public BodySource {
public:
    Pieces(std::uint64_t size, std::uint64_t breaks, Journal& journal)
        : size_(size), left_(breaks), journal_(journal) {}
    ~Pieces() override { journal_.add("source gone"); }
    std::uint64_t size() const noexcept override { return size_; }
    awaitable<std::optional<std::string_view>> next() override {
        journal_.add("piece");
        if (left_ == 0) co_return std::nullopt;
        const auto size = std::min<std::uint64_t>(left_, piece_.size());
        left_ -= size;
        co_return std::string_view(piece_).substr(0, size);
    }

private:
    std::uint64_t size_;
    std::uint64_t left_;
    Journal& journal_;
    std::string piece_ = std::string(64UL * 1024, 'p');
};

Handler download(Journal& journal, std::uint64_t size, std::uint64_t breaks) {
    return [&journal, size, breaks](Request) -> awaitable<Response> {
        Response response;
        response.set("content-type", "application/octet-stream");
        response.source = std::make_shared<Pieces>(size, breaks, journal);
        co_return response;
    };
}

awaitable<Response> form(Request request) {
    auto refused = refuse_cross_site(request);
    if (refused) co_return *std::move(refused);
    co_return no_content();
}

awaitable<Response> who_sent_it(Request request) {
    const bool known = !request.cookies.empty() || request.header("cookie") || request.bearer();
    co_return json(200, known ? "known" : "unknown");
}

Router routes(boost::asio::io_context& io, Journal& journal) {
    Router router;
    router.add("GET", "/hello", text_handler("hello"));
    router.add("GET", "/big", text_handler(std::string(2'000'000, 'b')));
    router.add("GET", "/fail", fail);
    router.add("GET", "/slow", slow);
    router.add("GET", "/items/{id}", item);
    router.add("GET", "/items/mine", text_handler("mine"));
    router.add("POST", "/echo", echo);
    router.add("POST", "/small", echo, {.body_limit = 16});
    router.add("POST", "/form", form);
    router.add("POST", "/plain-form", who_sent_it, {.null_origin = true});
    const auto limit = [] { return std::uint64_t{3'000'000}; };
    router.add("POST", "/upload", upload, {.site_origins = true, .stream_limit = limit});
    router.add("POST", "/refused", refuse_upload, {.stream_limit = limit});
    router.add("GET", "/download", download(journal, 200'000, 200'000));
    router.add("GET", "/endless", download(journal, 1'000'000'000, 1'000'000'000));
    router.add("GET", "/broken", download(journal, 200'000, 100'000));
    router.add("GET", "/site", text_handler("{}"), {.site_origins = true});
    router.add("POST", "/captcha", echo, {.site_origins = true});
    static const Asset script{"widget.js", "console.log(1)", "", "\"1\""};
    add_static(router, {{&script, "/widget.js", embeddable_headers()}});
    const auto owner = [&io, &journal] {
        auto events = std::make_shared<Echo>(journal);
        events->journal_io = &io;
        return events;
    };
    router.socket("/ws/visitor", [owner](Request) -> awaitable<tl::expected<std::shared_ptr<SocketEvents>, Response>> {
        co_return owner();
    });
    router.socket("/ws/agent",
                  [owner](Request request) -> awaitable<tl::expected<std::shared_ptr<SocketEvents>, Response>> {
                      if (!request.bearer()) {
                          co_return tl::unexpected<Response>(
                              problem(protocol::Error{protocol::Code::unauthenticated}, request.locale));
                      }
                      co_return owner();
                  });
    return router;
}

}  // namespace

void Journal::add(std::string word) {
    const std::lock_guard lock(mutex_);
    words_.push_back(std::move(word));
}

std::vector<std::string> Journal::words() const {
    const std::lock_guard lock(mutex_);
    return words_;
}

int Journal::count(const std::string& word) const {
    const auto all = words();
    return static_cast<int>(std::count(all.begin(), all.end(), word));
}

bool Journal::wait_for(const std::string& word, int times) const {
    for (int i = 0; i < 500; ++i) {
        if (count(word) >= times) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

TestServer::TestServer(std::function<void(ServerOptions&)> change) : work_(boost::asio::make_work_guard(io_)) {
    ServerOptions options;
    options.origins = {"https://www.shop.test"};
    options.own_origins = {"https://desk.example"};
    options.timing.request = std::chrono::seconds(1);
    options.timing.linger = std::chrono::milliseconds(500);
    if (change) change(options);
    server_ = std::make_unique<Server>(io_, routes(io_, journal), options);
    port_ = server_->listen("127.0.0.1", 0).value().port();
    thread_ = std::thread([this] { io_.run(); });
}

TestServer::~TestServer() {
    run([this] { server_.reset(); });
    work_.reset();
    io_.stop();
    thread_.join();
}

void TestServer::run(std::function<void()> call) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
        call();
        done.set_value();
    });
    done.get_future().wait();
}

Counters TestServer::counters() {
    Counters copy;
    run([&] { copy = server_->counters(); });
    return copy;
}

std::future<void> TestServer::drain(std::chrono::milliseconds deadline) {
    const auto done = std::make_shared<std::promise<void>>();
    run([&] { server_->drain(deadline, [done] { done->set_value(); }); });
    return done->get_future();
}

}  // namespace ventanilla::web::testing
