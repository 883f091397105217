#include "web/body_decoder.hpp"

#include <algorithm>

#include "protocol/limits.hpp"

namespace ventanilla::web {
namespace {

/// Extensions mean nothing here; nobody needs more than this.
constexpr std::size_t extension_limit = 256;
constexpr std::size_t digits_limit = 16;

tl::unexpected<Bad> bad(std::string_view why, unsigned status = 400) {
    return tl::unexpected<Bad>(Bad{status, why});
}

bool is_control(char c) noexcept {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

BodyDecoder::BodyDecoder(const Framing& framing, std::uint64_t limit) : room_(limit) {
    if (framing.chunked) return;
    left_ = framing.length;
    state_ = left_ == 0 ? State::done : State::sized;
}

Checked<BodyDecoder::Step> BodyDecoder::step(std::string_view data) {
    if (state_ == State::sized && left_ > room_) return bad("the body is too large", 413);
    std::size_t at = 0;
    while (at < data.size() && state_ != State::done) {
        if (state_ == State::sized || state_ == State::chunk) return take_run(data, at);
        if (auto taken = take_byte(data[at]); !taken) return tl::unexpected<Bad>(taken.error());
        ++at;
    }
    return Step{at, {}};
}

BodyDecoder::Step BodyDecoder::take_run(std::string_view data, std::size_t at) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, data.size() - at));
    left_ -= size;
    room_ -= size;
    if (left_ == 0) state_ = state_ == State::sized ? State::done : State::chunk_cr;
    return {at + size, data.substr(at, size)};
}

Checked<void> BodyDecoder::take_byte(char c) {
    switch (state_) {
        case State::size: return take_digit(c);
        case State::extension:
            if (c == '\r') {
                state_ = State::size_end;
            } else if (is_control(c)) {
                return bad("control character in a chunk's header");
            } else if (++line_ > extension_limit) {
                return bad("a chunk's extension is too long");
            }
            return {};
        case State::size_end: return c == '\n' ? end_size() : bad("carriage return without line feed");
        case State::chunk_cr:
            if (c != '\r') return bad("a chunk is longer than its size");
            state_ = State::chunk_lf;
            return {};
        case State::chunk_lf:
            if (c != '\n') return bad("carriage return without line feed");
            state_ = State::size;
            return {};
        default: return take_trailer(c);
    }
}

Checked<void> BodyDecoder::take_digit(char c) {
    if (const int value = hex_value(c); value >= 0) {
        if (++digits_ > digits_limit) return bad("a chunk's size has too many digits");
        left_ = left_ * 16 + static_cast<std::uint64_t>(value);
        return {};
    }
    if (digits_ == 0) return bad("a chunk's size is not a hexadecimal number");
    if (c == '\r') {
        state_ = State::size_end;
    } else if (c == ';' || c == ' ' || c == '\t') {
        line_ = 0;
        state_ = State::extension;
    } else {
        return bad("a chunk's size is not a hexadecimal number");
    }
    return {};
}

Checked<void> BodyDecoder::end_size() {
    digits_ = 0;
    if (left_ > room_) return bad("the body is too large", 413);
    line_ = 0;
    state_ = left_ == 0 ? State::trailer : State::chunk;
    return {};
}

Checked<void> BodyDecoder::take_trailer(char c) {
    if (++trailer_ > protocol::limits::http_head_bytes) return bad("the trailers are too long");
    if (state_ == State::trailer_lf) {
        if (c != '\n') return bad("carriage return without line feed");
        if (line_ > 0 && !colon_) return bad("trailer without a colon");
        state_ = line_ == 0 ? State::done : State::trailer;
        line_ = 0;
        colon_ = false;
    } else if (c == '\r') {
        state_ = State::trailer_lf;
    } else if (is_control(c)) {
        return bad("control character in a trailer");
    } else {
        if (line_ == 0 && (c == ':' || c == ' ' || c == '\t')) return bad("malformed name of a trailer");
        ++line_;
        colon_ = colon_ || c == ':';
    }
    return {};
}

}  // namespace ventanilla::web
