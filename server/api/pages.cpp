// The pages that are made here: the contact page, the ticket page, and what stands where there is none.

#include <memory>
#include <string>
#include <utility>

#include "api/colours.hpp"
#include "api/handlers.hpp"
#include "api/page_model.hpp"
#include "api/template.hpp"
#include "base/random.hpp"
#include "embedded/page_files.hpp"
#include "web/static_files.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;

struct Pages {
    Templates templates;
    json spanish;
    json english;
    std::string css;
    std::string css_tag;
    Asset css_file;
};
using PagesPtr = std::shared_ptr<const Pages>;

PagesPtr load_pages(const config::Site& site) {
    auto pages = std::make_shared<Pages>();
    for (const auto& file : page_files()) {
        if (file.path == "words.es.json") pages->spanish = json::parse(file.bytes);
        if (file.path == "words.en.json") pages->english = json::parse(file.bytes);
        // "icon-phone.svg" and "head.html" are the templates "icon-phone" and "head".
        pages->templates.add(std::string(file.path.substr(0, file.path.rfind('.'))), file.bytes);
    }
    pages->css = site_css(site.look.accent);
    pages->css_tag = '"' + token_hash(pages->css).substr(0, 32) + '"';
    pages->css_file = {"site.css", pages->css, {}, pages->css_tag};
    return pages;
}

PageRequest page_request(const web::Request& request) {
    PageRequest page{request.path, request.locale, false, wall_clock_ms()};
    const auto lang = request.query_value("lang").value_or("");
    if (lang == "es" || lang == "en") {
        page.locale = protocol::locale_for(lang, request.locale);
        page.chosen = true;
    }
    return page;
}

web::Response html(const Services& services, unsigned status, std::string body, protocol::Locale locale) {
    web::Response response;
    response.status = status;
    response.set("content-type", "text/html; charset=utf-8");
    response.set("content-language", protocol::to_string(locale));
    response.set("vary", "Accept-Language");
    if (services.secure_cookie) response.set("strict-transport-security", "max-age=31536000");
    response.body = std::move(body);
    return response;
}

web::Response page(const Services& services, const Pages& pages, const PageRequest& request, unsigned status,
                   std::string_view name, std::string_view title, bool script) {
    const auto& words = request.locale == protocol::Locale::en ? pages.english : pages.spanish;
    auto model = page_model(services.site, services.desk.board, words, request, title);
    model["script"] = script;
    return html(services, status, pages.templates.render(name, model), request.locale);
}

Answer contact(Services& services, PagesPtr pages, web::Request request) {
    co_await services.desk.board.refresh();
    co_return page(services, *pages, page_request(request), 200, "contact", "title", true);
}

Answer ticket(Services& services, PagesPtr pages, web::Request request) {
    auto response = page(services, *pages, page_request(request), 200, "ticket", "ticket_title", true);
    co_return response.set("referrer-policy", "no-referrer");
}

/// People get a page, programs a problem.
Answer missing(Services& services, PagesPtr pages, web::Request request) {
    const bool for_people = request.header("accept").value_or("").find("text/html") != std::string_view::npos;
    if (!for_people || request.path.starts_with("/api/")) {
        co_return web::problem({protocol::Code::not_found}, request.locale);
    }
    auto asked = page_request(request);
    asked.path = "/";  // there is nothing here in the other language either
    co_return page(services, *pages, asked, 404, "missing", "missing_title", false);
}

using PageHandler = Answer (*)(Services&, PagesPtr, web::Request);

web::Handler bind(Services& services, PagesPtr pages, PageHandler handler) {
    return [&services, pages = std::move(pages), handler](web::Request request) {
        return handler(services, pages, std::move(request));
    };
}

}  // namespace

void add_pages(web::Router& router, Services& services) {
    const auto pages = load_pages(services.site);
    router.add("GET", "/", bind(services, pages, contact));
    router.add("GET", "/ticket", bind(services, pages, ticket));
    router.add("GET", "/site.css",
               [pages](web::Request request) -> Answer { co_return web::asset_response(request, pages->css_file); });
    router.fallback(bind(services, pages, missing));
}

}  // namespace ventanilla::api
