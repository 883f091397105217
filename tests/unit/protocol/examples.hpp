#pragma once
// The golden frames of protocol/examples, for the tests of this room.

#include <fstream>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

namespace ventanilla::protocol::examples {

inline nlohmann::json load(const std::string& file) {
    std::ifstream in(std::string(VENTANILLA_SOURCE_DIR) + "/protocol/examples/" + file + ".json");
    return nlohmann::json::parse(in);
}

/// The frame of the case called `name`.
inline nlohmann::json frame(const std::string& file, const std::string& name) {
    for (const auto& example : load(file)) {
        if (example.at("name") == name) {
            return example.at("frame");
        }
    }
    throw std::out_of_range("no example called " + name);
}

}  // namespace ventanilla::protocol::examples
