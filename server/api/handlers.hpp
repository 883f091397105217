#pragma once
// One function per group of endpoints; each has a file of its own. Internal to this room.

#include <boost/asio/awaitable.hpp>
#include <string>

#include "api/routes.hpp"
#include "web/http.hpp"
#include "web/router.hpp"

namespace ventanilla::api {

using Answer = boost::asio::awaitable<web::Response>;

void add_sessions(web::Router& router, Services& services);
void add_sockets(web::Router& router, Services& services);
void add_site(web::Router& router, Services& services);
void add_chats(web::Router& router, Services& services);
void add_tickets(web::Router& router, Services& services);
void add_ticket_messages(web::Router& router, Services& services);
void add_replies(web::Router& router, Services& services);
void add_captcha(web::Router& router, Services& services);
void add_health(web::Router& router, Services& services);
void add_pages(web::Router& router, Services& services);
void add_files(web::Router& router, Services& services);
void add_uploads(web::Router& router, Services& services);
void add_downloads(web::Router& router, Services& services);

/// A route whose handler is a coroutine over the services: they outlive the router, the request is the coroutine's own.
inline void on(web::Router& router, Services& services, std::string_view verb, std::string_view pattern,
               Answer (*handler)(Services&, web::Request), web::RouteOptions options = {}) {
    auto call = [&services, handler](web::Request request) { return handler(services, std::move(request)); };
    router.add(verb, pattern, std::move(call), std::move(options));
}

}  // namespace ventanilla::api
