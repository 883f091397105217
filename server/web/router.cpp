#include "web/router.hpp"

#include <algorithm>
#include <stdexcept>

namespace ventanilla::web {
namespace {

bool is_parameter(std::string_view segment) noexcept {
    return segment.starts_with('{') && segment.ends_with('}');
}

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    if (path.starts_with('/')) path.remove_prefix(1);
    while (true) {
        const auto slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

bool fits(const Router::Route& route, const std::vector<std::string_view>& segments) noexcept {
    if (route.segments.size() != segments.size()) return false;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (is_parameter(route.segments[i]) ? segments[i].empty() : route.segments[i] != segments[i]) return false;
    }
    return true;
}

/// Whether `a` is tried before `b`: an exact segment before a parameter.
bool more_exact(const Router::Route& a, const Router::Route& b) noexcept {
    return std::lexicographical_compare(
        a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
        [](const auto& x, const auto& y) { return !is_parameter(x) && is_parameter(y); });
}

void append_word(std::string& list, std::string_view word) {
    if (list.find(word) != std::string::npos) return;
    if (!list.empty()) list += ", ";
    list += word;
}

}  // namespace

void Router::add(std::string_view verb, std::string_view pattern, Handler handler, RouteOptions options) {
    Route route{std::string(verb), {}, std::move(handler), {}, std::move(options)};
    for (const auto segment : split(pattern)) route.segments.emplace_back(segment);
    insert(std::move(route));
}

void Router::socket(std::string_view pattern, SocketHandler handler) {
    Route route{"GET", {}, {}, std::move(handler), {}};
    for (const auto segment : split(pattern)) route.segments.emplace_back(segment);
    insert(std::move(route));
}

void Router::fallback(Handler handler) {
    fallback_ = Route{"GET", {}, std::move(handler), {}, {}};
}

void Router::insert(Route route) {
    for (const auto& known : routes_) {
        if (known.verb == route.verb && known.segments == route.segments) {
            throw std::logic_error("two handlers for one route");
        }
    }
    const auto place = std::upper_bound(routes_.begin(), routes_.end(), route, more_exact);
    routes_.insert(place, std::move(route));
}

Router::Match Router::find(std::string_view verb, std::string_view path) const {
    Match match;
    const auto segments = split(path);
    const auto wanted = verb == "HEAD" ? std::string_view("GET") : verb;
    for (const auto& route : routes_) {
        if (!fits(route, segments)) continue;
        append_word(match.allow, route.verb);
        if (route.verb == "GET" && !route.socket) append_word(match.allow, "HEAD");
        const bool answers = route.socket ? verb == "GET" : route.verb == wanted;
        if (!answers || match.route != nullptr) continue;
        match.route = &route;
        for (std::size_t i = 0; i < segments.size(); ++i) {
            const auto& name = route.segments[i];
            if (is_parameter(name))
                match.params.emplace_back(name.substr(1, name.size() - 2), std::string(segments[i]));
        }
    }
    if (!match.allow.empty()) {
        append_word(match.allow, "OPTIONS");
    } else if (wanted == "GET" && fallback_.handler) {
        match.route = &fallback_;
    }
    return match;
}

}  // namespace ventanilla::web
