#pragma once
// A command for Redis, written once in the form in which it is sent.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::live {

class RedisCommand {
public:
    /// For `words` words that follow; `room` bytes are set aside for them.
    RedisCommand(std::size_t words, std::size_t room);
    RedisCommand(std::initializer_list<std::string_view> words);
    explicit RedisCommand(const std::vector<std::string>& words);

    RedisCommand& word(std::string_view text) { return word(text, {}); }
    /// One word of two parts.
    RedisCommand& word(std::string_view begin, std::string_view end);
    /// All of it, as it goes over the link.
    const std::string& bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

}  // namespace ventanilla::live
