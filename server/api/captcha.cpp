// POST /api/v1/captcha.

#include <utility>

#include "api/body.hpp"
#include "api/handlers.hpp"
#include "protocol/encode.hpp"

namespace ventanilla::api {
namespace {

Answer make_captcha(Services& services, web::Request request) {
    // The body may be left out.
    const auto body = json_object(request.body.empty() ? "{}" : std::string_view(request.body));
    if (!body) co_return web::problem(body.error(), request.locale);
    Form form(*body, request.locale);
    std::optional<std::string_view> wanted;
    if (const auto kind = body->find("kind"); kind != body->end()) {
        if (!kind->is_string()) form.fail("kind", "wrong_type");
        if (kind->is_string()) wanted = kind->get_ref<const std::string&>();
    }
    const auto kind = captcha::choose(services.site.captcha, wanted);
    if (!kind) form.fail("kind", "unknown");
    if (!form.good()) co_return form.refusal();

    const auto allowed = co_await use_limit(services.desk.live, services.tickets.limits.captcha, request.peer);
    if (!allowed) co_return web::problem(allowed.error(), request.locale);
    const auto made = co_await services.tickets.captchas.make(*kind, request.locale);
    if (!made) co_return web::problem(made.error(), request.locale);
    co_return web::json(200, made->json());
}

}  // namespace

void add_captcha(web::Router& router, Services& services) {
    on(router, services, "POST", "/api/v1/captcha", make_captcha, {.site_origins = true});
}

}  // namespace ventanilla::api
