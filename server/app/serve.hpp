#pragma once
// The running server: all rooms put together, started and stopped in order.

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/routes.hpp"
#include "api/uploads.hpp"
#include "app/agent_sync.hpp"
#include "app/jobs.hpp"
#include "app/lag.hpp"
#include "app/live_keeper.hpp"
#include "app/ticket_policy.hpp"
#include "app/zone_reload.hpp"
#include "config/options.hpp"
#include "desk/housekeeping.hpp"
#include "session/sessions.hpp"
#include "web/server.hpp"

namespace ventanilla::app {

class Server {
public:
    Server(config::Serve command, config::Site site);
    ~Server();

    /// Serves until a signal ends it. Returns the exit code.
    int run();

private:
    bool open_stores();
    void make_secrets(record::Database& database);
    boost::asio::awaitable<bool> start_live();
    boost::asio::awaitable<void> start();
    bool listen();
    void say_ready(const std::string& address, const std::string& metrics);
    void handle_signals();
    void wait_for_signal();
    void reload();
    void take_over_calendars();
    void handle_fenced();
    boost::asio::awaitable<void> register_anew();
    void drain();
    void stop_at_once();
    void finish();
    void give_up(const std::string& why);
    std::vector<std::string> broken() const;
    std::vector<std::string> warnings() const;

    config::Serve command_;
    config::Site site_;
    /// Before io_: handlers that are still suspended at the end go with it, and give their turns back then.
    std::unique_ptr<api::Repeats> repeats_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_;
    LiveKeeper keeper_;
    std::unique_ptr<record::Worker> record_;
    std::unique_ptr<record::PasswordPool> passwords_;
    std::unique_ptr<files::FileStore> files_;
    std::unique_ptr<TicketPolicy> ticket_policy_;
    std::unique_ptr<desk::Desk> desk_;
    std::unique_ptr<session::Sessions> sessions_;
    std::unique_ptr<desk::Housekeeping> housekeeping_;
    std::unique_ptr<AgentSync> agents_;
    std::unique_ptr<ZoneReload> zones_;
    std::unique_ptr<Jobs> jobs_;
    std::unique_ptr<api::CaptchaPool> captchas_;
    api::AddressLimits address_limits_;
    std::unique_ptr<api::TicketsService> tickets_;
    std::unique_ptr<api::Services> services_;
    std::unique_ptr<web::Server> public_;
    std::unique_ptr<web::Server> metrics_;
    LagWatch lag_;
    bool draining_ = false;
    int exit_code_ = 0;
};

}  // namespace ventanilla::app
