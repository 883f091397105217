#pragma once
// multipart/form-data (RFC 7578), read while it comes: fed with pieces of any size, it tells of parts and hands their bytes
// on. Pure. Stricter than most: what two readers could understand in two ways is refused.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "web/request_check.hpp"

namespace ventanilla::web {

/// What the head of a part says. Nothing in it can be trusted.
struct PartHead {
    std::string name;                      ///< of the form's field
    std::optional<std::string> file_name;  ///< as sent, decoded: any bytes but 0, maybe a path
    std::string media_type;                ///< as declared, in lower case; "" if it is not

    bool operator==(const PartHead&) const = default;
};

/// The head of a part from its lines, each with its line end. 400 if it is no form-data, or could be read in two ways.
Checked<PartHead> parse_part_head(std::string_view lines);

/// Reads one body. The bytes that it hands on are good during the call.
class MultipartReader {
public:
    class Sink {
    public:
        virtual void on_part(PartHead head) = 0;
        virtual void on_data(std::string_view bytes) = 0;
        virtual void on_part_end() = 0;

    protected:
        ~Sink() = default;
    };

    static constexpr std::size_t head_limit = 4096;      ///< bytes of a part's head
    static constexpr std::size_t parts_limit = 32;       ///< parts of a body
    static constexpr std::size_t preamble_limit = 1024;  ///< bytes before the first part, which mean nothing

    /// For a body with this Content-Type. 415 if it is no multipart/form-data, 400 if its boundary is missing or malformed.
    static Checked<MultipartReader> open(std::string_view content_type);

    /// Takes the next bytes; 400 if they cannot belong to such a body. After an error there is no way on.
    Checked<void> feed(std::string_view bytes, Sink& sink);
    /// The last boundary has come: what follows means nothing.
    bool complete() const noexcept { return state_ == State::epilogue; }
    /// What an error was about: more parts than anybody reads.
    bool has_too_many_parts() const noexcept { return parts_ > parts_limit; }

private:
    explicit MultipartReader(std::string_view boundary);

    enum class State : std::uint8_t {
        preamble,
        data,       ///< of a part, up to the next delimiter
        after,      ///< behind a delimiter: "--", or blanks and the line end
        dash,       ///< the second hyphen of the end
        padding,    ///< blanks behind a delimiter
        line_feed,  ///< of the delimiter's line
        head,
        epilogue,
    };

    Checked<std::size_t> take_run(std::string_view bytes, Sink& sink);
    Checked<void> take_byte(char c, Sink& sink);
    Checked<void> take_head(char c, Sink& sink);
    void emit(std::string_view bytes, Sink& sink);

    std::string delimiter_;    ///< with the line end before it
    std::size_t matched_ = 0;  ///< bytes of it that have come
    std::string head_;
    std::size_t parts_ = 0;
    std::size_t preamble_ = 0;
    State state_ = State::preamble;
};

}  // namespace ventanilla::web
