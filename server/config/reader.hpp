#pragma once
// Reads one TOML table key by key and notes every mistake with its place; used by load.cpp only.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "config/checks.hpp"
#include "config/load.hpp"

namespace ventanilla::config {

/// A place in the text, from 1.
struct Place {
    int line = 1;
    int column = 1;
};

Place place_of(const toml::source_region& region);

/// The mistakes found so far.
class Problems {
public:
    explicit Problems(std::string_view file) : file_(file) {}

    /// `expected` without the word "expected". Of very many only the first are kept.
    void add(Place place, std::string key, std::string_view expected);

    bool empty() const { return found_.empty(); }

    /// All of them in the order of the text.
    std::vector<Problem> take();

private:
    std::string file_;
    std::vector<Problem> found_;
    std::size_t untold_ = 0;  ///< how many there were beyond those
};

/// A text with the place where it stands, for checks that need the whole file.
struct Placed {
    std::string text = {};
    Place place = {};
};

/// One table. What is asked for and absent leaves the default; what is wrong is noted, and leaves it too. Keys that
/// nobody asked for are noted by `finish`.
class Reader {
public:
    /// `path` is the table's dotted name, empty for the whole file.
    Reader(const toml::table& table, std::string path, Problems& problems);

    /// An integer in [min, max].
    template <typename Integer>
    void integer(std::string_view key, Integer& out, std::int64_t min, std::int64_t max) {
        if (const auto value = whole_number(key, min, max)) out = static_cast<Integer>(*value);
    }

    void boolean(std::string_view key, bool& out);

    /// A string of that form; the place where it stands is kept if it was there.
    std::optional<Placed> text(std::string_view key, std::string& out, const Form& form);

    /// The same, but one that has to be there.
    std::optional<Placed> required_text(std::string_view key, std::string& out, const Form& form);

    /// An array of different strings of that form; nullopt if the key is absent or no array. Wrong elements are left out.
    std::optional<std::vector<Placed>> texts(std::string_view key, const Form& form);

    /// One of a few words: `all` are the values, spelled by `to_string`.
    template <typename Enum>
    void choice(std::string_view key, Enum& out, std::initializer_list<Enum> all) {
        std::vector<std::string_view> words;
        for (const Enum value : all) words.push_back(to_string(value));
        const auto index = word(key, words);
        if (index) out = *(all.begin() + static_cast<std::ptrdiff_t>(*index));
    }

    /// [key]: calls `read` with its reader, if it is there.
    void table(std::string_view key, const std::function<void(Reader&)>& read);

    /// [[key]]: calls `read` with the reader of each.
    void tables(std::string_view key, const std::function<void(Reader&)>& read);

    /// [key.NAME]: calls `read` with each name and its reader.
    void named_tables(std::string_view key, const std::function<void(const Placed&, Reader&)>& read);

    /// Notes a problem with a key of this table, at its value or, where it is absent, at the table.
    void problem(std::string_view key, std::string_view expected);
    void problem(Place place, std::string_view key, std::string_view expected);

    std::string path_of(std::string_view key) const;
    Place place() const { return place_; }

    /// Notes every key that was not asked for.
    void finish();

private:
    const toml::node* find(std::string_view key);
    std::optional<std::int64_t> whole_number(std::string_view key, std::int64_t min, std::int64_t max);
    std::optional<std::size_t> word(std::string_view key, const std::vector<std::string_view>& words);

    const toml::table& table_;
    std::string path_;
    Place place_;
    Problems& problems_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace ventanilla::config
