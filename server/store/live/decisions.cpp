#include "store/live/decisions.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace ventanilla::live {
namespace {

/// The part of `rest` before the next `separator`, which is taken off together with it.
std::string_view cut(std::string_view& rest, char separator) {
    const auto end = rest.find(separator);
    const auto part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return part;
}

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

void add(std::string& list, std::string_view item) {
    if (!list.empty()) list += ',';
    list += item;
}

/// "idle clock, load, JSON of the agent": how busy the agent was when the clock stood at `clock`.
std::string considered(std::string_view brief, std::string_view verdict, std::int64_t clock) {
    const auto idle_since = number(cut(brief, '\t'));
    const auto load = cut(brief, '\t');
    const auto idle_s = std::max<std::int64_t>(0, (clock - idle_since) / 1000);
    std::string json = R"({"agent":)";
    json.append(brief).append(R"(,"verdict":")").append(verdict).append(R"(","load":)").append(load);
    return json.append(R"(,"idle_s":)").append(std::to_string(idle_s)) + '}';
}

std::string_view agent_in(std::string_view brief) {
    cut(brief, '\t');
    cut(brief, '\t');
    return brief;
}

}  // namespace

std::string decision_json(std::string_view kept) {
    if (kept.starts_with('{')) return std::string(kept);
    auto head = cut(kept, '\n');
    const auto at = cut(head, '\t');
    const auto clock = number(cut(head, '\t'));
    const auto event = cut(head, '\t');
    std::string_view verdict;
    std::string chosen = "null";
    std::string named;
    std::string others;
    while (!kept.empty()) {
        auto line = cut(kept, '\n');
        if (line.starts_with('=')) {
            verdict = line.substr(1);
        } else if (line.starts_with('+')) {
            const auto counted = cut(line, '\t').substr(1);
            add(others, '"' + std::string(counted) + "\":" + std::string(line));
        } else {
            add(named, considered(line, verdict, clock));
            if (verdict == "chosen") chosen = agent_in(line);
        }
    }
    std::string json = R"({"at":)" + std::string(at) + R"(,"event":")" + std::string(event);
    json.append(R"(","chosen":)").append(chosen).append(R"(,"considered":[)").append(named).append(R"(],"others":{)");
    return json.append(others).append(R"(},"rule":")").append(head) + "\"}";
}

std::string decisions_json(const Words& words, std::size_t from) {
    std::string array;
    for (auto i = from; i < words.size(); ++i) add(array, decision_json(text_of(words[i])));
    return '[' + array + ']';
}

}  // namespace ventanilla::live
