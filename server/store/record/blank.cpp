#include "store/record/blank.hpp"

#include <nlohmann/json.hpp>

namespace ventanilla::record {
namespace {

using nlohmann::json;

// Who was that: only the person's name goes; agents stay who they were.
void blank_name(json& entry) {
    const auto from = entry.find("from");
    if (from != entry.end() && from->is_object() && from->value("role", "") == "visitor") {
        (*from)["name"] = "";
    }
}

}  // namespace

std::string blanked_frame(const std::string& frame) {
    auto entry = json::parse(frame, nullptr, false);
    if (!entry.is_object()) {
        return R"({"erased":true})";
    }
    blank_name(entry);
    if (entry.erase("file") > 0 || entry.contains("text")) {
        entry["text"] = "";
    }
    if (entry.contains("comment")) {
        entry["comment"] = "";
    }
    entry["erased"] = true;
    return entry.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string blanked_visitor(const std::string& visitor) {
    const auto before = json::parse(visitor, nullptr, false);
    json blank{{"name", ""},        {"email", ""},   {"page", json::object()}, {"fields", json::object()},
               {"verified", false}, {"erased", true}};
    const auto locale = before.is_object() ? before.find("locale") : before.end();
    if (before.is_object() && locale != before.end()) {
        blank["locale"] = *locale;
    }
    return blank.dump();
}

bool was_erased(std::string_view visitor) {
    const auto parsed = json::parse(visitor, nullptr, false);
    return parsed.is_object() && parsed.value("erased", false);
}

}  // namespace ventanilla::record
