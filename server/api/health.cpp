// /livez: the process is up. /readyz: it should get work.

#include <algorithm>

#include "api/handlers.hpp"
#include "protocol/encode.hpp"

namespace ventanilla::api {
namespace {

Answer live(Services&, web::Request) {
    co_return web::json(200, R"({"status":"ok"})");
}

Answer ready(Services& services, web::Request) {
    auto broken = services.broken();
    const auto draining = std::erase(broken, "draining") > 0;
    nlohmann::json health{{"status", draining ? "draining" : broken.empty() ? "ok" : "broken"}};
    const bool good = !draining && broken.empty();
    if (!broken.empty()) health["broken"] = std::move(broken);
    if (auto warnings = services.warnings ? services.warnings() : std::vector<std::string>(); !warnings.empty()) {
        health["warnings"] = std::move(warnings);
    }
    co_return web::json(good ? 200 : 503, protocol::dump(health));
}

}  // namespace

void add_health(web::Router& router, Services& services) {
    on(router, services, "GET", "/livez", live);
    on(router, services, "GET", "/readyz", ready);
}

}  // namespace ventanilla::api
