#include "loadtest/wire/scan.hpp"

#include <charconv>
#include <cstring>

namespace ventanilla::load {
namespace {

const char* skip_blank(const char* at, const char* end) noexcept {
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r' || *at == ',' || *at == ':')) ++at;
    return at;
}

/// Past the closing quote of the string that begins at `at`.
const char* skip_string(const char* at, const char* end) noexcept {
    ++at;
    while (at < end) {
        const auto* quote = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
        if (quote == nullptr) return end;
        std::size_t slashes = 0;
        while (quote - slashes > at && *(quote - slashes - 1) == '\\') ++slashes;
        at = quote + 1;
        if (slashes % 2 == 0) return at;
    }
    return end;
}

const char* skip_value(const char* at, const char* end) noexcept {
    if (at == end) return at;
    if (*at == '"') return skip_string(at, end);
    if (*at != '{' && *at != '[') {
        while (at != end && *at != ',' && *at != '}' && *at != ']' && *at != ' ' && *at != '\n') ++at;
        return at;
    }
    int depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = skip_string(at, end);
            continue;
        }
        if (*at == '{' || *at == '[') ++depth;
        if ((*at == '}' || *at == ']') && --depth == 0) return at + 1;
        ++at;
    }
    return end;
}

}  // namespace

Members::Members(std::string_view object) noexcept : at_(object.data()), end_(object.data() + object.size()) {
    at_ = skip_blank(at_, end_);
    if (at_ != end_ && *at_ == '{') {
        ++at_;
    } else {
        at_ = end_;
    }
}

bool Members::next() noexcept {
    at_ = skip_blank(at_, end_);
    if (at_ == end_ || *at_ != '"') return false;
    const auto* key = at_ + 1;
    at_ = skip_string(at_, end_);
    key_ = {key, static_cast<std::size_t>(at_ - key - 1)};
    at_ = skip_blank(at_, end_);
    const auto* value = at_;
    at_ = skip_value(at_, end_);
    value_ = {value, static_cast<std::size_t>(at_ - value)};
    return !value_.empty();
}

Elements::Elements(std::string_view array) noexcept : at_(array.data()), end_(array.data() + array.size()) {
    at_ = skip_blank(at_, end_);
    if (at_ != end_ && *at_ == '[') {
        ++at_;
    } else {
        at_ = end_;
    }
}

bool Elements::next() noexcept {
    at_ = skip_blank(at_, end_);
    if (at_ == end_ || *at_ == ']') return false;
    const auto* value = at_;
    at_ = skip_value(at_, end_);
    value_ = {value, static_cast<std::size_t>(at_ - value)};
    return !value_.empty();
}

std::string_view text_of(std::string_view value) noexcept {
    return value.size() >= 2 && value.front() == '"' ? value.substr(1, value.size() - 2) : std::string_view{};
}

std::uint64_t number_of(std::string_view value) noexcept {
    std::uint64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

std::string_view member(std::string_view object, std::string_view key) noexcept {
    for (Members members(object); members.next();)
        if (members.key() == key) return members.value();
    return {};
}

}  // namespace ventanilla::load
