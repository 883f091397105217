#pragma once
// The search index of a table: on SQLite the FTS5 table <table>_search, whose rowid is the column `number` of the table;
// on PostgreSQL the tsvector `words` in the table itself. Internal to this room.

#include "store/record/conditions.hpp"
#include "store/record/database.hpp"

#include <string>
#include <string_view>

namespace ventanilla::record {

/// What is typed, as the database's own search expression: all words; one of three letters or more also as the
/// beginning of a longer one. Empty if there is no word in it.
std::string search_expression(Backend backend, std::string_view q);

/// SQLite: the same without longer words. It misses some, but reads one list of the index for each word and merges none.
std::string whole_words_expression(std::string_view q);

/// 1 if the row of `table` with that number (an SQL expression) is what search_expression would find, judged by the words
/// that it holds, else 0. Its cost is that of one row; the index costs what it costs to gather every hit.
std::string is_hit(Conditions& conditions, Backend backend, std::string_view table, std::string_view number,
                   std::string_view q);

/// The condition on `table` for an expression that stands at `placeholder`.
std::string search_condition(Backend backend, std::string_view table, std::string_view placeholder);

/// Limits a query on `table` to what is searched for; to nothing less if `q` holds no word.
void restrict_to_words(Conditions& conditions, Backend backend, std::string_view table, std::string_view q);

/// Makes the search find the row of `table` that `which` names by the words of `text`, and by no others.
void write_words(Database& database, std::string_view table, const Conditions& which, std::string_view text);

}  // namespace ventanilla::record
