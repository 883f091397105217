#include "web/request_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/limits.hpp"
#include "web/escape.hpp"

namespace ventanilla::web {
namespace {

constexpr std::size_t head_limit = protocol::limits::http_head_bytes;

tl::unexpected<Bad> bad(std::string_view why, unsigned status = 400) {
    return tl::unexpected<Bad>(Bad{status, why});
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_alpha(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t count(const Pairs& headers, std::string_view name) noexcept {
    return static_cast<std::size_t>(
        std::count_if(headers.begin(), headers.end(), [&](const auto& field) { return field.first == name; }));
}

/// Calls `each` with every element of the comma-separated lists in all fields `name`.
template <typename Each>
void for_each_element(const Pairs& headers, std::string_view name, Each each) {
    for (const auto& [key, value] : headers) {
        if (key != name) continue;
        std::string_view rest = value;
        while (true) {
            const auto comma = rest.find(',');
            each(trim_blanks(rest.substr(0, comma)));
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept {
    std::uint64_t value = 0;
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Checked<Head> parse_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) return bad("request line without three parts");
    Head head;
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, second - first - 1);
    const auto version = line.substr(second + 1);
    if (!is_token(head.method)) return bad("method is not a token");
    if (head.target.empty()) return bad("empty request target");
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' ||
        !is_digit(version[7])) {
        return bad("malformed HTTP version");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad("this HTTP version is not spoken here", 505);
    head.http_1_0 = version == "HTTP/1.0";
    return head;
}

/// `host[:port]` with what may stand in a name or an address literal; user info and lists have no place in it.
bool is_host(std::string_view text) noexcept {
    if (text.empty()) return false;
    std::string_view port;
    if (text.front() == '[') {
        const auto end = text.find(']');
        if (end == std::string_view::npos || end == 1) return false;
        const auto literal = text.substr(1, end - 1);
        if (literal.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
        port = text.substr(end + 1);
        if (!port.empty() && port.front() != ':') return false;
    } else {
        const auto colon = text.find(':');
        const auto name = text.substr(0, colon);
        const auto fits = [](char c) { return is_digit(c) || is_alpha(c) || c == '.' || c == '-' || c == '_'; };
        if (name.empty() || !std::all_of(name.begin(), name.end(), fits)) return false;
        if (colon != std::string_view::npos) port = text.substr(colon);
    }
    if (port.empty()) return true;
    const auto number = parse_decimal(port.substr(1));
    return number && *number <= 65535;
}

/// Fields of which a second one would leave open which counts.
constexpr std::array<std::string_view, 12> single_fields = {
    "host",   "content-length", "transfer-encoding", "content-type",      "origin",       "authorization",
    "expect", "x-captcha",      "idempotency-key",   "sec-websocket-key", "x-ventanilla", "sec-websocket-version",
};

std::optional<Bad> check_body_fields(const Head& head, Framing& framing) {
    const auto encoding = find(head.headers, "transfer-encoding");
    const auto length = find(head.headers, "content-length");
    if (encoding) {
        if (head.http_1_0) return Bad{400, "Transfer-Encoding on HTTP/1.0"};
        if (length) return Bad{400, "Transfer-Encoding together with Content-Length"};
        if (lower(*encoding) != "chunked") return Bad{400, "only the transfer encoding chunked is known"};
        framing.chunked = true;
    } else if (length) {
        const auto value = parse_decimal(*length);
        if (!value) return Bad{400, "Content-Length is not a number"};
        framing.length = *value;
    }
    return std::nullopt;
}

bool is_target_char(char c) noexcept {
    return c > 0x20 && c < 0x7f && c != '#' && c != '\\';
}

/// A key is 16 bytes in base64: 22 characters and two signs of padding.
bool is_websocket_key(std::string_view key) noexcept {
    if (key.size() != 24 || !key.ends_with("==")) return false;
    const auto digits = key.substr(0, 22);
    return std::all_of(digits.begin(), digits.end(),
                       [](char c) { return is_digit(c) || is_alpha(c) || c == '+' || c == '/'; });
}

Checked<std::string> decode_path(std::string_view path) {
    std::string lowered = lower(path);
    if (lowered.find("%2f") != std::string::npos || lowered.find("%5c") != std::string::npos) {
        return bad("encoded slash in the path");
    }
    auto decoded = decode_percent(path, Plus::is_plus);
    if (!decoded) return bad("malformed percent-escape in the path");
    if (!is_text(*decoded)) return bad("the path is not UTF-8 text");
    for (std::size_t at = 0; at < decoded->size();) {
        auto end = std::min(decoded->find('/', at), decoded->size());
        const auto segment = std::string_view(*decoded).substr(at, end - at);
        if (segment == "." || segment == "..") return bad("dot segment in the path");
        at = end + 1;
    }
    return *std::move(decoded);
}

}  // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool has_token(const Pairs& headers, std::string_view name, std::string_view token) {
    bool found = false;
    const auto wanted = lower(token);
    for_each_element(headers, name, [&](std::string_view element) { found = found || lower(element) == wanted; });
    return found;
}

Checked<std::size_t> scan_head(std::string_view data, std::size_t seen) {
    // Step back over what an incomplete line end may have left undecided.
    const std::size_t from = seen > 3 ? seen - 3 : 0;
    const std::size_t until = std::min(data.size(), head_limit);
    for (std::size_t at = from; at < until; ++at) {
        const char c = data[at];
        if (c == '\n') {
            if (at == 0 || data[at - 1] != '\r') return bad("line feed without carriage return");
            if (at == 1) return bad("empty line before the request");
            if (at >= 3 && data[at - 2] == '\n') return at + 1;
        } else if (c == '\r') {
            if (at + 1 < data.size() && data[at + 1] != '\n') return bad("carriage return without line feed");
        } else if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) {
            return bad("control character in the head");
        }
    }
    if (data.size() >= head_limit) return bad("the head is larger than 8 KiB", 431);
    return std::size_t{0};
}

Checked<Head> parse_head(std::string_view raw) {
    const auto line_end = raw.find("\r\n");
    if (line_end == std::string_view::npos || !raw.ends_with("\r\n\r\n")) return bad("incomplete head");
    auto head = parse_request_line(raw.substr(0, line_end));
    if (!head) return head;

    std::string_view rest = raw.substr(line_end + 2);
    while (rest != "\r\n") {
        const auto end = rest.find("\r\n");
        const auto line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (line.empty()) return bad("empty line inside the head");
        if (line.front() == ' ' || line.front() == '\t') return bad("folded header field");
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return bad("header field without a colon");
        if (!is_token(line.substr(0, colon))) return bad("malformed name of a header field");
        const auto value = trim_blanks(line.substr(colon + 1));
        const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
        if (std::any_of(value.begin(), value.end(), is_control)) return bad("control character in a header field");
        head->headers.emplace_back(lower(line.substr(0, colon)), std::string(value));
    }
    return head;
}

Checked<Framing> check_framing(const Head& head) {
    for (const auto name : single_fields) {
        if (count(head.headers, name) > 1) return bad("a header field that may stand only once stands twice");
    }
    Framing framing;
    framing.http_1_0 = head.http_1_0;
    const auto host = find(head.headers, "host");
    if (!host) return bad("no Host");
    if (!is_host(*host)) return bad("malformed Host");
    framing.host = lower(*host);
    if (auto refused = check_body_fields(head, framing)) return tl::unexpected<Bad>(*refused);
    framing.keep_alive = !head.http_1_0 && !has_token(head.headers, "connection", "close");
    if (const auto expect = find(head.headers, "expect"); expect && !head.http_1_0) {
        if (lower(*expect) != "100-continue") return bad("unknown expectation", 417);
        framing.expect_continue = true;
    }
    return framing;
}

Checked<Target> parse_target(std::string_view method, std::string_view target, std::string_view host) {
    if (!std::all_of(target.begin(), target.end(), is_target_char))
        return bad("the target holds a forbidden character");
    if (target == "*") {
        if (method != "OPTIONS") return bad("* is a target for OPTIONS only");
        return Target{"*", {}};
    }
    if (target.front() != '/') {
        const auto lowered = lower(target.substr(0, target.find('/', 8)));
        const std::size_t scheme = lowered.starts_with("http://") ? 7 : lowered.starts_with("https://") ? 8 : 0;
        if (scheme == 0) return bad("the target is neither a path nor a URL");
        const auto rest = target.substr(scheme);
        const auto end = std::min(rest.find_first_of("/?"), rest.size());
        if (lower(rest.substr(0, end)) != host) return bad("the target names another host than Host");
        target = rest.substr(end);
        if (target.empty()) target = "/";
        if (target.front() != '/') return bad("the target has no path");
    }
    const auto question = target.find('?');
    auto path = decode_path(target.substr(0, question));
    if (!path) return tl::unexpected<Bad>(path.error());
    Target parsed{*std::move(path), {}};
    if (question != std::string_view::npos) {
        auto query = decode_form(target.substr(question + 1));
        if (!query) return bad("malformed query");
        parsed.query = *std::move(query);
    }
    return parsed;
}

std::optional<Bad> check_handshake(const Pairs& headers, const Framing& framing) {
    if (framing.http_1_0) return Bad{400, "a WebSocket needs HTTP/1.1"};
    if (!has_token(headers, "connection", "upgrade") || !has_token(headers, "upgrade", "websocket")) {
        return Bad{400, "this address speaks WebSocket only: no upgrade was asked for"};
    }
    if (framing.has_body()) return Bad{400, "a handshake has no body"};
    const auto key = find(headers, "sec-websocket-key");
    if (!key) return Bad{400, "no Sec-WebSocket-Key"};
    if (!is_websocket_key(*key)) return Bad{400, "malformed Sec-WebSocket-Key"};
    if (find(headers, "sec-websocket-version").value_or("") != "13") {
        return Bad{426, "only WebSocket version 13 is spoken here"};
    }
    bool offered = false;
    bool tokens = true;
    for_each_element(headers, "sec-websocket-protocol", [&](std::string_view element) {
        offered = offered || element == subprotocol;
        tokens = tokens && is_token(element);
    });
    if (!tokens) return Bad{400, "malformed Sec-WebSocket-Protocol"};
    if (!offered) return Bad{400, "the subprotocol ventanilla.v1 was not offered"};
    return std::nullopt;
}

}  // namespace ventanilla::web
