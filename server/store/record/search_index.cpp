#include "store/record/search_index.hpp"

#include "store/record/search_words.hpp"
#include "store/record/sql.hpp"

#include <fmt/format.h>

#include <vector>

namespace ventanilla::record {
namespace {

// A word of three letters or more is also the beginning of a longer one.
bool begins_longer(std::string_view word) {
    return word.size() >= 3;
}

void execute(Database& database, const Conditions& parameters, const std::string& query) {
    soci::statement statement(database.sql());
    parameters.bind(statement);
    statement.alloc();
    statement.prepare(query);
    statement.define_and_bind();
    statement.execute(true);
}

}  // namespace

std::string search_expression(Backend backend, std::string_view q) {
    const bool sqlite = backend == Backend::sqlite;
    std::vector<std::string> terms;
    for (const std::string& word : query_words(q)) {
        const char* const longer = sqlite ? " *" : ":*";
        const char quote = sqlite ? '"' : '\'';  // the words hold neither (search_words.hpp)
        terms.push_back(fmt::format("{0}{1}{0}{2}", quote, word, begins_longer(word) ? longer : ""));
    }
    return fmt::format("{}", fmt::join(terms, sqlite ? " AND " : " & "));
}

std::string whole_words_expression(std::string_view q) {
    std::vector<std::string> terms;
    for (const std::string& word : query_words(q)) {
        terms.push_back(fmt::format("\"{}\"", word));
    }
    return fmt::format("{}", fmt::join(terms, " AND "));
}

std::string is_hit(Conditions& conditions, Backend backend, std::string_view table, std::string_view number,
                   std::string_view q) {
    if (backend == Backend::postgresql) {
        return fmt::format("CASE WHEN (SELECT words FROM {0} WHERE {0}.number = {1}) @@ CAST({2} AS tsquery) "
                           "THEN 1 ELSE 0 END",
                           table, number, conditions.place(search_expression(backend, q)));
    }
    std::vector<std::string> each;
    for (const std::string& word : query_words(q)) {
        each.push_back(begins_longer(word)
                           ? fmt::format("instr(' ' || words, {}) > 0", conditions.place(" " + word))
                           : fmt::format("instr(' ' || words || ' ', {}) > 0", conditions.place(" " + word + " ")));
    }
    return fmt::format("coalesce((SELECT {} FROM {}_search WHERE rowid = {}), 0)", fmt::join(each, " AND "), table,
                       number);
}

std::string search_condition(Backend backend, std::string_view table, std::string_view placeholder) {
    return backend == Backend::sqlite
               ? fmt::format("number IN (SELECT rowid FROM {0}_search WHERE {0}_search MATCH {1})", table, placeholder)
               : fmt::format("words @@ CAST({} AS tsquery)", placeholder);
}

void restrict_to_words(Conditions& conditions, Backend backend, std::string_view table, std::string_view q) {
    std::string expression = search_expression(backend, q);
    if (!expression.empty()) {
        conditions.add(search_condition(backend, table, conditions.place(std::move(expression))));
    }
}

void write_words(Database& database, std::string_view table, const Conditions& which, std::string_view text) {
    const std::string where = which.where();
    Conditions with_words = which;
    const std::string words = with_words.place(fmt::format("{}", fmt::join(index_words(text), " ")));
    if (database.backend() == Backend::postgresql) {
        // Not through to_tsvector: its parser would cut addresses and numbers otherwise than SQLite does.
        execute(database, with_words,
                fmt::format("UPDATE {} SET words = array_to_tsvector(array_remove(string_to_array({}, ' '), '')) {}",
                            table, words, where));
        return;
    }
    execute(database, which,
            fmt::format("DELETE FROM {0}_search WHERE rowid IN (SELECT number FROM {0} {1})", table, where));
    execute(database, with_words,
            fmt::format("INSERT INTO {0}_search (rowid, words) SELECT number, {1} FROM {0} {2}", table, words, where));
}

}  // namespace ventanilla::record
