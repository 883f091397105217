// GET /api/v1/site.

#include "api/handlers.hpp"
#include "api/site_json.hpp"
#include "protocol/encode.hpp"

namespace ventanilla::api {
namespace {

Answer site(Services& services, web::Request) {
    co_await services.desk.board.refresh();
    const auto body = site_json(services.site, services.desk.board, wall_clock_ms());
    co_return web::json(200, protocol::dump(body));
}

}  // namespace

void add_site(web::Router& router, Services& services) {
    on(router, services, "GET", "/api/v1/site", site, {.site_origins = true});
}

}  // namespace ventanilla::api
