#pragma once
// What is known of uploaded files; their bytes lie in store/files. A method is one step of its caller's transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.hpp"

namespace ventanilla::record {

class Database;

struct FileRecord {
    std::string id;         ///< "f_…"
    std::string blob;       ///< random name in the file store
    std::string name;       ///< as the uploader called it; shown, never a path
    std::int64_t size = 0;  ///< bytes
    std::string media_type;
    std::string uploader;                ///< "v:<id>", "a:<id>", "c:<challenge>" or "t:<ticket number>"
    std::optional<std::string> holder;   ///< "chat:<id>" or "ticket:<number>"; empty: not attached yet
    std::optional<std::string> message;  ///< id of the ticket's message that it belongs to
    std::int64_t created_at = 0;
    bool erased = false;

    bool operator==(const FileRecord&) const = default;
};

class FileRepository {
public:
    explicit FileRepository(Database& database) : database_(database) {}

    void insert(const FileRecord& file);
    std::optional<FileRecord> find(std::string_view id);
    /// How many unattached files this uploader has.
    std::int64_t count_unattached(std::string_view uploader);
    /// Gives the file to its holder. Repeating it is harmless. not_found if there is no such file, if another uploaded
    /// it or another holds it.
    protocol::Result<FileRecord> attach(std::string_view id, std::string_view uploader, std::string_view holder,
                                        std::string_view message);
    /// Files of a holder, oldest first.
    std::vector<FileRecord> held_by(std::string_view holder);
    /// Merge: what one holder had is another's.
    void move(std::string_view from_holder, std::string_view to_holder);
    /// Unattached ones that were created before; at most `limit`.
    std::vector<FileRecord> unattached_before(std::int64_t at_ms, std::int64_t limit);
    /// Forgets the row; whoever calls deletes the bytes afterwards.
    void remove(std::string_view id);
    /// The same unless somebody holds it by now: false, and nothing has happened.
    bool remove_unattached(std::string_view id);

private:
    Database& database_;
};

}  // namespace ventanilla::record
