#include "protocol/words.hpp"

#include <array>
#include <cstddef>

namespace ventanilla::protocol {

namespace {

// The spellings of an enum, in the order of its values.
template <typename Enum>
constexpr auto spellings() = delete;
template <>
constexpr auto spellings<Role>() {
    return std::to_array<std::string_view>({"visitor", "agent", "system"});
}
template <>
constexpr auto spellings<Locale>() {
    return std::to_array<std::string_view>({"es-MX", "en"});
}
template <>
constexpr auto spellings<AgentState>() {
    return std::to_array<std::string_view>({"online", "away", "offline"});
}
template <>
constexpr auto spellings<OpenState>() {
    return std::to_array<std::string_view>({"open", "closed", "busy"});
}
template <>
constexpr auto spellings<ChatStatus>() {
    return std::to_array<std::string_view>({"queued", "assigned", "closed"});
}
template <>
constexpr auto spellings<Outcome>() {
    return std::to_array<std::string_view>({"solved", "ticket", "missed", "left"});
}
template <>
constexpr auto spellings<TicketPriority>() {
    return std::to_array<std::string_view>({"low", "normal", "high", "urgent"});
}
template <>
constexpr auto spellings<TicketState>() {
    return std::to_array<std::string_view>({"open", "pending", "solved", "closed"});
}
template <>
constexpr auto spellings<TicketChannel>() {
    return std::to_array<std::string_view>({"chat", "form", "mail", "phone"});
}
template <>
constexpr auto spellings<TicketMessageKind>() {
    return std::to_array<std::string_view>({"comment", "answer", "note", "event"});
}
template <>
constexpr auto spellings<TicketRole>() {
    return std::to_array<std::string_view>({"requester", "agent", "system"});
}

template <typename Enum>
constexpr std::string_view spell(Enum word) noexcept {
    constexpr auto words = spellings<Enum>();
    const auto index = static_cast<std::size_t>(word);
    return index < words.size() ? words[index] : std::string_view{};
}

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string_view to_string(Role word) noexcept {
    return spell(word);
}
std::string_view to_string(Locale word) noexcept {
    return spell(word);
}
std::string_view to_string(AgentState word) noexcept {
    return spell(word);
}
std::string_view to_string(OpenState word) noexcept {
    return spell(word);
}
std::string_view to_string(ChatStatus word) noexcept {
    return spell(word);
}
std::string_view to_string(Outcome word) noexcept {
    return spell(word);
}
std::string_view to_string(TicketPriority word) noexcept {
    return spell(word);
}
std::string_view to_string(TicketState word) noexcept {
    return spell(word);
}
std::string_view to_string(TicketChannel word) noexcept {
    return spell(word);
}
std::string_view to_string(TicketMessageKind word) noexcept {
    return spell(word);
}
std::string_view to_string(TicketRole word) noexcept {
    return spell(word);
}

template <typename Enum>
std::optional<Enum> parse_word(std::string_view text) noexcept {
    constexpr auto words = spellings<Enum>();
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

template std::optional<Role> parse_word<Role>(std::string_view) noexcept;
template std::optional<Locale> parse_word<Locale>(std::string_view) noexcept;
template std::optional<AgentState> parse_word<AgentState>(std::string_view) noexcept;
template std::optional<OpenState> parse_word<OpenState>(std::string_view) noexcept;
template std::optional<ChatStatus> parse_word<ChatStatus>(std::string_view) noexcept;
template std::optional<Outcome> parse_word<Outcome>(std::string_view) noexcept;
template std::optional<TicketPriority> parse_word<TicketPriority>(std::string_view) noexcept;
template std::optional<TicketState> parse_word<TicketState>(std::string_view) noexcept;
template std::optional<TicketChannel> parse_word<TicketChannel>(std::string_view) noexcept;
template std::optional<TicketMessageKind> parse_word<TicketMessageKind>(std::string_view) noexcept;
template std::optional<TicketRole> parse_word<TicketRole>(std::string_view) noexcept;

Locale locale_for(std::string_view tag, Locale fallback) noexcept {
    // Only the language part counts: "en-GB" and "EN_us" are English, "eng" is not a tag browsers send.
    if (tag.size() < 2 || (tag.size() > 2 && tag[2] != '-' && tag[2] != '_')) {
        return fallback;
    }
    const char first = lower(tag[0]);
    const char second = lower(tag[1]);
    if (first == 'e' && second == 's') {
        return Locale::es_mx;
    }
    if (first == 'e' && second == 'n') {
        return Locale::en;
    }
    return fallback;
}

}  // namespace ventanilla::protocol
