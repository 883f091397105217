#include "config/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace ventanilla::config {
namespace {

using Address = std::array<std::uint8_t, 16>;

// No locale: a host's name is ASCII, and `tolower` is not.
std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

bool is_ipv4(std::string_view text) {
    in_addr address{};
    return inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
}

std::optional<Address> parse_address(std::string_view text) {
    // The C functions stop at a NUL; nothing behind one may be overlooked.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string whole = is_ipv4(text) ? "::ffff:" + std::string(text) : std::string(text);
    Address address{};
    if (inet_pton(AF_INET6, whole.c_str(), address.data()) != 1) return std::nullopt;
    return address;
}

std::optional<int> parse_number(std::string_view text, int max) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size() || value > max)
        return std::nullopt;
    return value;
}

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.front() == '-') return false;
    if (host.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_';
    });
}

struct Authority {
    std::string_view host;  ///< IPv6 without its brackets
    std::string_view port;  ///< empty: none
    bool bracketed = false;
};

std::optional<Authority> split(std::string_view text) {
    Authority out;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        out = {text.substr(1, close - 1), {}, true};
        if (!parse_address(out.host) || is_ipv4(out.host)) return std::nullopt;
        rest = text.substr(close + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        out = {text.substr(0, colon), {}, false};
        if (!is_host_name(out.host)) return std::nullopt;
        rest = text.substr(colon);
    }
    if (rest.empty()) return out;
    out.port = rest.substr(1);
    if (rest.front() != ':' || !parse_number(out.port, 65535)) return std::nullopt;
    return out;
}

}  // namespace

bool Network::contains(std::string_view text) const {
    const auto other = parse_address(text);
    if (!other) return false;
    for (int bit = 0; bit < bits; bit += 8) {
        const auto index = static_cast<std::size_t>(bit / 8);
        const unsigned mask = bits - bit >= 8 ? 0xffU : (0xff00U >> (bits - bit)) & 0xffU;
        if ((((*other)[index] ^ address[index]) & mask) != 0) return false;
    }
    return true;
}

std::optional<Network> parse_network(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const std::string_view host = text.substr(0, slash);
    const auto address = parse_address(host);
    if (!address) return std::nullopt;
    Network network{*address, 128};
    if (slash == text.size()) return network;

    const int width = is_ipv4(host) ? 32 : 128;
    const auto bits = parse_number(text.substr(slash + 1), width);
    if (!bits) return std::nullopt;
    network.bits = 128 - width + *bits;
    return network;
}

std::optional<HostPort> parse_host_port(std::string_view text) {
    const auto parts = split(text);
    if (!parts || parts->port.empty()) return std::nullopt;
    return HostPort{std::string(parts->host), static_cast<std::uint16_t>(*parse_number(parts->port, 65535))};
}

std::optional<std::string> parse_origin(std::string_view text) {
    const std::string whole = lower(text);
    const auto scheme_end = whole.find("://");
    if (scheme_end == std::string::npos) return std::nullopt;
    const std::string scheme = whole.substr(0, scheme_end);
    if (scheme != "http" && scheme != "https") return std::nullopt;
    const auto parts = split(std::string_view(whole).substr(scheme_end + 3));
    if (!parts) return std::nullopt;

    std::string origin = scheme + "://";
    origin += parts->bracketed ? "[" + std::string(parts->host) + "]" : std::string(parts->host);
    // A browser leaves the default port out of `Origin`.
    const int port = parts->port.empty() ? 0 : *parse_number(parts->port, 65535);
    if (port != 0 && port != (scheme == "https" ? 443 : 80)) origin += ":" + std::to_string(port);
    return origin;
}

}  // namespace ventanilla::config
