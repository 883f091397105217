#pragma once
// What every page that is made here needs: templates, words, and how it was asked for. Internal to this room.

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "api/handlers.hpp"
#include "api/page_model.hpp"
#include "api/routes.hpp"
#include "api/template.hpp"
#include "base/assets.hpp"

namespace ventanilla::api {

struct Pages {
    Templates templates;
    nlohmann::json spanish;
    nlohmann::json english;
    std::string css;
    std::string css_tag;
    Asset css_file;

    const nlohmann::json& words(protocol::Locale locale) const {
        return locale == protocol::Locale::en ? english : spanish;
    }
};
using PagesPtr = std::shared_ptr<const Pages>;

PagesPtr load_pages(const config::Site& site);

/// The path, the language (?lang= before Accept-Language) and the time.
PageRequest page_request(const web::Request& request);

/// A finished page.
web::Response html(const Services& services, unsigned status, std::string body, protocol::Locale locale);
/// The template `name`, with what all pages show and the members of `more` beside it. `title` names the words of its title.
web::Response page(const Services& services, const Pages& pages, const PageRequest& request, unsigned status,
                   std::string_view name, std::string_view title, nlohmann::json more);
/// What people get for an address that leads nowhere, or not for them.
web::Response missing_page(const Services& services, const Pages& pages, PageRequest request);

using PageHandler = Answer (*)(Services&, PagesPtr, web::Request);
web::Handler bind(Services& services, PagesPtr pages, PageHandler handler);

/// /ticket and /ticket/{number}.
void add_ticket_pages(web::Router& router, Services& services, const PagesPtr& pages);

}  // namespace ventanilla::api
