#pragma once
// One frame of the server, its members found.

#include <cstdint>
#include <string_view>

namespace ventanilla::load {

/// Raw values (see scan.hpp); "" where the frame has none. Points into the frame.
struct Incoming {
    std::string_view type;  ///< without quotes, as `kind`, `client_id`, `text` and `code`
    std::string_view kind;
    std::string_view client_id;
    std::string_view text;
    std::string_view code;
    std::string_view message;
    std::string_view chat;  ///< an id with its quotes, or an object
    std::string_view from;
    std::string_view visitor;
    std::string_view entries;
    std::string_view chats;
    std::string_view channel;
    std::string_view token;
    std::uint64_t re = 0;
    std::uint64_t seq = 0;
    std::uint64_t last = 0;
    bool is_reply = false;
};

/// One pass over `frame`.
Incoming read_frame(std::string_view frame) noexcept;

/// The number in a client_id of this run ("m17.TAG"); 0 for others, such as those of an earlier run.
std::uint32_t message_number(std::string_view client_id, std::string_view tag) noexcept;

}  // namespace ventanilla::load
