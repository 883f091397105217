#include "web/http_write.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "web/body_stream.hpp"

namespace ventanilla::web {
namespace {

/// On every answer, unless its handler has set the same field. Pages load nothing but what this server gives them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> defaults = {{
    {"cache-control", "no-store"},
    {"content-security-policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
     "media-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
     "frame-ancestors 'none'; object-src 'none'"},
    {"x-content-type-options", "nosniff"},
    {"x-frame-options", "DENY"},
    {"referrer-policy", "strict-origin-when-cross-origin"},
    {"cross-origin-opener-policy", "same-origin"},
    {"cross-origin-resource-policy", "same-origin"},
    {"permissions-policy", "camera=(), geolocation=(), microphone=()"},
    {"x-permitted-cross-domain-policies", "none"},
}};

/// A value with a line break would be read as another header field.
bool is_safe(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

}  // namespace

bool may_have_body(unsigned status) noexcept {
    return status >= 200 && status != 204 && status != 304;
}

std::string_view response_body(const Response& response) noexcept {
    if (!may_have_body(response.status) || response.source) return {};
    return response.embedded.empty() ? std::string_view(response.body) : response.embedded;
}

std::string response_head(const Response& response, const WriteOptions& options) {
    namespace http = boost::beast::http;
    const auto reason = http::obsolete_reason(http::int_to_status(response.status));
    std::string head;
    head.reserve(1024);
    auto out = std::back_inserter(head);
    fmt::format_to(out, "HTTP/1.1 {} {}\r\nServer: {}\r\nDate: {}\r\n", response.status,
                   std::string_view(reason.data(), reason.size()), options.server_name, options.date);
    for (const auto& [name, value] : response.headers) {
        if (is_safe(name) && is_safe(value)) {
            fmt::format_to(out, "{}: {}\r\n", name, value);
        } else {
            spdlog::error("a header field with a control character was left out of a response");
        }
    }
    for (const auto& [name, value] : defaults) {
        if (!find(response.headers, name)) fmt::format_to(out, "{}: {}\r\n", name, value);
    }
    if (may_have_body(response.status)) {
        const auto size = response.source ? response.source->size() : response_body(response).size();
        fmt::format_to(out, "Content-Length: {}\r\n", size);
    }
    head += options.keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    return head;
}

}  // namespace ventanilla::web
