#pragma once
// Reads members of a server's JSON frames without building a tree and without allocating. Well-formed JSON is taken for
// granted (the server's own tests see to that); what is not ends the scan early.

#include <cstdint>
#include <optional>
#include <string_view>

namespace ventanilla::load {

/// The members of one object, in turn. Values are raw JSON: strings with their quotes, objects whole.
class Members {
public:
    explicit Members(std::string_view object) noexcept;
    /// Goes on to the next member; false after the last.
    bool next() noexcept;
    [[nodiscard]] std::string_view key() const noexcept { return key_; }
    [[nodiscard]] std::string_view value() const noexcept { return value_; }

private:
    const char* at_;
    const char* end_;
    std::string_view key_;
    std::string_view value_;
};

/// The elements of an array of objects, in turn.
class Elements {
public:
    explicit Elements(std::string_view array) noexcept;
    bool next() noexcept;
    [[nodiscard]] std::string_view value() const noexcept { return value_; }

private:
    const char* at_;
    const char* end_;
    std::string_view value_;
};

/// What stands between the quotes (escapes are left as they are); "" for anything but a string.
std::string_view text_of(std::string_view value) noexcept;
/// 0 for anything but a number that is not negative.
std::uint64_t number_of(std::string_view value) noexcept;
/// The member `key` of `object`, raw; "" if it is not there.
std::string_view member(std::string_view object, std::string_view key) noexcept;

}  // namespace ventanilla::load
