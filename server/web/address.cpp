#include "web/address.hpp"

#include <algorithm>
#include <optional>

#include <boost/asio/ip/address.hpp>

#include "web/request_check.hpp"

namespace ventanilla::web {
namespace {

namespace ip = boost::asio::ip;

/// The text without port and brackets, as proxies write them: "203.0.113.5:4711", "[2001:db8::1]:4711".
std::string_view without_port(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        return end == std::string_view::npos ? std::string_view{} : text.substr(1, end - 1);
    }
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
        return text.substr(0, colon);
    }
    return text;
}

std::optional<ip::address> parse_address(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(std::string(text), error);
    if (error) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return ip::address(ip::make_address_v4(ip::v4_mapped, address.to_v6()));
    }
    return address;
}

/// All elements of X-Forwarded-For, in order.
std::vector<std::string_view> forwarded_for(const Pairs& headers) {
    std::vector<std::string_view> elements;
    for (const auto& [name, value] : headers) {
        if (name != "x-forwarded-for") continue;
        std::string_view rest = value;
        while (true) {
            const auto comma = rest.find(',');
            auto element = rest.substr(0, comma);
            while (element.starts_with(' ') || element.starts_with('\t')) element.remove_prefix(1);
            while (element.ends_with(' ') || element.ends_with('\t')) element.remove_suffix(1);
            elements.push_back(element);
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return elements;
}

std::string normal_origin(std::string_view origin) {
    auto text = lower(origin);
    if (text.starts_with("http://") && text.ends_with(":80")) text.resize(text.size() - 3);
    if (text.starts_with("https://") && text.ends_with(":443")) text.resize(text.size() - 4);
    return text;
}

}  // namespace

std::string client_address(std::string_view peer, const Pairs& headers,
                           const std::function<bool(std::string_view)>& trusted) {
    const auto direct = parse_address(peer);
    std::string address = direct ? direct->to_string() : std::string(peer);
    if (!trusted || !trusted(address)) return address;
    const auto elements = forwarded_for(headers);
    for (auto element = elements.rbegin(); element != elements.rend(); ++element) {
        const auto forwarded = parse_address(without_port(*element));
        if (!forwarded) break;
        address = forwarded->to_string();
        if (!trusted(address)) break;
    }
    return address;
}

std::string limit_key(std::string_view address) {
    const auto parsed = parse_address(address);
    if (!parsed || !parsed->is_v6()) return std::string(address);
    auto bytes = parsed->to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return ip::make_address_v6(bytes).to_string() + "/64";
}

OriginKind classify_origin(std::string_view origin, std::string_view scheme, std::string_view host,
                           const std::vector<std::string>& own, const std::vector<std::string>& site) {
    if (origin.empty()) return OriginKind::absent;
    const auto wanted = normal_origin(origin);
    const auto is_wanted = [&](const std::string& known) { return normal_origin(known) == wanted; };
    if (is_wanted(std::string(scheme) + "://" + std::string(host))) return OriginKind::own;
    if (std::any_of(own.begin(), own.end(), is_wanted)) return OriginKind::own;
    if (std::any_of(site.begin(), site.end(), is_wanted)) return OriginKind::site;
    return OriginKind::foreign;
}

}  // namespace ventanilla::web
