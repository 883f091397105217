#include "web/multipart.hpp"

#include <algorithm>
#include <utility>

#include "web/header_value.hpp"

namespace ventanilla::web {
namespace {

tl::unexpected<Bad> bad(std::string_view why, unsigned status = 400) {
    return tl::unexpected<Bad>(Bad{status, why});
}

/// RFC 2046: 1 to 70 of these; a blank may not be the last.
bool is_boundary(std::string_view text) noexcept {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= 70 && text.back() != ' ' && std::all_of(text.begin(), text.end(), fits);
}

Checked<void> read_disposition(std::string_view value, PartHead& head) {
    const auto parsed = parse_header_value(value);
    if (!parsed || parsed->value != "form-data") return bad("a part's Content-Disposition is not form-data");
    const auto name = find(parsed->parameters, "name");
    if (!name || name->empty()) return bad("a part without a name");
    head.name = form_escapes(*name);
    if (const auto file_name = find(parsed->parameters, "filename")) head.file_name = form_escapes(*file_name);
    if (const auto extended = find(parsed->parameters, "filename*")) {
        auto decoded = decode_extended(*extended);
        if (!decoded) return bad("a part's filename* is malformed");
        head.file_name = std::move(*decoded);
    }
    return {};
}

Checked<void> read_field(std::string_view name, std::string_view value, PartHead& head) {
    if (name == "content-disposition") {
        if (!head.name.empty()) return bad("a part with two Content-Disposition");
        return read_disposition(value, head);
    }
    if (name == "content-type") {
        if (!head.media_type.empty()) return bad("a part with two Content-Type");
        head.media_type = lower(value.substr(0, value.find(';')));
        while (head.media_type.ends_with(' ') || head.media_type.ends_with('\t')) head.media_type.pop_back();
        return {};
    }
    if (name == "content-transfer-encoding") {
        // RFC 7578 has done away with encodings: undecoded, the bytes would not be the file's.
        const auto encoding = lower(value);
        if (encoding != "binary" && encoding != "8bit" && encoding != "7bit") return bad("an encoded part");
    }
    return {};
}

}  // namespace

Checked<PartHead> parse_part_head(std::string_view lines) {
    PartHead head;
    while (!lines.empty()) {
        const auto end = lines.find("\r\n");
        if (end == std::string_view::npos) return bad("a line of a part's head without an end");
        const auto field = split_field(lines.substr(0, end));
        lines.remove_prefix(end + 2);
        if (!field) return bad("malformed head of a part");
        if (auto read = read_field(field->first, field->second, head); !read) return tl::unexpected<Bad>(read.error());
    }
    if (head.name.empty()) return bad("a part without Content-Disposition");
    return head;
}

Checked<MultipartReader> MultipartReader::open(std::string_view content_type) {
    const auto parsed = parse_header_value(content_type);
    if (!parsed || parsed->value != "multipart/form-data") return bad("expected multipart/form-data", 415);
    const auto boundary = find(parsed->parameters, "boundary");
    if (!boundary || !is_boundary(*boundary)) return bad("the boundary is missing or malformed");
    return MultipartReader(*boundary);
}

// The first delimiter may stand at the very beginning: as if a line had ended before it.
MultipartReader::MultipartReader(std::string_view boundary)
    : delimiter_("\r\n--" + std::string(boundary)), matched_(2) {}

Checked<void> MultipartReader::feed(std::string_view bytes, Sink& sink) {
    while (!bytes.empty()) {
        if (state_ == State::epilogue) return {};
        if (state_ == State::data || state_ == State::preamble) {
            const auto taken = take_run(bytes, sink);
            if (!taken) return tl::unexpected<Bad>(taken.error());
            bytes.remove_prefix(*taken);
        } else {
            if (auto taken = take_byte(bytes.front(), sink); !taken) return taken;
            bytes.remove_prefix(1);
        }
    }
    return {};
}

/// Takes bytes up to the end of a delimiter, or all. A delimiter begins with the only carriage return in it, so where a
/// match breaks off it can begin anew with the present byte only.
Checked<std::size_t> MultipartReader::take_run(std::string_view bytes, Sink& sink) {
    std::size_t run = 0;  // where the bytes begin that are not told of yet
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (matched_ == 0) {
            const auto next = std::min(bytes.find('\r', at), bytes.size());
            at = next;
            if (at == bytes.size()) break;
        }
        if (bytes[at] == delimiter_[matched_]) {
            if (matched_ == 0) {
                emit(bytes.substr(run, at - run), sink);
                run = at;
            }
            ++at;
            run = at;
            if (++matched_ < delimiter_.size()) continue;
            matched_ = 0;
            if (state_ == State::data) sink.on_part_end();
            state_ = State::after;
            return at;
        }
        // What looked like a delimiter was not one: it is content, and came before `run`.
        emit(std::string_view(delimiter_).substr(0, std::exchange(matched_, 0)), sink);
    }
    emit(bytes.substr(run), sink);
    if (preamble_ > preamble_limit) return bad("the body does not begin with its boundary");
    return bytes.size();
}

void MultipartReader::emit(std::string_view bytes, Sink& sink) {
    if (bytes.empty()) return;
    if (state_ == State::data) {
        sink.on_data(bytes);
    } else {
        preamble_ += bytes.size();
    }
}

Checked<void> MultipartReader::take_byte(char c, Sink& sink) {
    switch (state_) {
        case State::after:
            if (c == '-') {
                state_ = State::dash;
                return {};
            }
            state_ = State::padding;
            [[fallthrough]];
        case State::padding:
            if (c == '\r') {
                state_ = State::line_feed;
            } else if (c != ' ' && c != '\t') {
                return bad("text behind a boundary");
            }
            return {};
        case State::dash:
            if (c != '-') return bad("text behind a boundary");
            state_ = State::epilogue;
            return {};
        case State::line_feed:
            if (c != '\n') return bad("carriage return without line feed");
            if (++parts_ > parts_limit) return bad("too many parts");
            head_.clear();
            state_ = State::head;
            return {};
        default: return take_head(c, sink);
    }
}

Checked<void> MultipartReader::take_head(char c, Sink& sink) {
    if (c == '\n' && (head_.empty() || head_.back() != '\r')) return bad("line feed without carriage return");
    if (c != '\n' && !head_.empty() && head_.back() == '\r') return bad("carriage return without line feed");
    head_ += c;
    if (head_.size() > head_limit) return bad("the head of a part is too long");
    const bool ended = head_ == "\r\n" || head_.ends_with("\r\n\r\n");
    if (!ended) return {};
    auto parsed = parse_part_head(std::string_view(head_).substr(0, head_.size() - 2));
    if (!parsed) return tl::unexpected<Bad>(parsed.error());
    sink.on_part(std::move(*parsed));
    state_ = State::data;
    return {};
}

}  // namespace ventanilla::web
