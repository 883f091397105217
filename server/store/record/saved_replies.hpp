#pragma once
// Saved replies: texts that agents use often, with placeholders that the console fills in.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::record {

class Database;

struct SavedReply {
    std::string id;  ///< "r_…"
    std::string title;
    std::string text;
    std::optional<std::string> department;  ///< empty: for all departments
    std::string author_id;
    std::int64_t updated_at = 0;

    bool operator==(const SavedReply&) const = default;
};

class SavedReplyRepository {
public:
    explicit SavedReplyRepository(Database& database) : database_(database) {}

    /// By title. Without `departments` all; else those of the departments and those for all.
    std::vector<SavedReply> list(const std::optional<std::vector<std::string>>& departments);
    std::optional<SavedReply> find(std::string_view id);
    void put(const SavedReply& reply);
    /// False if there is none.
    bool remove(std::string_view id);

private:
    Database& database_;
};

}  // namespace ventanilla::record
