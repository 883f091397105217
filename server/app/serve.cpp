#include "app/serve.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iterator>
#include <utility>

#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/web_options.hpp"
#include "config/load.hpp"
#include "store/record/once.hpp"

namespace ventanilla::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// How long a start waits for stores that are still coming up.
constexpr auto kStartPatience = 30s;
constexpr auto kQuietPatience = 2s;  // a Redis that is just starting is not worth a word
// Sockets are closed within 5 s; what hangs then is cut off well before the promised 30 s.
constexpr auto kDrainDeadline = 20s;
// Readiness: longer without an answered sweep means that the live store is away.
constexpr auto kSweepFresh = 5s;

std::string as_address(const asio::ip::tcp::endpoint& endpoint) {
    const auto host =
        endpoint.address().is_v6() ? "[" + endpoint.address().to_string() + "]" : endpoint.address().to_string();
    return fmt::format("http://{}:{}", host, endpoint.port());
}

}  // namespace

Server::Server(config::Serve command, config::Site site)
    : command_(std::move(command)),
      site_(std::move(site)),
      signals_(io_),
      keeper_(io_, command_.options, site_),
      lag_(io_) {}

Server::~Server() = default;

int Server::run() {
    // Redis is forked from this, the main thread, before any other thread exists: its death signal follows this thread.
    if (!keeper_.open() || !open_stores()) return 1;
    handle_signals();
    asio::co_spawn(io_, start(), [this](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            give_up(error.what());
        }
    });
    io_.run();
    finish();
    return exit_code_;
}

bool Server::open_stores() {
    try {
        const auto url = record::DatabaseUrl::parse(command_.options.database, command_.options.data);
        record::Database migrated(url);  // a newer schema, a wrong password: said at once and loudly
        make_secrets(migrated);
        record_ = std::make_unique<record::Worker>(io_.get_executor(), url);
        files_ = std::make_unique<files::FileStore>(io_.get_executor(), command_.options.data);
    } catch (const std::exception& error) {
        spdlog::critical("cannot start: {}", error.what());
        return false;
    }
    passwords_ = std::make_unique<record::PasswordPool>(io_.get_executor());
    desk_ = std::make_unique<desk::Desk>(io_, site_, keeper_.store(), *record_);
    desk_->ticket_policy = [this] { return ticket_policy_->policy(); };
    sessions_ = std::make_unique<session::Sessions>(*desk_);
    housekeeping_ = std::make_unique<desk::Housekeeping>(*desk_);
    agents_ = std::make_unique<AgentSync>(*desk_);
    zones_ = std::make_unique<ZoneReload>(io_, [this] { take_over_calendars(); });
    jobs_ = std::make_unique<Jobs>(
        JobServices{io_, site_, *record_, *files_, [this] { return ticket_policy_->policy(); },
                    [this](const record::TicketRecord& ticket) { desk::tell_ticket(*desk_, ticket, nullptr); },
                    [this] { zones_->begin(); }});
    tickets_ = std::make_unique<api::TicketsService>(
        api::TicketsService{*captchas_, *repeats_, address_limits_, [this] { return ticket_policy_->policy(); },
                            [this] { return ticket_policy_->public_url(); },
                            [this](const record::TicketRecord& now, const record::TicketRecord* before) {
                                desk::tell_ticket(*desk_, now, before);
                            }});
    const bool secure = site_.public_url.starts_with("https://");
    services_ = std::make_unique<api::Services>(api::Services{
        site_, *desk_, *sessions_, *passwords_, *housekeeping_, *tickets_, [this] { return broken(); },
        [this]() -> const web::Counters& { return public_->counters(); }, [this] { return lag_.take_longest(); },
        secure ? "__Host-ventanilla_session" : "ventanilla_session", secure, [this] { return warnings(); }});
    services_->uploads = std::make_shared<api::Uploads>(*files_);
    return true;
}

// Made once per store, so that every server takes every challenge, and a link in a mail opens its ticket on all of them.
void Server::make_secrets(record::Database& database) {
    record::OnceRepository once(database);
    ticket_policy_ = std::make_unique<TicketPolicy>(once.secret("ticket-key"));
    ticket_policy_->make(site_, "");
    const auto captchas = std::make_shared<const captcha::Captchas>(once.secret("captcha"));
    captchas_ = std::make_unique<api::CaptchaPool>(io_.get_executor(), captchas);
    repeats_ = std::make_unique<api::Repeats>(io_.get_executor());
}

