#include "store/live/redis_pool.hpp"

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <numeric>
#include <utility>

#include "store/live/master_set.hpp"
#include "store/live/redis_command.hpp"
#include "store/live/redis_link.hpp"
#include "store/live/replica_gate.hpp"
#include "store/live/sentinel_watch.hpp"

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kDeadlineCheck = 100ms;

template <typename Handler>
class HandlerWaiter : public Waiter {
public:
    explicit HandlerWaiter(Handler handler) : handler_(std::move(handler)) {}
    void complete(protocol::Result<RedisValue> result) override { std::move(handler_)(std::move(result)); }

private:
    Handler handler_;
};

template <typename Number>
bool parse_number(std::string_view text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

protocol::Result<RedisAddress> bad_url() {
    return protocol::fail(protocol::Code::bad_field, "redis");
}

/// `[user:password@]` in front of a host.
bool take_user(std::string_view& rest, RedisAddress& address) {
    const auto at = rest.rfind('@');
    if (at == std::string_view::npos) return true;
    const auto who = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    const auto colon = who.find(':');
    if (colon == std::string_view::npos) return false;
    address.user = who.substr(0, colon);
    address.password = who.substr(colon + 1);
    return !address.password.empty();
}

}  // namespace

protocol::Result<RedisAddress> RedisAddress::parse(std::string_view url) {
    RedisAddress address;
    if (url.starts_with("unix:")) {
        url.remove_prefix(5);
        if (url.starts_with("//")) url.remove_prefix(2);
        if (const auto query = url.find("?db="); query != std::string_view::npos) {
            if (!parse_number(url.substr(query + 4), address.database)) return bad_url();
            url = url.substr(0, query);
        }
        if (url.empty()) return bad_url();
        address.unix_path = url;
        return address;
    }
    if (!url.starts_with("redis://")) return bad_url();
    url.remove_prefix(8);
    if (!take_user(url, address)) return bad_url();
    if (const auto slash = url.find('/'); slash != std::string_view::npos) {
        const auto database = url.substr(slash + 1);
        if (!database.empty() && !parse_number(database, address.database)) return bad_url();
        url = url.substr(0, slash);
    }
    auto host = url;
    std::string_view port;
    if (url.starts_with('[')) {
        const auto close = url.find(']');
        if (close == std::string_view::npos) return bad_url();
        host = url.substr(1, close - 1);
        port = url.substr(close + 1);
    } else if (const auto colon = url.find(':'); colon != std::string_view::npos) {
        host = url.substr(0, colon);
        port = url.substr(colon);
    }
    if (!port.empty() && (port.front() != ':' || !parse_number(port.substr(1), address.port))) return bad_url();
    if (host.empty()) return bad_url();
    address.host = host;
    return address;
}

std::optional<MasterSet> MasterSet::parse(std::string_view text) {
    RedisAddress address;
    if (!take_user(text, address) || text.empty()) return std::nullopt;
    return MasterSet{std::string(text), std::move(address.user), std::move(address.password)};
}

struct RedisPool::State {
    asio::io_context& io;
    Options options;
    std::vector<std::shared_ptr<RedisLink>> links;
    std::vector<std::shared_ptr<ReplicaGate>> gates;  ///< one per link, if replicas are waited for
    std::shared_ptr<RedisLink> subscriber;
    std::shared_ptr<SentinelWatch> sentinels;
    std::function<void()> on_missed;
    asio::steady_timer timer;
    bool running = false;
    bool content_held = false;

    State(asio::io_context& loop, RedisAddress address, Options wanted)
        : io(loop), options(std::move(wanted)), timer(loop) {
        for (std::size_t i = 0; i < std::max<std::size_t>(options.links, 1); ++i) {
            links.push_back(std::make_shared<RedisLink>(io, address, options.timeout, options.inspection));
        }
        if (options.wait_replicas > 0) {
            for (const auto& link : links) {
                gates.push_back(std::make_shared<ReplicaGate>(io, link, options.wait_replicas));
            }
        }
        subscriber = std::make_shared<RedisLink>(io, std::move(address), options.timeout, options.inspection);
        for (const auto& link : links) link->on_missed = [this] { missed(); };
        for (const auto& gate : gates) gate->on_missed = [this] { missed(); };
        if (!options.sentinels.empty()) watch_sentinels();
    }

    void watch_sentinels() {
        sentinels = std::make_shared<SentinelWatch>(io, options.sentinels, options.master_set, options.timeout);
        sentinels->on_primary = [this](const std::string& host, std::uint16_t port) {
            for (const auto& link : links) link->readdress(host, port);
            subscriber->readdress(host, port);
        };
        // A replica, or a primary that its replicas have left: another sentinel may know the one of now.
        for (const auto& link : links) link->on_refused = [this] { sentinels->doubt(); };
        for (const auto& gate : gates) gate->on_short = [this] { sentinels->doubt(); };
    }

