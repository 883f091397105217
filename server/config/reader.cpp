#include "config/reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ventanilla::config {
namespace {

/// Nobody reads more, and a file of a million wrong keys must not become gigabytes of messages.
constexpr std::size_t max_problems = 50;

// What a value is, in words, so that a message can say what was found.
std::string_view kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "an array";
        case toml::node_type::string: return "a string";
        case toml::node_type::integer: return "an integer";
        case toml::node_type::floating_point: return "a number with a fraction";
        case toml::node_type::boolean: return "a boolean";
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time: return "a date or time without quotes";
        default: return "nothing";
    }
}

// Keys may be quoted and hold anything; a message is one line.
std::string printable(std::string_view text) {
    std::string out(text.substr(0, 80));
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return out;
}

}  // namespace

Place place_of(const toml::source_region& region) {
    return {std::max(1, static_cast<int>(region.begin.line)), std::max(1, static_cast<int>(region.begin.column))};
}

void Problems::add(Place place, std::string key, std::string_view expected) {
    if (found_.size() == max_problems) {
        ++untold_;
        return;
    }
    found_.push_back({file_, place.line, place.column, printable(key), fmt::format("expected {}", expected)});
}

std::vector<Problem> Problems::take() {
    std::ranges::stable_sort(found_, {},
                             [](const Problem& problem) { return std::pair(problem.line, problem.column); });
    if (untold_ > 0) found_.push_back({file_, 0, 0, "", fmt::format("and {} more", std::exchange(untold_, 0))});
    return std::exchange(found_, {});
}

Reader::Reader(const toml::table& table, std::string path, Problems& problems)
    : table_(table), path_(std::move(path)), place_(place_of(table.source())), problems_(problems) {}

const toml::node* Reader::find(std::string_view key) {
    known_.emplace(key);
    return table_.get(key);
}

std::string Reader::path_of(std::string_view key) const {
    if (path_.empty()) return std::string(key);
    return key.empty() ? path_ : fmt::format("{}.{}", path_, key);
}

void Reader::problem(std::string_view key, std::string_view expected) {
    const toml::node* node = table_.get(key);
    problem(node == nullptr ? place_ : place_of(node->source()), key, expected);
}

void Reader::problem(Place place, std::string_view key, std::string_view expected) {
    problems_.add(place, path_of(key), expected);
}

std::optional<std::int64_t> Reader::whole_number(std::string_view key, std::int64_t min, std::int64_t max) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const auto* value = node->as_integer();
    if (value == nullptr) {
        problem(key, fmt::format("an integer from {} to {}, found {}", min, max, kind_of(*node)));
    } else if (value->get() < min || value->get() > max) {
        problem(key, fmt::format("an integer from {} to {}, found {}", min, max, value->get()));
    } else {
        return value->get();
    }
    return std::nullopt;
}

void Reader::boolean(std::string_view key, bool& out) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    if (const auto* value = node->as_boolean()) {
        out = value->get();
    } else {
        problem(key, fmt::format("true or false, found {}", kind_of(*node)));
    }
}

std::optional<Placed> Reader::text(std::string_view key, std::string& out, const Form& form) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const auto* value = node->as_string();
    if (value == nullptr) {
        problem(key, fmt::format("a string with {}, found {}", form.name, kind_of(*node)));
    } else if (!form.admits(value->get())) {
        problem(key, form.name);
    } else {
        out = value->get();
        return Placed{out, place_of(node->source())};
    }
    return std::nullopt;
}

std::optional<Placed> Reader::required_text(std::string_view key, std::string& out, const Form& form) {
    if (table_.get(key) == nullptr) problem(key, fmt::format("{}; the key is missing", form.name));
    return text(key, out, form);
}

std::optional<std::vector<Placed>> Reader::texts(std::string_view key, const Form& form) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
        problem(key, fmt::format("an array of strings, each {}, found {}", form.name, kind_of(*node)));
        return std::nullopt;
    }
    std::vector<Placed> out;
    for (const toml::node& element : *array) {
        const Place place = place_of(element.source());
        const auto* value = element.as_string();
        if (value == nullptr) {
            problem(place, key, fmt::format("strings, each {}, found {}", form.name, kind_of(element)));
        } else if (!form.admits(value->get())) {
            problem(place, key, form.name);
        } else if (std::ranges::find(out, value->get(), &Placed::text) != out.end()) {
            problem(place, key, fmt::format("each value once, found \"{}\" again", value->get()));
        } else {
            out.push_back({value->get(), place});
        }
    }
    return out;
}

std::optional<std::size_t> Reader::word(std::string_view key, const std::vector<std::string_view>& words) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const auto* value = node->as_string();
    const auto found = value == nullptr ? words.end() : std::ranges::find(words, std::string_view(value->get()));
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    problem(key, fmt::format("one of \"{}\"", fmt::join(words, "\", \"")));
    return std::nullopt;
}

void Reader::table(std::string_view key, const std::function<void(Reader&)>& read) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    if (const toml::table* inner = node->as_table()) {
        Reader reader(*inner, path_of(key), problems_);
        read(reader);
        reader.finish();
    } else {
        problem(key, fmt::format("a table [{}], found {}", path_of(key), kind_of(*node)));
    }
}

void Reader::tables(std::string_view key, const std::function<void(Reader&)>& read) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
        problem(key, fmt::format("tables [[{}]], found {}", path_of(key), kind_of(*node)));
        return;
    }
    for (const toml::node& element : *array) {
        if (const toml::table* inner = element.as_table()) {
            Reader reader(*inner, path_of(key), problems_);
            read(reader);
            reader.finish();
        } else {
            problem(place_of(element.source()), key,
                    fmt::format("tables [[{}]], found {}", path_of(key), kind_of(element)));
        }
    }
}

void Reader::named_tables(std::string_view key, const std::function<void(const Placed&, Reader&)>& read) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const toml::table* outer = node->as_table();
    if (outer == nullptr) {
        problem(key, fmt::format("tables [{}.NAME], found {}", path_of(key), kind_of(*node)));
        return;
    }
    for (const auto& [name, inner_node] : *outer) {
        const Place place = place_of(name.source());
        const std::string path = fmt::format("{}.{}", path_of(key), name.str());
        if (const toml::table* inner = inner_node.as_table()) {
            Reader reader(*inner, path, problems_);
            read({std::string(name.str()), place}, reader);
            reader.finish();
        } else {
            problems_.add(place, path, fmt::format("a table [{}], found {}", path, kind_of(inner_node)));
        }
    }
}

void Reader::finish() {
    for (const auto& [key, node] : table_) {
        if (known_.contains(key.str())) continue;
        problem(place_of(key.source()), key.str(), fmt::format("one of the known keys: {}", fmt::join(known_, ", ")));
    }
}

}  // namespace ventanilla::config
