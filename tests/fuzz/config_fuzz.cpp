// Any bytes as a site's configuration: never a crash; either a site in which everything refers to something, or mistakes that
// can be told, each in one line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "config/load.hpp"

namespace {

using namespace ventanilla::config;

void require(bool promise) {
    if (!promise) std::abort();
}

void check(const Site& site) {
    require(!site.site.empty() && !site.channels.empty() && !site.departments.empty());
    for (const auto& department : site.departments) {
        require(department.tickets_only() || site.find_channel(department.channel) != nullptr);
        require(department.capacity >= 1);
        require(department.hours.empty() || site.hours.contains(department.hours));
        for (const auto& other : department.overflow_to) require(site.find_department(other) != nullptr);
    }
    for (const auto& channel : site.channels) require(!site.departments_of(channel.id).empty());
    require(!routing_json(site).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto site = load(std::string_view(reinterpret_cast<const char*>(data), size), "site.toml");
    if (site) {
        check(*site);
        return 0;
    }
    require(!site.error().empty());
    for (const auto& problem : site.error()) {
        const auto line = to_line(problem);
        require(line.starts_with("site.toml") && !problem.expected.empty());
        require(std::none_of(line.begin(), line.end(),
                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
    }
    return 0;
}
