#pragma once
// The closed word lists of the wire (protocol.md 2), as enums. `to_string` spells a word as the wire does.

#include <cstdint>
#include <optional>
#include <string_view>

namespace ventanilla::protocol {

/// Who said something.
enum class Role : std::uint8_t { visitor, agent, system };

/// The languages that people are spoken to in.
enum class Locale : std::uint8_t { es_mx, en };

/// What an agent chose to be.
enum class AgentState : std::uint8_t { online, away, offline };

/// A department or channel as visitors see it: `closed` outside hours or with nobody online, `busy` with a full queue.
enum class OpenState : std::uint8_t { open, closed, busy };

enum class ChatStatus : std::uint8_t { queued, assigned, closed };

/// How a chat ended. Agents may say `solved`, `ticket` and `left`; `missed` is found by the server alone.
enum class Outcome : std::uint8_t { solved, ticket, missed, left };

enum class TicketPriority : std::uint8_t { low, normal, high, urgent };

/// `pending` waits for the customer.
enum class TicketState : std::uint8_t { open, pending, solved, closed };

/// Where a ticket came from.
enum class TicketChannel : std::uint8_t { chat, form, mail, phone };

/// What one message of a ticket is (protocol.md 3.3). A note is never shown to the requester.
enum class TicketMessageKind : std::uint8_t { comment, answer, note, event };

/// Who wrote it.
enum class TicketRole : std::uint8_t { requester, agent, system };

std::string_view to_string(Role word) noexcept;
std::string_view to_string(Locale word) noexcept;
std::string_view to_string(AgentState word) noexcept;
std::string_view to_string(OpenState word) noexcept;
std::string_view to_string(ChatStatus word) noexcept;
std::string_view to_string(Outcome word) noexcept;
std::string_view to_string(TicketPriority word) noexcept;
std::string_view to_string(TicketState word) noexcept;
std::string_view to_string(TicketChannel word) noexcept;
std::string_view to_string(TicketMessageKind word) noexcept;
std::string_view to_string(TicketRole word) noexcept;

/// The word spelled `text`, exactly; nothing if there is none. Defined for the enums above.
template <typename Enum>
std::optional<Enum> parse_word(std::string_view text) noexcept;

/// The language for a BCP 47 tag: any `es…` is es-MX, any `en…` is en, everything else is `fallback`.
Locale locale_for(std::string_view tag, Locale fallback) noexcept;

}  // namespace ventanilla::protocol
