#pragma once
// widget.js as this site serves it: with its own words in it, compressed once.

#include <string>
#include <string_view>

#include "base/assets.hpp"
#include "config/site.hpp"

namespace ventanilla::api {

/// The site's words as a JavaScript expression that is also safe inside a page: no "<" in it.
std::string site_literal(const config::Site& site);

/// `script` with the site's literal in place of the string "__VENTANILLA_SITE__".
std::string with_site(std::string_view script, std::string_view literal);

/// `bytes` as gzip. Throws std::bad_alloc without the memory for it.
std::string gzip(std::string_view bytes);

/// The finished script; owns what its asset shows.
class WidgetScript {
public:
    WidgetScript(const Asset& built, const config::Site& site);
    WidgetScript(const WidgetScript&) = delete;
    WidgetScript& operator=(const WidgetScript&) = delete;

    const Asset& asset() const { return asset_; }

private:
    std::string bytes_;
    std::string gzip_;
    std::string etag_;
    Asset asset_;
};

}  // namespace ventanilla::api
