#pragma once
// Reads the members of one JSON object into typed values, by the rules of protocol.md 1. The first member that breaks
// a rule is remembered and named; whatever is read after it is a default value that nobody uses.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "protocol/codes.hpp"
#include "protocol/frames.hpp"
#include "protocol/limits.hpp"

namespace ventanilla::protocol {

class FieldReader {
public:
    /// Reads from `object`; both it and `error` must outlive the reader. `prefix` stands before the names of fields
    /// in errors, e.g. "page.".
    FieldReader(const nlohmann::json& object, std::optional<Error>& error, std::string prefix = {});

    /// A text that must be there and not be blank.
    std::string need_text(std::string_view key, std::size_t most);
    /// A text that may be left out, but not be blank.
    std::optional<std::string> maybe_text(std::string_view key, std::size_t most);
    /// A text that may be left out; "" is as left out.
    std::optional<std::string> maybe_empty_text(std::string_view key, std::size_t most);
    /// A text that may be left out and may be anything, "" too.
    std::optional<std::string> maybe_any_text(std::string_view key, std::size_t most);
    /// A text of one line that must be there and not be blank.
    std::string need_line(std::string_view key, std::size_t most);
    /// A text that is cut when it is too long; "" if left out.
    std::string cut_text(std::string_view key, std::size_t most);
    /// An e-mail address without its outer blanks.
    std::optional<std::string> maybe_email(std::string_view key);

    std::string need_id(std::string_view key) { return need_text(key, limits::id); }
    std::optional<std::string> maybe_id(std::string_view key) { return maybe_text(key, limits::id); }

    std::int64_t need_integer(std::string_view key, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> maybe_integer(std::string_view key, std::int64_t least, std::int64_t most);
    bool need_bool(std::string_view key);

    /// One word of a closed list.
    template <typename Enum>
    std::optional<Enum> maybe_word(std::string_view key) {
        const auto text = maybe_any_text(key, limits::id);
        const auto word = text ? parse_word<Enum>(*text) : std::nullopt;
        if (text && !word) {
            fail(key);
        }
        return word;
    }
    template <typename Enum>
    Enum need_word(std::string_view key) {
        const auto word = maybe_word<Enum>(key);
        if (!word) {
            fail(key);
        }
        return word.value_or(Enum{});
    }

    /// The texts of a `fields` object; none if left out.
    Fields maybe_fields(std::string_view key);

    /// The object under `key`; nothing if left out or (then an error) something else.
    const nlohmann::json* maybe_object(std::string_view key);

    /// Says that `key` is wrong, unless something was before.
    void fail(std::string_view key);
    bool failed() const { return error_.has_value(); }
    std::optional<Error>& error() { return error_; }

private:
    const nlohmann::json* find(std::string_view key) const;
    /// The string under `key` without U+0000; length unchecked.
    const std::string* find_text(std::string_view key);
    std::optional<std::string> checked_text(std::string_view key, std::size_t most, bool blank_is_wrong);

    const nlohmann::json& object_;
    std::optional<Error>& error_;
    std::string prefix_;
};

/// `json` as an exact integer: 5 is one, 5.0, true and "5" are not, nor what does not fit.
std::optional<std::int64_t> exact_integer(const nlohmann::json& json) noexcept;

}  // namespace ventanilla::protocol