    void missed() const {
        if (on_missed) on_missed();
    }

    std::size_t pending() const {
        return std::accumulate(links.begin(), links.end(), std::size_t{0},
                               [](std::size_t sum, const auto& link) { return sum + link->pending(); });
    }

    std::size_t link_of(std::string_view affinity) const {
        return std::hash<std::string_view>{}(affinity) % links.size();
    }

    void post(std::size_t link, const RedisCommand& command, bool replicated, std::unique_ptr<Waiter> waiter) {
        if (!running || pending() >= options.pending_limit) {
            waiter->complete(protocol::fail(protocol::Code::unavailable, {}, 1000));
            return;
        }
        if (replicated && !gates.empty()) return gates[link]->command(command, std::move(waiter));
        links[link]->command(command, std::move(waiter));
    }
};

namespace {

/// One timer serves all links; it ends when the pool's state is gone.
template <typename State>
void check_deadlines(const std::shared_ptr<State>& state) {
    state->timer.expires_after(kDeadlineCheck);
    state->timer.async_wait([weak = std::weak_ptr<State>(state)](boost::system::error_code error) {
        const auto alive = weak.lock();
        if (error || !alive || !alive->running) return;
        const auto now = RedisLink::Clock::now();
        for (const auto& link : alive->links) link->check_deadlines(now);
        alive->subscriber->check_deadlines(now);
        check_deadlines(alive);
    });
}

}  // namespace

RedisPool::RedisPool(asio::io_context& io, RedisAddress address, Options options)
    : state_(std::make_shared<State>(io, std::move(address), std::move(options))) {}

RedisPool::~RedisPool() {
    stop();
}

void RedisPool::start() {
    state_->running = true;
    // Redis is back as soon as one link is: who asks on another must not wait for that one's turn.
    for (const auto& link : state_->links) {
        link->on_up = [weak = std::weak_ptr<State>(state_)] {
            const auto state = weak.lock();
            if (!state) return;
            for (const auto& other : state->links) other->try_now();
            state->subscriber->try_now();
        };
        link->start();
    }
    if (state_->sentinels) state_->sentinels->start();
    check_deadlines(state_);
}

void RedisPool::stop() {
    state_->running = false;
    state_->timer.cancel();
    if (state_->sentinels) state_->sentinels->stop();
    for (const auto& link : state_->links) link->stop();
    state_->subscriber->stop();
}

asio::awaitable<protocol::Result<RedisValue>> RedisPool::command(std::string_view affinity,
                                                                 std::vector<std::string> arguments, bool replicated) {
    return run(affinity, RedisCommand(arguments), replicated);
}

asio::awaitable<protocol::Result<RedisValue>> RedisPool::run(std::string_view affinity, RedisCommand command,
                                                             bool replicated) {
    // By value: what the caller has may be gone when the command is sent.
    auto start = [state = state_, link = state_->link_of(affinity), command = std::move(command),
                  replicated](auto handler) {
        using Handler = decltype(handler);
        state->post(link, command, replicated, std::make_unique<HandlerWaiter<Handler>>(std::move(handler)));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(protocol::Result<RedisValue>)>(std::move(start),
                                                                                                   asio::use_awaitable);
}

void RedisPool::post(std::size_t link, const RedisCommand& command, bool replicated, std::unique_ptr<Waiter> waiter) {
    state_->post(link, command, replicated, std::move(waiter));
}

std::size_t RedisPool::links() const {
    return state_->links.size();
}

void RedisPool::subscribe(std::vector<std::string> channels, std::function<void(std::string, std::string)> on_message,
                          std::function<void()> on_missed) {
    auto& link = *state_->subscriber;
    link.stop();
    link.on_message = std::move(on_message);
    state_->on_missed = on_missed;
    link.on_up = [weak = std::weak_ptr<RedisLink>(state_->subscriber), channels = std::move(channels),
                  told = std::move(on_missed)] {
        if (const auto alive = weak.lock()) alive->subscribe(channels);
        if (told) told();
    };
    link.start();
}

void RedisPool::hold_content(bool held) {
    state_->content_held = held;
}

bool RedisPool::content_held() const {
    return state_->content_held;
}

bool RedisPool::healthy() const {
    return std::any_of(state_->links.begin(), state_->links.end(),
                       [](const auto& link) { return link->up() && !link->stalled(); });
}

std::string RedisPool::last_error() const {
    for (const auto& link : state_->links) {
        if (!link->last_error().empty()) return link->last_error();
    }
    if (state_->sentinels && !state_->sentinels->last_error().empty()) return state_->sentinels->last_error();
    return {};
}

std::string RedisPool::objection() const {
    for (const auto& link : state_->links) {
        if (!link->objection().empty()) return link->objection();
    }
    return {};
}

}  // namespace ventanilla::live
