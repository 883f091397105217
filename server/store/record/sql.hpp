#pragma once
// What SOCI leaves to be written by hand: optional values, lists. Internal to this room.
// Only static `into` and `use`: SOCI 4.0.3's `row` cuts 64-bit integers on SQLite.

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <soci/soci.h>

namespace ventanilla::record {

/// A column that may be NULL, in both directions: sql << "…", into(column.value, column.indicator).
template <typename T>
struct Nullable {
    T value{};
    soci::indicator indicator = soci::i_null;

    Nullable() = default;
    explicit Nullable(const std::optional<T>& from) { set(from); }

    void set(const std::optional<T>& from) {
        value = from.value_or(T{});
        indicator = from ? soci::i_ok : soci::i_null;
    }
    std::optional<T> get() const { return indicator == soci::i_ok ? std::optional<T>(value) : std::nullopt; }
};

/// How many rows a finished statement changed.
inline std::int64_t changed(soci::statement& statement) {
    return statement.get_affected_rows();
}

/// For the log: without the statement's parameters, which what() quotes. They are people's words and secrets.
inline std::string cause_of(const std::exception& error) {
    const auto* const from_soci = dynamic_cast<const soci::soci_error*>(&error);
    std::string cause = from_soci != nullptr ? from_soci->get_error_message() : error.what();
    cause.erase(cause.find_last_not_of(" \n") + 1);
    return cause;
}

}  // namespace ventanilla::record
