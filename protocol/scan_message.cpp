#include "protocol/scan_message.hpp"

#include <charconv>
#include <string>
#include <utility>

#include "protocol/limits.hpp"
#include "protocol/text.hpp"

namespace ventanilla::protocol {

namespace {

constexpr std::string_view blanks = " \t\n\r";

/// What an escape of one letter stands for; 0 for the others, which the general decoder reads.
constexpr char meaning_of(char letter) noexcept {
    switch (letter) {
        case '"':
        case '\\': return letter;
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return 0;
    }
}

/// A string between its quotes, as it stands in the frame.
struct Quoted {
    std::string_view raw;
    bool has_escapes = false;

    [[nodiscard]] std::string text() const {
        if (!has_escapes) return std::string(raw);
        std::string text;
        text.reserve(raw.size());
        for (std::size_t i = 0; i < raw.size(); ++i) text += raw[i] == '\\' ? meaning_of(raw[++i]) : raw[i];
        return text;
    }
};

/// Reads a flat object, token by token. False or nothing: not of the usual form.
class Reader {
public:
    explicit Reader(std::string_view left) : left_(left) {}

    bool take(char c) {
        skip_blanks();
        if (!left_.starts_with(c)) return false;
        left_.remove_prefix(1);
        return true;
    }

    std::optional<Quoted> quoted() {
        if (!take('"')) return std::nullopt;
        Quoted found;
        for (std::size_t i = 0; i < left_.size(); ++i) {
            const char c = left_[i];
            if (c == '"') {
                found.raw = left_.substr(0, i);
                left_.remove_prefix(i + 1);
                return found;
            }
            if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
            if (c != '\\') continue;
            found.has_escapes = true;
            if (++i == left_.size() || meaning_of(left_[i]) == 0) return std::nullopt;
        }
        return std::nullopt;
    }

    /// A positive number of digits alone.
    std::optional<std::int64_t> number() {
        skip_blanks();
        std::int64_t value = 0;
        const auto [end, failed] = std::from_chars(left_.data(), left_.data() + left_.size(), value);
        if (failed != std::errc{} || !(left_.front() >= '1' && left_.front() <= '9')) return std::nullopt;
        left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
        return value;
    }

    bool at_end() {
        skip_blanks();
        return left_.empty();
    }

private:
    void skip_blanks() {
        const auto first = left_.find_first_not_of(blanks);
        left_.remove_prefix(first == std::string_view::npos ? left_.size() : first);
    }

    std::string_view left_;
};

/// The members of a message.send.
struct Members {
    std::optional<Quoted> type, chat, client_id, text;
    std::optional<std::int64_t> id;

    // False for a member that is unknown, there already or of another kind.
    bool take(std::string_view name, Reader& reader) {
        if (name == "id") return !id && (id = reader.number());
        auto* const member = name == "text"        ? &text
                             : name == "chat"      ? &chat
                             : name == "client_id" ? &client_id
                             : name == "type"      ? &type
                                                   : nullptr;
        return member != nullptr && !*member && (*member = reader.quoted());
    }
};

std::optional<Members> members_of(std::string_view frame) {
    Reader reader(frame);
    Members members;
    if (!reader.take('{')) return std::nullopt;
    do {
        const auto name = reader.quoted();
        if (!name || !reader.take(':') || !members.take(name->raw, reader)) return std::nullopt;
    } while (reader.take(','));
    if (!reader.take('}') || !reader.at_end()) return std::nullopt;
    return members;
}

bool is_good(std::string_view text, std::size_t most) {
    // Bytes first: counting them is cheaper, and a code point has at least one.
    return (text.size() <= most || code_points(text) <= most) && !is_blank(text);
}

}  // namespace

std::optional<Incoming<MessageSend>> scan_message(std::string_view frame, std::int64_t last_id) {
    const auto members = members_of(frame);
    if (!members || !members->type || members->type->raw != "message.send" || !members->id || !members->chat ||
        !members->client_id || !members->text) {
        return std::nullopt;
    }
    if (*members->id <= last_id || *members->id > limits::max_integer || !is_utf8(frame)) return std::nullopt;
    Incoming<MessageSend> found{*members->id,
                                {members->chat->text(), members->client_id->text(), members->text->text(), {}}};
    const auto& request = found.request;
    if (!is_good(request.chat, limits::id) || !is_good(request.client_id, limits::client_id) ||
        !is_good(*request.text, limits::text)) {
        return std::nullopt;
    }
    return found;
}

}  // namespace ventanilla::protocol
