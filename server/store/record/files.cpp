#include "store/record/files.hpp"

#include "store/record/conditions.hpp"
#include "store/record/database.hpp"
#include "store/record/sql.hpp"

#include <fmt/format.h>

namespace ventanilla::record {
namespace {

// The files of "WHERE … <rest>".
std::vector<FileRecord> select_files(Database& database, const Conditions& conditions, const std::string& rest) {
    FileRecord file;
    Nullable<std::string> holder;
    Nullable<std::string> message;
    std::int64_t erased = 0;
    soci::statement statement(database.sql());
    statement.exchange(soci::into(file.id));
    statement.exchange(soci::into(file.blob));
    statement.exchange(soci::into(file.name));
    statement.exchange(soci::into(file.size));
    statement.exchange(soci::into(file.media_type));
    statement.exchange(soci::into(file.uploader));
    statement.exchange(soci::into(holder.value, holder.indicator));
    statement.exchange(soci::into(message.value, message.indicator));
    statement.exchange(soci::into(file.created_at));
    statement.exchange(soci::into(erased));
    conditions.bind(statement);
    statement.alloc();
    statement.prepare(fmt::format("SELECT id, blob, name, size, media_type, uploader, holder, message, created_at, "
                                  "erased FROM file {} {}",
                                  conditions.where(), rest));
    statement.define_and_bind();
    statement.execute();
    std::vector<FileRecord> files;
    while (statement.fetch()) {
        files.push_back(file);
        files.back().holder = holder.get();
        files.back().message = message.get();
        files.back().erased = erased != 0;
    }
    return files;
}

}  // namespace

void FileRepository::insert(const FileRecord& file) {
    Nullable<std::string> holder(file.holder);
    Nullable<std::string> message(file.message);
    const std::int64_t erased = file.erased ? 1 : 0;
    database_.sql() << "INSERT INTO file (id, blob, name, size, media_type, uploader, holder, message, created_at, "
                       "erased) VALUES (:id, :blob, :name, :size, :media_type, :uploader, :holder, :message, "
                       ":created_at, :erased)",
        soci::use(file.id), soci::use(file.blob), soci::use(file.name), soci::use(file.size),
        soci::use(file.media_type), soci::use(file.uploader), soci::use(holder.value, holder.indicator),
        soci::use(message.value, message.indicator), soci::use(file.created_at), soci::use(erased);
}

std::optional<FileRecord> FileRepository::find(std::string_view id) {
    Conditions conditions;
    conditions.add("id = " + conditions.place(std::string(id)));
    const auto found = select_files(database_, conditions, {});
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::int64_t FileRepository::count_unattached(std::string_view uploader) {
    const std::string of(uploader);
    std::int64_t count = 0;
    database_.sql() << "SELECT count(*) FROM file WHERE uploader = :uploader AND holder IS NULL", soci::use(of),
        soci::into(count);
    return count;
}

protocol::Result<FileRecord> FileRepository::attach(std::string_view id, std::string_view uploader,
                                                    std::string_view holder, std::string_view message) {
    const std::string file_id(id);
    const std::string of(uploader);
    const std::string to(holder);
    Nullable<std::string> of_message(message.empty() ? std::nullopt : std::optional(std::string(message)));
    // One statement, so that of two who attach it at the same time one finds it taken. The message that it came with
    // stays, whoever names it again.
    soci::statement update =
        (database_.sql().prepare
             << "UPDATE file SET message = CASE WHEN holder IS NULL THEN :message ELSE message END, "
                "holder = :holder WHERE id = :id AND uploader = :uploader AND erased = 0 "
                "AND (holder IS NULL OR holder = :same)",
         soci::use(of_message.value, of_message.indicator), soci::use(to), soci::use(file_id), soci::use(of),
         soci::use(to));
    update.execute(true);
    if (changed(update) == 0) {
        return protocol::fail(protocol::Code::not_found);
    }
    return *find(id);
}

std::vector<FileRecord> FileRepository::held_by(std::string_view holder) {
    Conditions conditions;
    conditions.add("holder = " + conditions.place(std::string(holder)));
    return select_files(database_, conditions, "ORDER BY created_at, id");
}

void FileRepository::move(std::string_view from_holder, std::string_view to_holder) {
    const std::string from(from_holder);
    const std::string to(to_holder);
    database_.sql() << "UPDATE file SET holder = :to_holder WHERE holder = :from_holder", soci::use(to),
        soci::use(from);
}

std::vector<FileRecord> FileRepository::unattached_before(std::int64_t at_ms, std::int64_t limit) {
    Conditions conditions;
    conditions.add("holder IS NULL");
    conditions.add("created_at < " + conditions.place(at_ms));
    return select_files(database_, conditions, "ORDER BY created_at, id LIMIT " + conditions.place(limit));
}

void FileRepository::remove(std::string_view id) {
    const std::string file_id(id);
    database_.sql() << "DELETE FROM file WHERE id = :id", soci::use(file_id);
}

bool FileRepository::remove_unattached(std::string_view id) {
    const std::string file_id(id);
    soci::statement remove =
        (database_.sql().prepare << "DELETE FROM file WHERE id = :id AND holder IS NULL", soci::use(file_id));
    remove.execute(true);
    return changed(remove) > 0;
}

}  // namespace ventanilla::record
