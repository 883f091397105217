#include "zones/zones.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

#include <fmt/format.h>

namespace ventanilla::zones {
namespace {

// The largest file of the system's is below 4 KiB.
constexpr std::streamsize kMostBytes = 256L * 1024;
constexpr std::size_t kMostName = 64;

/// TZDIR, as the C library has it, else where Debian puts them.
std::filesystem::path directory() {
    const char* const named = std::getenv("TZDIR");
    return named != nullptr && *named != '\0' ? named : "/usr/share/zoneinfo";
}

/// No way out of the directory, and nothing but what IANA names are made of.
bool is_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '+' || c == '/';
    };
    return !name.empty() && name.size() <= kMostName && name.front() != '/' && std::ranges::all_of(name, fits);
}

tl::expected<ZonePtr, std::string> read(const std::string& name) {
    const auto path = directory() / name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        return tl::unexpected(fmt::format("there is no file {}", path.string()));
    }
    std::ifstream file(path, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(kMostBytes), '\0');
    file.read(bytes.data(), kMostBytes);
    if (file.bad() || !file.eof()) return tl::unexpected(fmt::format("{} cannot be read", path.string()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    auto zone = Zone::parse(bytes);
    if (!zone) return tl::unexpected(fmt::format("{}: {}", path.string(), zone.error()));
    return zone;
}

/// What was read so far. The lock is held for a look or a change of the maps, never while a file is read.
class Table {
public:
    ZonePtr find(std::string_view name) {
        const std::lock_guard lock(mutex_);
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : found->second;
    }
    ZonePtr find_by_id(const std::string& id) {
        const std::lock_guard lock(mutex_);
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : found->second;
    }
    void put(const std::string& name, const ZonePtr& zone) {
        const std::lock_guard lock(mutex_);
        by_name_[name] = zone;
        by_id_[zone->id()] = zone;
    }
    void remember(const ZonePtr& zone) {
        const std::lock_guard lock(mutex_);
        by_id_.emplace(zone->id(), zone);
    }
    std::vector<std::string> names() {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> names;
        for (const auto& [name, zone] : by_name_) names.push_back(name);
        return names;
    }

private:
    std::mutex mutex_;
    std::map<std::string, ZonePtr, std::less<>> by_name_;
    std::map<std::string, ZonePtr, std::less<>> by_id_;
};

Table& table() {
    static Table table;
    return table;
}

}  // namespace

tl::expected<ZonePtr, std::string> find(std::string_view name) {
    if (auto known = table().find(name)) return known;
    if (!is_name(name)) return tl::unexpected(std::string("that is no name of a time zone"));
    const std::string spelled(name);
    auto zone = read(spelled);
    if (zone) table().put(spelled, *zone);
    return zone;
}

ZonePtr find_by_id(const std::string& id) {
    return table().find_by_id(id);
}

void remember(const ZonePtr& zone) {
    table().remember(zone);
}

std::vector<Reloaded> reload() {
    std::vector<Reloaded> out;
    for (const auto& name : table().names()) {
        Reloaded found{name};
        if (auto zone = read(name); !zone) {
            found.problem = zone.error();
        } else if (const auto before = table().find(name); !before || before->id() != (*zone)->id()) {
            found.changed = true;
            table().put(name, *zone);
        }
        out.push_back(std::move(found));
    }
    return out;
}

std::string release() {
    std::ifstream file(directory() / "tzdata.zi");
    std::string hash;
    std::string word;
    std::string version;
    file >> hash >> word >> version;
    return hash == "#" && word == "version" && version.size() <= 32 ? version : std::string();
}

}  // namespace ventanilla::zones
