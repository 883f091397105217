#include "api/page_kit.hpp"

#include <utility>

#include "api/colours.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "embedded/page_files.hpp"

namespace ventanilla::api {

using nlohmann::json;

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
                   std::string_view name, std::string_view title, json more) {
    auto model = page_model(services.site, services.desk.board, pages.words(request.locale), request, title);
    model.update(more);
    return html(services, status, pages.templates.render(name, model), request.locale);
}

web::Response missing_page(const Services& services, const Pages& pages, PageRequest request) {
    request.path = "/";  // there is nothing here in the other language either
    return page(services, pages, request, 404, "missing", "missing_title", json::object());
}

web::Handler bind(Services& services, PagesPtr pages, PageHandler handler) {
    return [&services, pages = std::move(pages), handler](web::Request request) {
        return handler(services, pages, std::move(request));
    };
}

}  // namespace ventanilla::api
