#include "app/live_identity.hpp"

#include <fmt/format.h>

#include <charconv>

#include "store/live/keys.hpp"

namespace ventanilla::app {

std::vector<std::string> identity_question(std::string_view site) {
    return {"HMGET", live::key::site_prefix(site) + live::key::meta, "store_id", "made_at", "replaces"};
}

std::optional<record::FoundStore> found_store(const live::RedisValue& answer) {
    const auto* words = answer.array();
    if (words == nullptr || words->size() != 3) return std::nullopt;
    const auto* id = words->at(0).text();
    if (id == nullptr) return std::nullopt;
    record::FoundStore store{*id, 0, {}};
    if (const auto* at = words->at(1).text()) std::from_chars(at->data(), at->data() + at->size(), store.made_at);
    if (const auto* replaces = words->at(2).text()) store.replaces = *replaces;
    return store;
}

std::string foreign_store_message(const record::FoundStore& store, std::string_view known, std::string_view site) {
    if (record::is_own_store(store, known)) return {};
    return fmt::format("this Redis holds the live store {} of another installation of the site {}, the record's is {}: "
                       "name the Redis that holds that one; if it is lost for good, delete the keys {}* here",
                       store.id, site, known, live::key::site_prefix(site));
}

live::ExpectedStore expected_store(const std::string& known) {
    return {known.starts_with(record::no_live_store) ? std::string() : known, known};
}

}  // namespace ventanilla::app
