#pragma once
// What a backup says of itself: manifest.json, and SHA256SUMS as sha256sum reads it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace ventanilla::backup {

/// The parts are the folders (or the one file) right below the backup's own.
inline constexpr const char* kLivePart = "redis";
inline constexpr const char* kRecordPart = "record";
inline constexpr const char* kFilesPart = "files";
inline constexpr const char* kConfigurationPart = "site.toml";

struct Part {
    std::string name;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::string sha256;  ///< of the part's lines in SHA256SUMS
};

struct Manifest {
    std::string version;  ///< of the program that made it
    std::string site;
    std::int64_t at = 0;  ///< ms since the epoch: everything acknowledged by then is in it
    std::int64_t live_schema = 0;
    int live_database = 0;  ///< the number of the database in Redis that holds the site
    std::int64_t record_schema = 0;
    std::string database;  ///< "sqlite" or "postgresql"
    std::vector<Part> parts = {};
};

/// Puts every file below `folder` on the disk and writes SHA256SUMS and, last, manifest.json. Throws std::exception.
void seal(const std::filesystem::path& folder, Manifest& manifest);

/// Error: one line, also for a folder that is no backup or an unfinished one.
tl::expected<Manifest, std::string> read_manifest(const std::filesystem::path& folder);

/// Compares every byte with the sums, and these with the manifest. Error: what differs.
tl::expected<void, std::string> verify(const std::filesystem::path& folder, const Manifest& manifest);

}  // namespace ventanilla::backup
