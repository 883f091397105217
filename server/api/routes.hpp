#pragma once
// Everything this server answers over HTTP (protocol.md 3), and where its sockets are.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/tickets_service.hpp"
#include "config/site.hpp"
#include "desk/desk.hpp"
#include "desk/housekeeping.hpp"
#include "session/sessions.hpp"
#include "store/record/passwords.hpp"
#include "web/counters.hpp"
#include "web/router.hpp"

namespace ventanilla::api {

struct Uploads;

/// Sign-ins that were refused unseen, by what was used up.
struct SignInsRefused {
    std::uint64_t account = 0;
    std::uint64_t address = 0;
    std::uint64_t busy = 0;  ///< passwords that waited to be checked
};

/// What the handlers work with. All of it outlives the router.
struct Services {
    const config::Site& site;
    desk::Desk& desk;
    session::Sessions& sessions;
    record::PasswordPool& passwords;
    const desk::Housekeeping& housekeeping;
    TicketsService& tickets;
    /// Why this server should not get new work, by part ("redis", "database", "draining"); empty: ready.
    std::function<std::vector<std::string>()> broken;
    std::function<const web::Counters&()> counters;
    std::function<std::chrono::microseconds()> loop_lag;  ///< the longest since it was last asked
    /// Signing in with the cookie needs the name that fits the scheme of public_url.
    std::string cookie_name;
    bool secure_cookie = false;
    /// What whoever runs this server should know though it works, e.g. that its Redis may lose data.
    std::function<std::vector<std::string>()> warnings = {};
    /// What routes have made of the site once; called after the configuration was reloaded.
    std::vector<std::function<void()>> on_reload = {};
    SignInsRefused sign_ins = {};
    std::shared_ptr<Uploads> uploads = nullptr;  ///< set before there are routes
};

/// The routes of the public listener: pages, widget, console, API and sockets.
web::Router public_routes(Services& services);

/// GET /metrics, for the listener of its own.
web::Router metrics_routes(Services& services);

}  // namespace ventanilla::api
