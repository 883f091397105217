#pragma once
// What the configuration says to the listener.

#include <string>

#include "config/site.hpp"
#include "web/server.hpp"

namespace ventanilla::app {

/// `site` must outlive the server: whose X-Forwarded-For counts is asked of it each time.
web::ServerOptions web_options(const config::Site& site, std::string session_cookie);

}  // namespace ventanilla::app
