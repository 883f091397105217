// Any bytes as the beginning of a connection: the request checks never crash, and what they let through has one meaning
// only, which Beast's parser shares.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "web/address.hpp"
#include "web/escape.hpp"
#include "web/http.hpp"
#include "web/request_check.hpp"

namespace {

using namespace ventanilla::web;

void require(bool promise) {
    if (!promise) std::abort();
}

void check(const Bad& bad) {
    require(bad.status >= 400 && bad.status <= 505);
    require(!bad.why.empty());
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

/// Beast, which reads the bodies, may refuse more than we do, but never understands something else.
void check_against_beast(std::string_view raw, const Head& head, const Framing& framing) {
    boost::beast::http::request_parser<boost::beast::http::empty_body> parser;
    parser.body_limit(boost::none);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(raw), error);
    if (error) return;
    require(parser.is_header_done());
    const auto& request = parser.get();
    require(request.method_string() == head.method && request.target() == head.target);
    require(parser.chunked() == framing.chunked);
    require(parser.content_length().value_or(0) == framing.length);
    require(static_cast<std::size_t>(std::distance(request.begin(), request.end())) == head.headers.size());
}

void check_path(std::string_view path) {
    require(path == "*" || path.starts_with('/'));
    require(is_text(path));
    require((std::string(path) + "/").find("/../") == std::string::npos);
}

void check_request(std::string_view raw) {
    const auto head = parse_head(raw);
    if (!head) return check(head.error());
    for (const auto& [name, value] : head->headers) {
        require(!name.empty() && name == lower(name) && !has_control(name) && !has_control(value));
        require(value.find('\n') == std::string::npos);
    }
    const auto framing = check_framing(*head);
    if (!framing) return check(framing.error());
    check_against_beast(raw, *head, *framing);
    if (const auto bad = check_handshake(head->headers, *framing)) check(*bad);

    const auto trusted = [](std::string_view address) { return address.ends_with('1'); };
    require(!client_address("10.0.0.1", head->headers, trusted).empty());
    parse_cookies(head->headers);
    best_language(find(head->headers, "accept-language").value_or(""), ventanilla::protocol::Locale::en);
    classify_origin(find(head->headers, "origin").value_or(""), "http", framing->host, {}, {"https://a.b"});

    const auto target = parse_target(head->method, head->target, framing->host);
    if (!target) return check(target.error());
    check_path(target->path);
    for (const auto& [name, value] : target->query) require(is_text(name) && is_utf8(value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = scan_head(bytes, 0);
    // However the bytes come, the outcome is the same.
    const auto half = scan_head(bytes.substr(0, size / 2), 0);
    if (half && *half == 0) require(scan_head(bytes, size / 2) == whole);
    if (!whole) {
        check(whole.error());
    } else if (*whole > 0) {
        check_request(bytes.substr(0, *whole));
    }
    decode_form(bytes);
    return 0;
}
