#pragma once
// Whether the promises were kept: nothing acknowledged is lost, doubled or reordered, and every log is without a gap.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ventanilla::load {

enum class Side : std::uint8_t { visitor, agent };

[[nodiscard]] constexpr Side other(Side side) noexcept {
    return side == Side::visitor ? Side::agent : Side::visitor;
}

enum class Wrong : std::uint8_t {
    lost,       ///< acknowledged, but the other side has not seen it
    doubled,    ///< the same entry or the same client_id twice
    reordered,  ///< not in the order of its sequence numbers, or not as sent
    gap,        ///< a sequence number that nobody was told
    differs,    ///< the sender was told another sequence number than the reader
    replies,    ///< a reply that belongs to no request, or came out of turn
    count_,
};

const char* to_string(Wrong wrong) noexcept;

/// How often each promise was broken, and the first cases in words. Plain memory, for a shared mapping.
struct Violations {
    static constexpr std::size_t kept = 8;
    std::array<std::uint64_t, static_cast<std::size_t>(Wrong::count_)> counts{};
    std::array<std::array<char, 120>, kept> first{};
    std::uint64_t total = 0;

    void add(Wrong wrong, std::string_view what) noexcept;
};

/// What one side of a chat has said, as its sender and its reader know it: message 1, 2, 3, … each with its seq. The
/// digests depend on numbers, seqs and their order, so equal counts and digests are equal histories.
struct Voice {
    std::uint32_t sent = 0;
    std::uint32_t acked = 0;
    std::uint32_t acked_seq = 0;
    std::uint32_t heard = 0;
    std::uint64_t acked_digest = 0;
    std::uint64_t heard_digest = 0;
};

/// What one side knows of the log: entries pushed or read, and the seqs of its own acknowledgements.
struct View {
    std::uint32_t last = 0;   ///< of the last entry pushed or read
    std::uint32_t known = 0;  ///< distinct seqs
    std::uint32_t top = 0;    ///< the highest
};

/// All that is known of one chat. Where its two sides live in two processes each has the half of it.
struct ChatRow {
    std::uint64_t chat = 0;  ///< hash of the id
    std::array<Voice, 2> voices{};
    std::array<View, 2> views{};

    Voice& voice(Side side) noexcept { return voices[static_cast<std::size_t>(side)]; }
    View& view(Side side) noexcept { return views[static_cast<std::size_t>(side)]; }
};

/// Follows every chat of one process. Costs some additions a message and 112 bytes a chat.
class Checker {
public:
    explicit Checker(Violations& violations) : violations_(violations) {}

    /// The number of this chat here, the same for both sides.
    std::uint32_t chat(std::string_view id);
    [[nodiscard]] const std::string& id(std::uint32_t chat) const { return ids_[chat]; }
    [[nodiscard]] ChatRow& row(std::uint32_t chat) { return rows_[chat]; }

    /// `side` sends its next message: the number for its client_id.
    std::uint32_t sent(std::uint32_t chat, Side side) { return ++rows_[chat].voice(side).sent; }
    /// `side` was told that its message `number` is durable as `seq`.
    void acked(std::uint32_t chat, Side side, std::uint32_t number, std::uint32_t seq);
    /// `viewer` was given entry `seq`, no message.
    void entry(std::uint32_t chat, Side viewer, std::uint32_t seq);
    /// `viewer` was given entry `seq`: message `number` of `speaker`. A speaker who is given its own message (at the start,
    /// or after a new connection) knows by that, too, that it is durable.
    void message(std::uint32_t chat, Side viewer, std::uint32_t seq, Side speaker, std::uint32_t number);

    [[nodiscard]] const std::vector<ChatRow>& rows() const noexcept { return rows_; }

private:
    bool advance(std::uint32_t chat, Side viewer, std::uint32_t seq);
    /// Whether that is new.
    bool confirm(std::uint32_t chat, Side side, std::uint32_t number, std::uint32_t seq);
    void know(std::uint32_t chat, Side viewer, std::uint32_t seq);
    void broken(Wrong wrong, std::uint32_t chat, Side side, std::uint32_t seq, std::uint32_t number);

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };

    Violations& violations_;
    std::vector<ChatRow> rows_;
    std::vector<std::string> ids_;
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

/// The last look at a chat, when everything is quiet: both sides must have the same history. `moved` gets the chats that
/// changed from one process to another, which cannot be compared.
/// Rows of the same chat from several processes are put together. How many chats were compared.
std::uint64_t check_rows(std::vector<ChatRow> rows, Violations& violations, std::uint64_t& moved);

}  // namespace ventanilla::load
