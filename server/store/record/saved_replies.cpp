#include "store/record/saved_replies.hpp"

#include "store/record/conditions.hpp"
#include "store/record/database.hpp"
#include "store/record/search_words.hpp"
#include "store/record/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace ventanilla::record {
namespace {

std::vector<SavedReply> select_replies(Database& database, const Conditions& conditions) {
    SavedReply reply;
    Nullable<std::string> department;
    soci::statement statement(database.sql());
    statement.exchange(soci::into(reply.id));
    statement.exchange(soci::into(reply.title));
    statement.exchange(soci::into(reply.text));
    statement.exchange(soci::into(department.value, department.indicator));
    statement.exchange(soci::into(reply.author_id));
    statement.exchange(soci::into(reply.updated_at));
    conditions.bind(statement);
    statement.alloc();
    statement.prepare(fmt::format("SELECT id, title, text, department, author_id, updated_at FROM saved_reply {}",
                                  conditions.where()));
    statement.define_and_bind();
    statement.execute();
    std::vector<SavedReply> replies;
    while (statement.fetch()) {
        replies.push_back(reply);
        replies.back().department = department.get();
    }
    return replies;
}

}  // namespace

std::vector<SavedReply> SavedReplyRepository::list(const std::optional<std::vector<std::string>>& departments) {
    Conditions conditions;
    if (departments) {
        conditions.add(fmt::format("(department IS NULL OR {})", in_list(conditions, "department", *departments)));
    }
    auto replies = select_replies(database_, conditions);
    // Sorted here: the databases do not agree on where É stands.
    std::sort(replies.begin(), replies.end(), [](const SavedReply& a, const SavedReply& b) {
        return std::tuple(normalise(a.title), a.title, a.id) < std::tuple(normalise(b.title), b.title, b.id);
    });
    return replies;
}

std::optional<SavedReply> SavedReplyRepository::find(std::string_view id) {
    Conditions conditions;
    conditions.add("id = " + conditions.place(std::string(id)));
    const auto found = select_replies(database_, conditions);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

void SavedReplyRepository::put(const SavedReply& reply) {
    Nullable<std::string> department(reply.department);
    database_.sql() << "INSERT INTO saved_reply (id, title, text, department, author_id, updated_at) VALUES (:id, "
                       ":title, :text, :department, :author_id, :updated_at) ON CONFLICT (id) DO UPDATE SET "
                       "title = excluded.title, text = excluded.text, department = excluded.department, "
                       "author_id = excluded.author_id, updated_at = excluded.updated_at",
        soci::use(reply.id), soci::use(reply.title), soci::use(reply.text),
        soci::use(department.value, department.indicator), soci::use(reply.author_id), soci::use(reply.updated_at);
}

bool SavedReplyRepository::remove(std::string_view id) {
    const std::string key(id);
    soci::statement statement = (database_.sql().prepare << "DELETE FROM saved_reply WHERE id = :id", soci::use(key));
    statement.execute(true);
    return changed(statement) > 0;
}

}  // namespace ventanilla::record