asio::awaitable<bool> Server::start_live() {
    const auto begun_at = std::chrono::steady_clock::now();
    bool told = false;
    asio::steady_timer pause(io_);
    for (;;) {
        const bool begun = co_await keeper_.begin();
        if (draining_) co_return false;
        if (const auto why = keeper_.objection(); !why.empty()) {
            give_up(why);
            co_return false;
        }
        bool synced = false;
        if (begun) synced = co_await agents_->run_once();
        if (synced) co_return true;
        const auto waited = std::chrono::steady_clock::now() - begun_at;
        if (waited >= kStartPatience) {
            give_up("the live store does not answer: " + keeper_.last_error());
            co_return false;
        }
        if (waited >= kQuietPatience && !told) {
            told = true;
            spdlog::warn("waiting for the live store: {}", keeper_.last_error());
        }
        pause.expires_after(20ms);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> Server::start() {
    auto& live = keeper_.store();
    live.on_event([this](live::Event event) { desk::dispatch(*desk_, {std::move(event)}); });
    live.on_fenced([this] { handle_fenced(); });
    live.on_missed([this] { housekeeping_->compare_soon(); });
    keeper_.start(*record_);
    if (!co_await start_live()) co_return;
    housekeeping_->start();
    agents_->start();
    lag_.start();
    keeper_.watch();
    if (!listen()) {
        give_up("cannot listen");
        co_return;
    }
    jobs_->start();
}

bool Server::listen() {
    metrics_ = std::make_unique<web::Server>(io_, api::metrics_routes(*services_), web::ServerOptions{});
    public_ =
        std::make_unique<web::Server>(io_, api::public_routes(*services_), web_options(site_, services_->cookie_name));
    // Servers of one Redis may share an address. With a private one each, clients would be torn between two desks.
    const auto port_is = command_.options.redis.empty() ? web::Port::own : web::Port::shared;
    const auto address = public_->listen(command_.listen.host, command_.listen.port, port_is);
    const auto metrics = metrics_->listen(command_.metrics.host, command_.metrics.port, port_is);
    if (!address || !metrics) {
        spdlog::critical("cannot listen: {}", !address ? address.error() : metrics.error());
        return false;
    }
    public_->add_own_origin(as_address(*address));
    ticket_policy_->make(site_, as_address(*address));
    say_ready(as_address(*address), as_address(*metrics));
    return true;
}

void Server::say_ready(const std::string& address, const std::string& metrics) {
    const auto line = fmt::format("ventanilla ready {} metrics {}/metrics\n", address, metrics);
    std::fputs(line.c_str(), stdout);
    std::fflush(stdout);
    spdlog::info("ready at {} for site {}", address, site_.site);
}

std::vector<std::string> Server::broken() const {
    std::vector<std::string> parts;
    if (draining_) parts.emplace_back("draining");
    const bool swept = std::chrono::steady_clock::now() - housekeeping_->last_sweep() < kSweepFresh;
    auto of_store = keeper_.broken();
    if (!swept && std::find(of_store.begin(), of_store.end(), "redis") == of_store.end()) parts.emplace_back("redis");
    std::move(of_store.begin(), of_store.end(), std::back_inserter(parts));
    if (!record_->healthy()) parts.emplace_back("database");
    return parts;
}

std::vector<std::string> Server::warnings() const {
    auto warnings = keeper_.warnings();
    const auto& in_force = housekeeping_->routing_version();
    if (!in_force.empty() && in_force != keeper_.routing_version()) {
        warnings.emplace_back(
            "another server has set other channels, departments or [chat]; chats are routed by those");
    }
    return warnings;
}

void Server::handle_signals() {
    ::signal(SIGPIPE, SIG_IGN);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) signals_.add(number);
    wait_for_signal();
}

void Server::wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code cancelled, int number) {
        if (cancelled) return;
        if (number == SIGHUP) {
            reload();
        } else {
            drain();
        }
        wait_for_signal();
    });
}

// Words, hours, phones and limits change at once. How chats are routed is shared by all servers and kept in Redis: that,
// the stores, the addresses and the accent colour are taken over at the next start.
void Server::reload() {
    zones_->begin();
    auto site = load_site(command_.options);
    if (!site) {
        spdlog::error("not reloaded: the configuration has mistakes; what runs is kept");
        return;
    }
    if (site->site != site_.site || config::routing_json(*site) != config::routing_json(site_)) {
        spdlog::error("not reloaded: the site's id, channels, departments or [chat] have changed, that needs a start");
        return;
    }
    site_ = std::move(*site);
    take_over_calendars();
    if (public_) public_->reconfigure(web_options(site_, services_->cookie_name));
    sessions_->limits.renew(site_.limits);
    sessions_->greetings.renew();
    for (const auto& take_over : services_->on_reload) take_over();
    spdlog::info("configuration reloaded");
}

// Tickets keep the due times that they have; whatever is counted from now on goes by these hours and zones.
void Server::take_over_calendars() {
    desk_->board.configure();
    ticket_policy_->renew(site_);
}

void Server::handle_fenced() {
    if (draining_) return;
    spdlog::error("this server was thought dead; its sockets are closed and it registers anew");
    desk_->hub.end_all(protocol::Close::restart, "restarting");
    asio::co_spawn(io_, register_anew(), [](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            spdlog::error("registering anew failed: {}", error.what());
        }
    });
}

asio::awaitable<void> Server::register_anew() {
    co_await keeper_.begin_anew();
    agents_->start_over();
}

void Server::drain() {
    if (std::exchange(draining_, true)) return stop_at_once();
    spdlog::info("draining");
    if (!public_) {
        io_.stop();
        return;
    }
    public_->drain(kDrainDeadline, [this] {
        agents_->stop();
        jobs_->stop();
        housekeeping_->stop();
        keeper_.stop_watching();
        lag_.stop();
        asio::co_spawn(
            io_, [this]() -> asio::awaitable<void> { co_await keeper_.store().stop(); },
            [this](std::exception_ptr) { io_.stop(); });
    });
}

void Server::stop_at_once() {
    spdlog::warn("a second signal: stopping at once");
    if (!public_) return io_.stop();
    public_->stop_at_once([this] { io_.stop(); });
}

void Server::give_up(const std::string& why) {
    spdlog::critical("cannot start: {}", why);
    exit_code_ = 1;
    io_.stop();
}

void Server::finish() {
    // First: whoever waits for Redis goes on now, and may still turn to everything below.
    keeper_.close();
    public_.reset();
    metrics_.reset();
    passwords_.reset();
    captchas_.reset();
    zones_.reset();
    record_.reset();
    files_.reset();
}

int run(const config::Serve& command) {
    auto site = load_site(command.options);
    if (!site) return site.error();
    if (::sodium_init() < 0) return 1;
    start_log();
    int code = 1;
    {
        Server server(command, std::move(*site));
        code = server.run();
    }
    stop_log();
    return code;
}

}  // namespace ventanilla::app
