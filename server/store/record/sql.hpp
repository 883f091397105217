#pragma once
// What SOCI leaves to be written by hand: optional values, lists. Internal to this room.
// Only static `into` and `use`: SOCI 4.0.3's `row` cuts 64-bit integers on SQLite.

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

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
    std::optional<T> get() const {
        return indicator == soci::i_ok ? std::optional<T>(value) : std::nullopt;
    }
};

/// How many rows a finished statement changed.
inline std::int64_t changed(soci::statement& statement) {
    return statement.get_affected_rows();
}

}  // namespace ventanilla::record
