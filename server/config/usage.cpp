#include "config/usage.hpp"

#include <array>

#include <fmt/format.h>

namespace ventanilla::config {
namespace {

struct Line {
    std::string_view command;
    std::string_view rest;
    bool stores;  ///< takes the flags that name configuration and stores
};

constexpr std::string_view stores = " [--config FILE] [--data DIR] [--redis URL] [--database URL]";

constexpr std::array<Line, 13> lines = {{
    {"serve", " --config FILE [--listen HOST:PORT] [--metrics HOST:PORT] [--data DIR] [--redis URL] [--database URL]",
     false},
    {"check-config", " FILE", false},
    {"agent add",
     " USERNAME --name NAME --role agent|supervisor|admin --departments a,b [--capacity N] --password-stdin", true},
    {"agent list", "", true},
    {"agent disable", " USERNAME", true},
    {"agent enable", " USERNAME", true},
    {"agent password", " USERNAME --password-stdin", true},
    {"backup", " DIR", true},
    {"restore", " DIR", true},
    {"person export", " EMAIL", true},
    {"person erase", " EMAIL", true},
    {"parse-mail", "", false},
    {"version", "", false},
}};

}  // namespace

std::string usage_of(std::string_view path) {
    std::string out;
    for (const Line& line : lines) {
        if (!line.command.starts_with(path)) continue;
        out += fmt::format("{} ventanilla {}{}{}\n", out.empty() ? "usage:" : "      ", line.command, line.rest,
                           line.stores ? stores : "");
    }
    return out;
}

}  // namespace ventanilla::config
