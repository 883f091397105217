#pragma once
// Embedded files over HTTP: from memory, compressed beforehand.

#include <string>
#include <string_view>
#include <vector>

#include "base/assets.hpp"
#include "web/http.hpp"
#include "web/router.hpp"

namespace ventanilla::web {

/// The media type for a file name by its ending, with charset for text; application/octet-stream if unknown.
std::string_view media_type_for(std::string_view path) noexcept;

/// The answer to a GET or HEAD of `asset`: gzip if the client takes it, 304 if it has it already. Names that carry a
/// hash of their content ("console-3f9a1c02.js") may be kept for a year, all others are asked for again each time.
/// `headers` are added, e.g. a page's own Content-Security-Policy.
Response asset_response(const Request& request, const Asset& asset, const Pairs& headers = {});

/// How one asset is served.
struct StaticRoute {
    const Asset* asset = nullptr;
    std::string path;    ///< "/widget.js"
    Pairs headers = {};  ///< added to the answer
};

/// Adds GET (and so HEAD) routes.
void add_static(Router& router, const std::vector<StaticRoute>& routes);

/// Headers for a script that any page may load: Cross-Origin-Resource-Policy and CORS for any origin.
Pairs embeddable_headers();

}  // namespace ventanilla::web
