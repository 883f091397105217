#pragma once
// Addresses as they stand in the configuration and on the command line.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::config {

/// A network of addresses, IPv4 as IPv4-mapped IPv6.
struct Network {
    std::array<std::uint8_t, 16> address = {};
    int bits = 128;  ///< length of the prefix, of 128

    /// Whether the address (IPv4 or IPv6 in text form, without a zone or port) lies in this network.
    bool contains(std::string_view text) const;

    bool operator==(const Network&) const = default;
};

/// "10.0.0.0/8", "fd00::/8" or a single address; nullopt if it is none of these.
std::optional<Network> parse_network(std::string_view text);

/// Where to listen or connect: a name or an address (IPv6 without brackets), and a port.
struct HostPort {
    std::string host = {};
    std::uint16_t port = 0;

    bool operator==(const HostPort&) const = default;
};

/// "127.0.0.1:8080", "[::1]:8080", "localhost:0"; nullopt if it is not of this form.
std::optional<HostPort> parse_host_port(std::string_view text);

/// A web origin in the form in which browsers send it: scheme http or https and host in lower case, no default port, no
/// path; nullopt if `text` is no such origin.
std::optional<std::string> parse_origin(std::string_view text);

}  // namespace ventanilla::config
