#include "backup/manifest.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "backup/tree.hpp"

namespace ventanilla::backup {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kManifestName = "manifest.json";
constexpr const char* kSumsName = "SHA256SUMS";

struct Sum {
    std::uint64_t size = 0;
    std::string sha256;
};
using Sums = std::map<std::string, Sum>;  // by path below the backup

std::string part_of(const std::string& path) {
    return path.substr(0, path.find('/'));
}

std::string line_of(const std::string& path, const Sum& sum) {
    return sum.sha256 + "  " + path + "\n";
}

/// Everything in the parts. `sync`: and on the disk, not only on its way there.
Sums sums_of(const fs::path& folder, bool sync) {
    static const std::set<std::string> known{kLivePart, kRecordPart, kFilesPart, kConfigurationPart};
    Sums sums;
    for (const auto& file : files_below(folder)) {
        if (!known.contains(part_of(file))) continue;
        Sum sum;
        sum.sha256 = sha256_of(folder / file, sum.size, sync);
        sums.emplace(file, std::move(sum));
    }
    return sums;
}

std::vector<Part> parts_of(const Sums& sums) {
    std::map<std::string, Part> parts;
    std::map<std::string, Sha256> lines;
    for (const auto& [path, sum] : sums) {
        auto& part = parts[part_of(path)];
        part.name = part_of(path);
        part.files += 1;
        part.bytes += sum.size;
        lines[part.name].add(line_of(path, sum));
    }
    std::vector<Part> list;
    for (auto& [name, part] : parts) {
        part.sha256 = lines[name].hex();
        list.push_back(part);
    }
    return list;
}

json to_json(const Manifest& manifest) {
    json parts = json::array();
    for (const auto& part : manifest.parts) {
        parts.push_back({{"name", part.name}, {"files", part.files}, {"bytes", part.bytes}, {"sha256", part.sha256}});
    }
    return {{"format", kFormat},
            {"version", manifest.version},
            {"site", manifest.site},
            {"at", manifest.at},
            {"schema", {{"live", manifest.live_schema}, {"record", manifest.record_schema}}},
            {"database", manifest.database},
            {"redis_database", manifest.live_database},
            {"parts", parts}};
}

Manifest from_json(const json& object) {
    Manifest manifest;
    object.at("version").get_to(manifest.version);
    object.at("site").get_to(manifest.site);
    object.at("at").get_to(manifest.at);
    object.at("schema").at("live").get_to(manifest.live_schema);
    object.at("schema").at("record").get_to(manifest.record_schema);
    object.at("database").get_to(manifest.database);
    object.at("redis_database").get_to(manifest.live_database);
    for (const auto& part : object.at("parts")) {
        manifest.parts.push_back({part.at("name").get<std::string>(), part.at("files").get<std::uint64_t>(),
                                  part.at("bytes").get<std::uint64_t>(), part.at("sha256").get<std::string>()});
    }
    return manifest;
}

}  // namespace

void seal(const fs::path& folder, Manifest& manifest) {
    const auto sums = sums_of(folder, true);
    manifest.parts = parts_of(sums);
    std::string lines;
    for (const auto& [path, sum] : sums) lines += line_of(path, sum);
    write_file(folder / kSumsName, lines);
    write_file(folder / kManifestName, to_json(manifest).dump(2) + "\n");
    sync_folders(folder);
}

tl::expected<Manifest, std::string> read_manifest(const fs::path& folder) {
    std::ifstream in(folder / kManifestName, std::ios::binary);
    if (!in) return tl::unexpected(fmt::format("{} is no backup: it has no {}", folder.string(), kManifestName));
    const auto object = json::parse(in, nullptr, false);
    try {
        const int format = object.at("format").get<int>();
        if (format > kFormat) {
            return tl::unexpected(fmt::format("{} has format {}, but this program knows only {}: it belongs to a later "
                                              "release",
                                              folder.string(), format, kFormat));
        }
        return from_json(object);
    } catch (const json::exception&) {
        return tl::unexpected(fmt::format("{} is damaged", (folder / kManifestName).string()));
    }
}

tl::expected<void, std::string> verify(const fs::path& folder, const Manifest& manifest) {
    const auto sums = sums_of(folder, false);
    std::ifstream in(folder / kSumsName);
    for (std::string line; std::getline(in, line);) {
        const auto path = line.substr(std::min(line.size(), line.find("  ") + 2));
        const auto found = sums.find(path);
        if (found == sums.end()) return tl::unexpected(fmt::format("{} is missing in the backup", path));
        if (line_of(path, found->second) != line + "\n") {
            return tl::unexpected(fmt::format("{} is not what was backed up: its checksum differs", path));
        }
    }
    const auto parts = parts_of(sums);
    for (const auto& part : manifest.parts) {
        const auto same = [&](const Part& other) { return other.name == part.name && other.sha256 == part.sha256; };
        if (std::none_of(parts.begin(), parts.end(), same)) {
            return tl::unexpected(fmt::format("{}: the part {} is not what was backed up", folder.string(), part.name));
        }
    }
    if (parts.size() != manifest.parts.size()) {
        return tl::unexpected(fmt::format("{} holds what was not backed up", folder.string()));
    }
    return {};
}

}  // namespace ventanilla::backup
