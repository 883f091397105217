#include "web/http.hpp"

#include <algorithm>
#include <charconv>

#include <boost/beast/http/status.hpp>
#include <nlohmann/json.hpp>

#include "protocol/encode.hpp"
#include "protocol/messages.hpp"
#include "web/request_check.hpp"

namespace ventanilla::web {
namespace {

using protocol::Code;
using protocol::Locale;

std::string title_of(unsigned status) {
    return std::string(boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status)));
}

/// The code of the table for a status that has none of its own: clients know only those.
Code code_of(unsigned status) noexcept {
    switch (status) {
        case 401: return Code::unauthenticated;
        case 403: return Code::forbidden;
        case 404: return Code::not_found;
        case 405:
        case 426:
        case 505: return Code::unknown_type;
        case 409: return Code::client_id_reuse;
        case 429: return Code::slow_down;
        default: return status >= 500 ? Code::unavailable : Code::bad_field;
    }
}

/// The weight of an element of Accept-Language from its parameters (";q=0.8"); 1 if none is given, 0 if it is malformed.
double weight_of(std::string_view parameters) noexcept {
    const auto at = parameters.find("q=");
    if (at == std::string_view::npos) return 1;
    const auto text = parameters.substr(at + 2);
    double weight = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), weight).ec != std::errc{}) return 0;
    return weight >= 0 && weight <= 1 ? weight : 0;
}

Response problem_response(unsigned status, const nlohmann::json& body) {
    Response response;
    response.status = status;
    response.set("content-type", "application/problem+json");
    response.body = protocol::dump(body);
    return response;
}

}  // namespace

std::optional<std::string_view> find(const Pairs& pairs, std::string_view name) noexcept {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
    if (found == pairs.end()) return std::nullopt;
    return found->second;
}

std::optional<std::string_view> Request::bearer() const {
    auto value = header("authorization");
    constexpr std::string_view scheme = "bearer ";
    if (!value || value->size() <= scheme.size()) return std::nullopt;
    if (lower(value->substr(0, scheme.size())) != scheme) return std::nullopt;
    value->remove_prefix(scheme.size());
    while (value->starts_with(' ')) value->remove_prefix(1);
    if (value->empty()) return std::nullopt;
    return value;
}

std::string Request::media_type() const {
    auto value = header("content-type").value_or("");
    value = value.substr(0, value.find(';'));
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    return lower(value);
}

Pairs parse_cookies(const Pairs& headers) {
    Pairs cookies;
    for (const auto& [name, value] : headers) {
        if (name != "cookie") continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto semicolon = std::min(rest.find(';'), rest.size());
            auto part = rest.substr(0, semicolon);
            rest.remove_prefix(std::min(semicolon + 1, rest.size()));
            while (part.starts_with(' ')) part.remove_prefix(1);
            const auto equals = part.find('=');
            if (equals == std::string_view::npos || equals == 0) continue;
            auto text = part.substr(equals + 1);
            if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
            cookies.emplace_back(std::string(part.substr(0, equals)), std::string(text));
        }
    }
    return cookies;
}

Locale best_language(std::string_view accepted, Locale fallback) {
    Locale best = fallback;
    double best_weight = 0;
    while (!accepted.empty()) {
        const auto comma = std::min(accepted.find(','), accepted.size());
        const auto element = accepted.substr(0, comma);
        accepted.remove_prefix(std::min(comma + 1, accepted.size()));
        const auto semicolon = std::min(element.find(';'), element.size());
        auto tag = lower(element.substr(0, semicolon));
        std::erase_if(tag, [](char c) { return c == ' ' || c == '\t'; });
        const auto language = tag.substr(0, tag.find('-'));
        if (language != "es" && language != "en") continue;
        const double weight = weight_of(element.substr(semicolon));
        if (weight <= best_weight) continue;
        best_weight = weight;
        best = language == "en" ? Locale::en : Locale::es_mx;
    }
    return best;
}

Response& Response::set(std::string_view name, std::string_view value) {
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&](const auto& field) { return field.first == name; });
    if (found != headers.end()) {
        found->second = value;
    } else {
        headers.emplace_back(name, value);
    }
    return *this;
}

Response json(unsigned status, std::string body) {
    Response response;
    response.status = status;
    response.set("content-type", "application/json");
    response.body = std::move(body);
    return response;
}

Response no_content() {
    Response response;
    response.status = 204;
    return response;
}

Response see_other(std::string_view location) {
    Response response;
    response.status = 303;
    response.set("location", location);
    return response;
}

unsigned status_of(Code code) noexcept {
    switch (code) {
        case Code::bad_json: return 400;
        case Code::unknown_type: return 404;
        case Code::bad_field: return 422;
        case Code::unauthenticated: return 401;
        case Code::forbidden: return 403;
        case Code::not_found: return 404;
        case Code::offline:
        case Code::not_assigned:
        case Code::chat_closed:
        case Code::client_id_reuse: return 409;
        case Code::slow_down: return 429;
        case Code::unavailable: return 503;
    }
    return 500;
}

Response problem(const protocol::Error& error, Locale locale, const std::vector<FieldError>& errors) {
    const auto status = status_of(error.code);
    nlohmann::json body{{"type", "about:blank"},
                        {"title", title_of(status)},
                        {"status", status},
                        {"code", protocol::to_string(error.code)},
                        {"detail", errors.empty() ? protocol::message_for(error, locale) : errors.front().message}};
    if (!error.field.empty()) body["field"] = error.field;
    if (error.retry_after_ms > 0) body["retry_after_ms"] = error.retry_after_ms;
    if (!errors.empty()) {
        auto& list = body["errors"] = nlohmann::json::array();
        for (const auto& wrong : errors) {
            list.push_back({{"field", wrong.field}, {"code", wrong.code}, {"message", wrong.message}});
        }
    }
    auto response = problem_response(status, body);
    if (error.code == Code::slow_down || error.code == Code::unavailable) {
        const auto seconds = std::max<std::int64_t>(1, (error.retry_after_ms + 999) / 1000);
        response.set("retry-after", std::to_string(seconds));
    }
    return response;
}

Response problem(unsigned status, std::string_view detail, Locale locale) {
    const auto code = code_of(status);
    return problem_response(status, {{"type", "about:blank"},
                                     {"title", title_of(status)},
                                     {"status", status},
                                     {"code", protocol::to_string(code)},
                                     {"detail", detail},
                                     {"message", protocol::message_for(code, "", locale)}});
}

std::optional<Response> refuse_cross_site(const Request& request) {
    if (request.verb == "GET" || request.verb == "HEAD") return std::nullopt;
    if (!request.origin.empty() && !request.own_origin) {
        return problem(403, "this origin may not use the session", request.locale);
    }
    const auto type = request.media_type();
    const bool fits =
        type == "application/json" || (type == "multipart/form-data" && request.header("x-ventanilla") == "1");
    if (fits) return std::nullopt;
    return problem(415,
                   "with the session cookie the body must be application/json, or multipart/form-data with the "
                   "header X-Ventanilla: 1",
                   request.locale);
}

}  // namespace ventanilla::web
