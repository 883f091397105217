// The pages that are made here: the contact page, and what stands where there is none.

#include <string>
#include <utility>

#include "api/handlers.hpp"
#include "api/page_kit.hpp"
#include "web/static_files.hpp"

namespace ventanilla::api {
namespace {

Answer contact(Services& services, PagesPtr pages, web::Request request) {
    co_await services.desk.board.refresh();
    const nlohmann::json more{{"script", true}};
    co_return page(services, *pages, page_request(request), 200, "contact", "title", more);
}

/// People get a page, programs a problem.
Answer missing(Services& services, PagesPtr pages, web::Request request) {
    const bool for_people = request.header("accept").value_or("").find("text/html") != std::string_view::npos;
    if (!for_people || request.path.starts_with("/api/")) {
        co_return web::problem({protocol::Code::not_found}, request.locale);
    }
    co_return missing_page(services, *pages, page_request(request));
}

}  // namespace

void add_pages(web::Router& router, Services& services) {
    const auto pages = load_pages(services.site);
    router.add("GET", "/", bind(services, pages, contact));
    add_ticket_pages(router, services, pages);
    router.add("GET", "/site.css",
               [pages](web::Request request) -> Answer { co_return web::asset_response(request, pages->css_file); });
    router.fallback(bind(services, pages, missing));
}

}  // namespace ventanilla::api
