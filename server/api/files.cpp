// The files that browsers load: the widget, the console, styles, and the documents of this API.

#include <memory>
#include <string>

#include "api/handlers.hpp"
#include "api/widget_script.hpp"
#include "embedded/api_documents.hpp"
#include "embedded/browser_files.hpp"
#include "web/static_files.hpp"

namespace ventanilla::api {
namespace {

void add_widget(web::Router& router, const Asset& built, Services& services) {
    // Answers point into the script, so one that was replaced is kept until the server ends: reloads are rare.
    auto scripts = std::make_shared<std::vector<std::unique_ptr<const WidgetScript>>>();
    const auto make = [scripts, &built, &services] {
        scripts->push_back(std::make_unique<const WidgetScript>(built, services.site));
    };
    make();
    services.on_reload.emplace_back(make);
    router.add("GET", "/widget.js", [scripts](web::Request request) -> Answer {
        co_return web::asset_response(request, scripts->back()->asset(), web::embeddable_headers());
    });
}

}  // namespace

void add_files(web::Router& router, Services& services) {
    std::vector<web::StaticRoute> routes;
    for (const auto& asset : assets::browser_files()) {
        if (asset.path == "widget.js") {
            add_widget(router, asset, services);
            continue;
        }
        if (asset.path == "agent/index.html") {
            routes.push_back({&asset, "/agent"});
            routes.push_back({&asset, "/agent/"});
        }
        // What widget.js loads when it is wanted is for the same pages.
        const bool for_any_page = asset.path.starts_with("widget-");
        const auto headers = for_any_page ? web::embeddable_headers() : web::Pairs{};
        routes.push_back({&asset, '/' + std::string(asset.path), headers});
    }
    for (const auto& asset : assets::api_documents()) routes.push_back({&asset, "/api/" + std::string(asset.path)});
    web::add_static(router, routes);
}

}  // namespace ventanilla::api
