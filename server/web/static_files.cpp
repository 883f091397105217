#include "web/static_files.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "web/escape.hpp"
#include "web/request_check.hpp"

namespace ventanilla::web {
namespace {

struct MediaType {
    std::string_view ending;
    std::string_view type;
};

constexpr std::array<MediaType, 19> media_types = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".yaml", "application/yaml"},
    {".txt", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".gif", "image/gif"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".mp3", "audio/mpeg"},
    {".wav", "audio/wav"},
    {".ogg", "audio/ogg"},
}};

/// "name-3f9a1c02.js": a hash of at least eight characters with a digit in it, before the ending, as bundlers write it.
bool is_hashed(std::string_view path) noexcept {
    path = path.substr(path.rfind('/') + 1);
    const auto dot = path.rfind('.');
    const auto dash = path.rfind('-', dot);
    if (dot == std::string_view::npos || dash == std::string_view::npos || dot - dash <= 8) return false;
    const auto hash = path.substr(dash + 1, dot - dash - 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return std::any_of(hash.begin(), hash.end(), is_digit) &&
           std::all_of(hash.begin(), hash.end(), [&](char c) { return is_digit(c) || is_letter(c); });
}

/// Whether a weight parameter says zero: "q=0", "q=0.000".
bool is_zero_weight(std::string_view parameters) noexcept {
    parameters = trim_blanks(parameters);
    if (!parameters.starts_with("q=") && !parameters.starts_with("Q=")) return false;
    return parameters.find_first_not_of("0.", 2) == std::string_view::npos;
}

bool takes_gzip(const Request& request) {
    bool any = false;
    for (const auto& [name, value] : request.headers) {
        if (name != "accept-encoding") continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            const auto element = rest.substr(0, comma);
            rest.remove_prefix(std::min(comma + 1, rest.size()));
            const auto semicolon = std::min(element.find(';'), element.size());
            const auto coding = lower(trim_blanks(element.substr(0, semicolon)));
            const bool refused = is_zero_weight(element.substr(std::min(semicolon + 1, element.size())));
            if (coding == "gzip" || coding == "x-gzip") return !refused;
            if (coding == "*") any = !refused;
        }
    }
    return any;
}

/// The tag of the compressed form: a strong tag names exact bytes, so it may not be that of the plain form.
std::string tag_of(const Asset& asset, bool gzip) {
    std::string tag(asset.etag);
    if (gzip && tag.ends_with('"')) tag.insert(tag.size() - 1, "-gzip");
    return tag;
}

bool has_it_already(const Request& request, std::string_view tag) {
    for (const auto& [name, value] : request.headers) {
        if (name != "if-none-match") continue;
        if (value == "*") return true;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            auto known = trim_blanks(rest.substr(0, comma));
            if (known.starts_with("W/")) known.remove_prefix(2);
            if (known == tag) return true;
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return false;
}

}  // namespace

std::string_view media_type_for(std::string_view path) noexcept {
    for (const auto& [ending, type] : media_types) {
        if (path.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

Response asset_response(const Request& request, const Asset& asset, const Pairs& headers) {
    const bool gzip = !asset.gzip.empty() && takes_gzip(request);
    const auto tag = tag_of(asset, gzip);
    Response response;
    response.set("etag", tag);
    response.set("cache-control", is_hashed(asset.path) ? "public, max-age=31536000, immutable" : "no-cache");
    if (!asset.gzip.empty()) response.set("vary", "Accept-Encoding");
    for (const auto& [name, value] : headers) response.set(name, value);
    if (has_it_already(request, tag)) {
        response.status = 304;
        return response;
    }
    response.set("content-type", media_type_for(asset.path));
    if (gzip) response.set("content-encoding", "gzip");
    response.embedded = gzip ? asset.gzip : asset.bytes;
    return response;
}

void add_static(Router& router, const std::vector<StaticRoute>& routes) {
    for (const auto& route : routes) {
        router.add("GET", route.path,
                   [asset = route.asset, headers = route.headers](Request request) -> boost::asio::awaitable<Response> {
                       co_return asset_response(request, *asset, headers);
                   });
    }
}

Pairs embeddable_headers() {
    return {{"cross-origin-resource-policy", "cross-origin"}, {"access-control-allow-origin", "*"}};
}

}  // namespace ventanilla::web
