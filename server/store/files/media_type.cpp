#include "store/files/media_type.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace ventanilla::files {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::string_view begins;
    std::string_view type;
};
constexpr std::array<Magic, 7> kMagic = {{
    {"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"sv, "image/png"},
    {"\xff\xd8\xff"sv, "image/jpeg"},
    {"GIF87a"sv, "image/gif"},
    {"GIF89a"sv, "image/gif"},
    {"%PDF-"sv, "application/pdf"},
    {"PK\x03\x04"sv, "application/zip"},
    {"PK\x05\x06"sv, "application/zip"},
}};

/// Elements that make browsers take a text for a page, as the first of a document without an XML prolog (the list of the
/// MIME sniffing standard).
constexpr std::array kPageElements = {"html"sv,  "head"sv, "script"sv, "iframe"sv, "h1"sv,
                                      "div"sv,   "font"sv, "table"sv,  "a"sv,      "style"sv,
                                      "title"sv, "b"sv,    "body"sv,   "br"sv,     "p"sv};

constexpr std::string_view kBlanks = " \t\r\n\f";

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool begins_name(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || byte >= 0x80;
}

std::string_view skip_blanks(std::string_view text) noexcept {
    return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

/// What follows `end`; nothing if it does not come.
std::optional<std::string_view> behind(std::string_view text, std::string_view end) noexcept {
    const auto at = text.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    return text.substr(at + end.size());
}

/// What follows a document type declaration; one with an internal subset ends behind its bracket.
std::optional<std::string_view> behind_doctype(std::string_view text) noexcept {
    const auto stop = text.find_first_of("[>");
    if (stop != std::string_view::npos && text[stop] == '[') {
        const auto rest = behind(text, "]");
        return rest ? behind(*rest, ">") : std::nullopt;
    }
    return behind(text, ">");
}

enum class Markup { none, xml, page };

/// What a text is that begins like markup: up to its root element, past prolog, comments, instructions and doctype.
Markup markup_of(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const bool prolog = text.starts_with("<?xml") && text.size() > 5 && kBlanks.find(text[5]) != std::string_view::npos;
    std::optional<std::string_view> rest = skip_blanks(text);
    // A document that does not show what it is within its head is none that is known; one without a prolog is text then.
    const auto unknown = prolog ? Markup::page : Markup::none;
    while (rest && rest->starts_with('<')) {
        if (rest->starts_with("<!--")) {
            rest = behind(rest->substr(4), "-->");
        } else if (rest->starts_with("<?")) {
            rest = behind(*rest, "?>");
        } else if (lower(rest->substr(0, 9)) == "<!doctype") {
            const auto name = lower(skip_blanks(rest->substr(9)).substr(0, 4));
            if (name == "html" || name.starts_with("svg")) return Markup::page;
            rest = behind_doctype(*rest);
        } else {
            break;
        }
        if (rest) rest = skip_blanks(*rest);
    }
    // A comment or declaration that begins but does not end in the head may hide anything.
    if (!rest) return Markup::page;
    if (rest->size() < 2 || rest->front() != '<' || !begins_name((*rest)[1])) return unknown;
    auto name = lower(rest->substr(1, rest->find_first_of(" \t\r\n\f/>", 1) - 1));
    if (!prolog && std::find(kPageElements.begin(), kPageElements.end(), name) != kPageElements.end()) {
        return Markup::page;
    }
    name = name.substr(name.find(':') + 1);
    return name == "svg" || name == "html" ? Markup::page : Markup::xml;
}

}  // namespace

void MediaTypeSniffer::feed(std::string_view bytes) {
    head_ += bytes.substr(0, std::min(bytes.size(), kHead - std::min(kHead, head_.size())));
    for (const char c : bytes) {
        if (control_) return;  // no text: the head says all that is to say
        check_text(static_cast<unsigned char>(c));
    }
}

void MediaTypeSniffer::check_text(unsigned char byte) {
    if (byte < 0x20 || byte == 0x7f) {
        control_ = byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f';
    }
    if (byte >= 0x80 && byte < 0xa0) high_control_ = true;
    if (more_ > 0) {
        if (byte < least_ || byte > most_) {
            not_utf8_ = true;
        } else if (after_c2_ && byte < 0xa0) {
            utf8_control_ = true;
        }
        least_ = 0x80;
        most_ = 0xbf;
        after_c2_ = false;
        --more_;
        return;
    }
    if (byte < 0x80) return;
    // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
    if (byte >= 0xc2 && byte <= 0xdf) {
        more_ = 1;
        after_c2_ = byte == 0xc2;
    } else if (byte >= 0xe0 && byte <= 0xef) {
        more_ = 2;
        if (byte == 0xe0) least_ = 0xa0;
        if (byte == 0xed) most_ = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
        more_ = 3;
        if (byte == 0xf0) least_ = 0x90;
        if (byte == 0xf4) most_ = 0x8f;
    } else {
        not_utf8_ = true;
    }
}

std::string_view MediaTypeSniffer::type() const {
    const std::string_view head = head_;
    for (const auto& [begins, type] : kMagic) {
        if (head.starts_with(begins)) return type;
    }
    if (head.starts_with("RIFF") && head.substr(std::min<std::size_t>(8, head.size())).starts_with("WEBPVP8")) {
        return "image/webp";
    }
    const bool utf8 = !not_utf8_ && more_ == 0 && !utf8_control_;
    const bool latin1 = (not_utf8_ || more_ > 0) && !high_control_;
    if (head.empty() || control_ || (!utf8 && !latin1)) return {};
    switch (markup_of(head)) {
        case Markup::xml: return "text/xml";
        case Markup::page: return {};
        case Markup::none: return "text/plain";
    }
    return {};
}

std::string_view media_type_of(std::string_view content) {
    MediaTypeSniffer sniffer;
    sniffer.feed(content);
    return sniffer.type();
}

}  // namespace ventanilla::files
