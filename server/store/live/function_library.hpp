#pragma once
// The function library that decides: prelude/*.lua and functions/*.lua, put together into one text for Redis.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ventanilla::live {

/// Reads; takes new content, which is refused when there is no room for it; keeps the house in order whatever is.
enum class Kind : std::uint8_t { read, content, always };

/// One function of the library, how many keys it takes and its kind; a test holds this against the heads of the Lua files.
struct Function {
    std::string_view name;
    std::size_t keys;
    Kind kind;
};

namespace fn {
inline constexpr Function agent_gone{"agent_gone", 1, Kind::always};
inline constexpr Function agent_hello{"agent_hello", 1, Kind::always};
inline constexpr Function agent_put{"agent_put", 1, Kind::always};
inline constexpr Function agents{"agents", 1, Kind::read};
inline constexpr Function allowed{"allowed", 1, Kind::read};
inline constexpr Function append{"append", 1, Kind::content};
inline constexpr Function archive_load{"archive_load", 4, Kind::read};
inline constexpr Function archived{"archived", 4, Kind::always};
inline constexpr Function attach{"attach", 1, Kind::always};
inline constexpr Function broadcast{"broadcast", 1, Kind::always};
inline constexpr Function chat_start{"chat_start", 2, Kind::content};
inline constexpr Function chats{"chats", 1, Kind::read};
inline constexpr Function close{"close", 1, Kind::always};
inline constexpr Function closing{"closing", 1, Kind::always};
inline constexpr Function count_failure{"count_failure", 1, Kind::always};
inline constexpr Function decisions{"decisions", 2, Kind::read};
inline constexpr Function lasts{"lasts", 1, Kind::read};
inline constexpr Function log_ticket{"log_ticket", 2, Kind::always};
inline constexpr Function note{"note", 2, Kind::content};
inline constexpr Function notes{"notes", 2, Kind::read};
inline constexpr Function open_chats{"open_chats", 1, Kind::read};
inline constexpr Function queues{"queues", 1, Kind::read};
inline constexpr Function rate{"rate", 1, Kind::content};
inline constexpr Function read_log{"read_log", 2, Kind::read};
inline constexpr Function read_mark{"read_mark", 1, Kind::always};
inline constexpr Function register_node{"register", 1, Kind::always};
inline constexpr Function session_check{"session_check", 1, Kind::always};
inline constexpr Function session_create{"session_create", 2, Kind::always};
inline constexpr Function session_end{"session_end", 1, Kind::always};
inline constexpr Function set_priority{"set_priority", 1, Kind::always};
inline constexpr Function state_set{"state_set", 1, Kind::always};
inline constexpr Function sweep{"sweep", 1, Kind::always};
inline constexpr Function take{"take", 2, Kind::always};
inline constexpr Function take_head{"take_head", 2, Kind::always};
inline constexpr Function transfer_to_agent{"transfer_to_agent", 3, Kind::always};
inline constexpr Function transfer_to_department{"transfer_to_department", 2, Kind::always};
inline constexpr Function typing{"typing", 1, Kind::always};
inline constexpr Function uncount{"uncount", 1, Kind::always};
inline constexpr Function unregister{"unregister", 1, Kind::always};
inline constexpr Function visitor{"visitor", 1, Kind::read};
inline constexpr Function visitor_check{"visitor_check", 1, Kind::read};
inline constexpr Function visitor_forget{"visitor_forget", 1, Kind::always};
inline constexpr Function visitor_gone{"visitor_gone", 1, Kind::always};
inline constexpr Function visitor_hello{"visitor_hello", 1, Kind::content};
inline constexpr Function visitor_page{"visitor_page", 1, Kind::content};
inline constexpr Function visitors{"visitors", 1, Kind::read};

inline constexpr std::array all{
    agent_gone,
    agent_hello,
    agent_put,
    agents,
    allowed,
    append,
    archive_load,
    archived,
    attach,
    broadcast,
    chat_start,
    chats,
    close,
    closing,
    count_failure,
    decisions,
    lasts,
    log_ticket,
    note,
    notes,
    open_chats,
    queues,
    rate,
    read_log,
    read_mark,
    register_node,
    session_check,
    session_create,
    session_end,
    set_priority,
    state_set,
    sweep,
    take,
    take_head,
    transfer_to_agent,
    transfer_to_department,
    typing,
    uncount,
    unregister,
    visitor,
    visitor_check,
    visitor_forget,
    visitor_gone,
    visitor_hello,
    visitor_page,
    visitors,
};
}  // namespace fn

/// The library as Redis loads it. Its name, and the end of each function's name, is a hash of the source: servers of
/// two releases work on one Redis side by side, each with its own.
struct FunctionLibrary {
    static constexpr std::string_view name_prefix = "ventanilla_";

    std::string name;    ///< for FUNCTION LOAD and DELETE
    std::string suffix;  ///< of every function's name
    std::string source;

    std::string function(const Function& function) const { return std::string(function.name) + suffix; }
};

/// Puts the embedded files together: the prelude in the order of its file names, then each function.
FunctionLibrary build_function_library();

}  // namespace ventanilla::live
