#pragma once
// From TOML to a Site, with every mistake told at once.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "config/site.hpp"

namespace ventanilla::config {

/// One mistake in a configuration file. Line and column count from 1; both are 0 where the file as a whole is meant.
struct Problem {
    std::string file = {};
    int line = 0;
    int column = 0;
    std::string key = {};       ///< dotted, e.g. department.capacity; "toml" where the text is no TOML
    std::string expected = {};  ///< begins with "expected"

    bool operator==(const Problem&) const = default;
};

/// "FILE:LINE:COLUMN: KEY: expected …", without a line break.
std::string to_line(const Problem& problem);

/// Reads a configuration. Either a consistent site or all problems, in the order of the text. Never throws.
/// `file_name` is only for the problems.
tl::expected<Site, std::vector<Problem>> load(std::string_view toml_text, std::string_view file_name);

/// `load` on a file of at most 1 MiB; one that cannot be read is a problem too.
tl::expected<Site, std::vector<Problem>> load_file(const std::filesystem::path& path);

/// What the functions in Redis route by:
/// {"channels":{id:{priority,departments,any}},
///  "departments":{id:{channel,assign,capacity,answer_within_s,max_waiting,overflow_after_s,overflow_to}},
///  "order":[department ids],"chat":{agent_grace_s,visitor_grace_s,idle_close_s}}.
/// `channel` is "" for tickets only.
nlohmann::json routing_json(const Site& site);

/// The version of a routing configuration: SHA-256 in hex of its JSON, the same on every node with the same settings.
std::string routing_version(const nlohmann::json& routing);

}  // namespace ventanilla::config
