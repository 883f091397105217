#pragma once
// The conditions of a query that is put together from parts. Internal to this room.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <soci/soci.h>

namespace ventanilla::record {

/// The conditions of a query with their values. These are kept apart by type and bound by name, so their order does
/// not matter, and a placeholder may stand in several places.
class Conditions {
public:
    /// A placeholder, such as ":p3", for `value`.
    std::string place(std::string value);
    std::string place(std::int64_t value);
    void add(std::string condition) { conditions_.push_back(std::move(condition)); }

    /// "WHERE a AND b", with `further` as one more condition; empty if there is none.
    std::string where(std::string_view further = {}) const;
    void bind(soci::statement& statement) const;

private:
    std::vector<std::string> conditions_;
    std::vector<std::pair<std::string, std::string>> texts_;
    std::vector<std::pair<std::string, std::int64_t>> numbers_;
    int next_ = 0;
};

/// "column IN (:p0, :p1)"; false for an empty list.
std::string in_list(Conditions& conditions, std::string_view column, const std::vector<std::string>& values);

}  // namespace ventanilla::record
