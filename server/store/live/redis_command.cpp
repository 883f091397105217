#include "store/live/redis_command.hpp"

#include "protocol/json_text.hpp"

#include <numeric>

namespace ventanilla::live {
namespace {

// "$", the length, and two line ends.
constexpr std::size_t around_a_word = 16;

template <typename Words>
std::size_t room_for(const Words& words) {
    return std::accumulate(words.begin(), words.end(), std::size_t{0},
                           [](std::size_t sum, const auto& word) { return sum + word.size(); });
}

}  // namespace

RedisCommand::RedisCommand(std::size_t words, std::size_t room) {
    bytes_.reserve(around_a_word * (words + 1) + room);
    bytes_ += '*';
    protocol::append_json_int(bytes_, static_cast<std::int64_t>(words));
    bytes_ += "\r\n";
}

RedisCommand::RedisCommand(std::initializer_list<std::string_view> words)
    : RedisCommand(words.size(), room_for(words)) {
    for (const auto text : words) word(text);
}

RedisCommand::RedisCommand(const std::vector<std::string>& words) : RedisCommand(words.size(), room_for(words)) {
    for (const auto& text : words) word(text);
}

RedisCommand& RedisCommand::word(std::string_view begin, std::string_view end) {
    bytes_ += '$';
    protocol::append_json_int(bytes_, static_cast<std::int64_t>(begin.size() + end.size()));
    bytes_ += "\r\n";
    bytes_ += begin;
    bytes_ += end;
    bytes_ += "\r\n";
    return *this;
}

}  // namespace ventanilla::live
