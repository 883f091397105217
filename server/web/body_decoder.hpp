#pragma once
// The bytes of a request's body, taken out of their framing. Pure: fed with what the connection has, in any pieces. Beast
// has such a decoder too, but one that takes a bare line feed in a chunk's header for a line that has yet to end.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "web/request_check.hpp"

namespace ventanilla::web {

class BodyDecoder {
public:
    /// 413 is said as soon as more than `limit` bytes are announced.
    BodyDecoder(const Framing& framing, std::uint64_t limit);

    struct Step {
        std::size_t taken = 0;       ///< so many bytes of the input are done with
        std::string_view body = {};  ///< the last of them, if they are bytes of the body
    };
    /// Takes bytes from the front of `data`, up to the end of a run of the body. Takes all of it, gives some of the body, or
    /// is done. After an error there is no way on.
    Checked<Step> step(std::string_view data);
    /// The body was complete.
    bool done() const noexcept { return state_ == State::done; }

private:
    enum class State : std::uint8_t {
        sized,      ///< bytes of a body with a Content-Length
        size,       ///< hexadecimal digits
        extension,  ///< what follows the digits, up to the carriage return
        size_end,   ///< the line feed
        chunk,      ///< bytes of a chunk
        chunk_cr,
        chunk_lf,
        trailer,  ///< a field after the last chunk, or the empty line
        trailer_lf,
        done,
    };

    Step take_run(std::string_view data, std::size_t at);
    Checked<void> take_byte(char c);
    Checked<void> take_digit(char c);
    Checked<void> end_size();
    Checked<void> take_trailer(char c);

    State state_ = State::size;
    std::uint64_t left_ = 0;   ///< of the chunk, or of the whole body
    std::uint64_t room_ = 0;   ///< what the limit leaves
    std::size_t digits_ = 0;   ///< of the size that is being read
    std::size_t line_ = 0;     ///< bytes of the line that is being read
    std::size_t trailer_ = 0;  ///< bytes of all trailers
    bool colon_ = false;       ///< the trailer has its colon
};

}  // namespace ventanilla::web
