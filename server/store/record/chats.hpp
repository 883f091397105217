#pragma once
// Closed chats: archived from Redis, read by agents, and still taking a late entry (a rating) now and then.

#include "protocol/codes.hpp"
#include "store/record/types.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::record {

class Database;

/// A past-chats query. Without `departments` all chats are looked at; with it those of the departments, and those
/// that no agent had ("any") in `any_channels`.
struct ChatQuery {
    std::optional<std::vector<std::string>> departments;
    std::vector<std::string> any_channels;
    std::string q;            ///< all words must occur, in visitor name, e-mail or messages; accents do not matter
    std::string cursor;       ///< empty, or `next` of the page before
    std::int64_t limit = 50;  ///< 1–200
};

struct ChatPage {
    std::vector<ChatRecord> chats;  ///< headers, newest first by closed_at
    std::string next;               ///< empty: that was all
};

/// An entry that comes after the chat has left Redis. Its frame holds the seq, so it is made once that is known.
struct LateEntry {
    std::int64_t at = 0;
    std::string kind;
    std::string sender;
    std::string client_id;
    std::string content_hash;
    std::optional<std::int64_t> rating;  ///< set for kind "rated"
    std::function<std::string(std::int64_t seq, std::int64_t at)> frame;
};

struct Appended {
    std::int64_t seq = 0;
    std::int64_t at = 0;
    bool replayed = false;  ///< it was there already; nothing was stored

    bool operator==(const Appended&) const = default;
};

class ChatRepository {
public:
    explicit ChatRepository(Database& database) : database_(database) {}

    /// Writes a closed chat, or the part of it that is not there yet, in one transaction; may be repeated any number
    /// of times by anybody. The longer log wins, entries that are there stay. `entries` may be only the tail of what
    /// is stored. Returns the committed `last`: only if it equals the live store's may the chat be deleted there.
    /// Throws DatabaseError(broken) if the log would have a gap.
    std::int64_t archive(const ChatRecord& chat);
    /// The same inside a transaction of the caller's.
    std::int64_t archive_within(const ChatRecord& chat);

    /// The chat with its entries and notes.
    std::optional<ChatRecord> find(std::string_view id);
    /// The chat without entries and notes.
    std::optional<ChatRecord> header(std::string_view id);
    /// Up to `limit` entries with seq > `after`, rising.
    std::vector<EntryRecord> entries(std::string_view id, std::int64_t after, std::int64_t limit);
    /// The notes, oldest first.
    std::vector<NoteRecord> notes(std::string_view id);
    /// The entry that this sender sent with this client_id.
    std::optional<EntryRecord> find_by_client_id(std::string_view id, std::string_view sender,
                                                 std::string_view client_id);

    /// Gives a late entry the next seq. The same (sender, client_id) and content again: the first answer.
    /// not_found; client_id_reuse with another content; chat_closed if it rates a chat that is rated.
    protocol::Result<Appended> append_after_close(std::string_view id, const LateEntry& entry);
    /// not_found if the chat is not here. The same note id again is harmless.
    protocol::Result<void> add_note(std::string_view id, const NoteRecord& note);

    /// A page, newest first. A cursor that is not one of ours is bad_field "cursor".
    protocol::Result<ChatPage> list(const ChatQuery& query);
    /// How many closed chats this visitor has (`chats_before`).
    std::int64_t count_by_visitor(const std::string& visitor_id);
    /// The same of each of these.
    std::vector<std::int64_t> counts_by_visitor(const std::vector<std::string>& visitor_ids);

private:
    void write_header(const ChatRecord& chat);
    void write_entries(const ChatRecord& chat);
    void write_notes(const ChatRecord& chat);
    void insert_note(const std::string& chat_id, const NoteRecord& note);
    void index_chat(const std::string& id);

    Database& database_;
};

}  // namespace ventanilla::record
