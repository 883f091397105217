#include "config/usage.hpp"

#include <array>

#include <fmt/format.h>

namespace ventanilla::config {
namespace {

struct Line {
    std::string_view command;
    std::string_view rest;
    std::string_view config = {};  ///< the flag of the configuration; commands that have it take those of the stores
};

constexpr std::string_view needed = " --config FILE";
constexpr std::string_view optional = " [--config FILE]";
constexpr std::string_view stores = " [--data DIR] [--redis URL] [--database URL]";

constexpr std::array<Line, 13> lines = {{
    {"serve", " [--listen HOST:PORT] [--metrics HOST:PORT]", needed},
    {"check-config", " FILE"},
    {"agent add",
     " USERNAME --name NAME --role agent|supervisor|admin --departments a,b [--capacity N] --password-stdin", needed},
    {"agent list", "", optional},
    {"agent disable", " USERNAME", optional},
    {"agent enable", " USERNAME", optional},
    {"agent password", " USERNAME --password-stdin", optional},
    {"backup", " DIR", needed},
    {"restore", " DIR", optional},
    {"person export", " EMAIL", optional},
    {"person erase", " EMAIL", needed},
    {"parse-mail", ""},
    {"version", ""},
}};

}  // namespace

std::string usage_of(std::string_view path) {
    std::string out;
    for (const Line& line : lines) {
        if (!line.command.starts_with(path)) continue;
        out += fmt::format("{} ventanilla {}{}{}{}\n", out.empty() ? "usage:" : "      ", line.command, line.rest,
                           line.config, line.config.empty() ? "" : stores);
    }
    return out;
}

}  // namespace ventanilla::config
