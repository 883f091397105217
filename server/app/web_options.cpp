#include "app/web_options.hpp"

#include <utility>

#include "protocol/words.hpp"

namespace ventanilla::app {

web::ServerOptions web_options(const config::Site& site, std::string session_cookie) {
    web::ServerOptions options;
    options.origins = site.origins;
    if (!site.public_url.empty()) options.own_origins.push_back(site.public_url);
    options.scheme = site.public_url.starts_with("https://") ? "https" : "http";
    options.trusted_proxy = [&site](std::string_view address) {
        for (const auto& network : site.trusted_proxies) {
            if (network.contains(address)) return true;
        }
        return false;
    };
    options.locale = protocol::locale_for(site.locale, protocol::Locale::es_mx);
    options.session_cookie = std::move(session_cookie);
    options.sockets_per_address = static_cast<std::size_t>(site.limits.sockets_per_address);
    options.sockets_per_site = static_cast<std::size_t>(site.limits.sockets_per_site);
    options.connections_per_address = static_cast<std::size_t>(site.limits.connections_per_address);
    return options;
}

}  // namespace ventanilla::app
