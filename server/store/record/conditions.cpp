#include "store/record/conditions.hpp"

#include <fmt/format.h>

namespace ventanilla::record {

std::string Conditions::place(std::string value) {
    texts_.emplace_back(fmt::format("p{}", next_++), std::move(value));
    return ":" + texts_.back().first;
}

std::string Conditions::place(std::int64_t value) {
    numbers_.emplace_back(fmt::format("p{}", next_++), value);
    return ":" + numbers_.back().first;
}

std::string Conditions::where(std::string_view further) const {
    std::string all = fmt::format("{}", fmt::join(conditions_, " AND "));
    if (!further.empty()) {
        all += all.empty() ? "" : " AND ";
        all += further;
    }
    return all.empty() ? "" : "WHERE " + all;
}

void Conditions::bind(soci::statement& statement) const {
    for (const auto& [name, value] : texts_) {
        statement.exchange(soci::use(value, name));
    }
    for (const auto& [name, value] : numbers_) {
        statement.exchange(soci::use(value, name));
    }
}

std::string in_list(Conditions& conditions, std::string_view column, const std::vector<std::string>& values) {
    std::vector<std::string> places;
    places.reserve(values.size());
    for (const std::string& value : values) {
        places.push_back(conditions.place(value));
    }
    // An empty list holds nothing; SQL has no spelling for it that both databases take.
    return places.empty() ? "1 = 0" : fmt::format("{} IN ({})", column, fmt::join(places, ", "));
}

}  // namespace ventanilla::record
