#include "api/routes.hpp"

#include "api/handlers.hpp"

namespace ventanilla::api {

web::Router public_routes(Services& services) {
    web::Router router;
    add_sessions(router, services);
    add_sockets(router, services);
    add_site(router, services);
    add_chats(router, services);
    add_tickets(router, services);
    add_ticket_messages(router, services);
    add_replies(router, services);
    add_captcha(router, services);
    add_health(router, services);
    add_pages(router, services);
    add_files(router, services);
    add_uploads(router, services);
    add_downloads(router, services);
    return router;
}

}  // namespace ventanilla::api
