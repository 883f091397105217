#pragma once
// The rules of time zones that due times were counted with, kept for as long as the store: the system's files have only
// today's rules.

#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::record {

class Database;

class ZoneDataRepository {
public:
    explicit ZoneDataRepository(Database& database) : database_(database) {}

    /// Keeps a zone's file under its id. What is there already stays.
    void keep(const std::string& id, std::string_view data);
    /// The file's bytes.
    std::optional<std::string> find(const std::string& id);

private:
    Database& database_;
};

}  // namespace ventanilla::record
