#include "loadtest/wire/target.hpp"

#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

namespace ventanilla::load {

tl::expected<Target, std::string> parse_target(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    const auto given = url;
    if (url.substr(0, scheme.size()) == scheme) url.remove_prefix(scheme.size());
    if (!url.empty() && url.back() == '/') url.remove_suffix(1);
    const auto colon = url.rfind(':');
    Target target;
    const auto port = colon == std::string_view::npos ? std::string_view{"80"} : url.substr(colon + 1);
    target.host = std::string(url.substr(0, colon));
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), target.port);
    if (target.host.empty() || error != std::errc{} || end != port.data() + port.size() || target.port == 0)
        return tl::unexpected(fmt::format("{}: the server must be given as http://HOST:PORT", given));
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int failed = ::getaddrinfo(target.host.c_str(), nullptr, &hints, &found); failed != 0)
        return tl::unexpected(fmt::format("{}: {}", target.host, ::gai_strerror(failed)));
    target.address = *reinterpret_cast<const sockaddr_in*>(found->ai_addr);
    target.address.sin_port = htons(target.port);
    ::freeaddrinfo(found);
    return target;
}

tl::expected<in_addr, std::string> parse_source(const std::string& text) {
    in_addr address{};
    if (::inet_pton(AF_INET, text.c_str(), &address) != 1)
        return tl::unexpected(fmt::format("{}: not an IPv4 address to connect from", text));
    return address;
}

}  // namespace ventanilla::load
