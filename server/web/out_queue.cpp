#include "web/out_queue.hpp"

#include <algorithm>
#include <string>

namespace ventanilla::web {
namespace {

constexpr std::uint8_t final_text = 0x81;
constexpr std::uint8_t final_close = 0x88;
constexpr std::uint8_t final_ping = 0x89;
constexpr std::size_t longest_reason = 123;

/// Writes the header of an unmasked frame (RFC 6455, 5.2); its size.
std::uint8_t write_head(std::array<std::uint8_t, 10>& head, std::uint8_t first, std::size_t size) {
    head[0] = first;
    if (size < 126) {
        head[1] = static_cast<std::uint8_t>(size);
        return 2;
    }
    const std::uint8_t width = size < 65536 ? 2 : 8;
    head[1] = width == 2 ? 126 : 127;
    for (std::uint8_t i = 0; i < width; ++i) {
        head[static_cast<std::size_t>(2) + i] = static_cast<std::uint8_t>(size >> (8 * (width - 1 - i)));
    }
    return static_cast<std::uint8_t>(2 + width);
}

}  // namespace

void OutQueue::push(Chunk chunk) {
    bytes_ += chunk.size();
    chunks_.push_back(std::move(chunk));
}

void OutQueue::push_text(Bytes text) {
    Chunk chunk;
    chunk.head_size = write_head(chunk.head, final_text, text->size());
    chunk.body = std::move(text);
    push(std::move(chunk));
}

void OutQueue::push_raw(Bytes bytes) {
    if (bytes->empty()) return;
    Chunk chunk;
    chunk.body = std::move(bytes);
    push(std::move(chunk));
}

void OutQueue::push_ping() {
    Chunk chunk;
    chunk.head_size = write_head(chunk.head, final_ping, 0);
    push(std::move(chunk));
}

void OutQueue::push_close(protocol::Close code, std::string_view reason) {
    if (reason.size() > longest_reason) {
        std::size_t end = longest_reason;
        while (end > 0 && (static_cast<std::uint8_t>(reason[end]) & 0xc0) == 0x80) --end;
        reason = reason.substr(0, end);
    }
    const auto number = static_cast<std::uint16_t>(code);
    std::string body{static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
    body += reason;
    Chunk chunk;
    chunk.head_size = write_head(chunk.head, final_close, body.size());
    chunk.body = std::make_shared<const std::string>(std::move(body));
    push(std::move(chunk));
}

void OutQueue::gather(Buffers& buffers) const {
    buffers.clear();
    std::size_t skip = written_;
    const auto add = [&](const void* data, std::size_t size) {
        const auto skipped = std::min(skip, size);
        skip -= skipped;
        // sendmsg only reads, though iovec cannot say so.
        auto* const begin = const_cast<char*>(static_cast<const char*>(data) + skipped);
        if (size > skipped) buffers.push_back({begin, size - skipped});
    };
    for (std::size_t i = first_; i < chunks_.size() && buffers.size() + 2 <= most_buffers; ++i) {
        const auto& chunk = chunks_[i];
        add(chunk.head.data(), chunk.head_size);
        if (chunk.body) add(chunk.body->data(), chunk.body->size());
    }
}

void OutQueue::consume(std::size_t written) {
    bytes_ -= written;
    written_ += written;
    while (first_ < chunks_.size() && written_ >= chunks_[first_].size()) {
        written_ -= chunks_[first_].size();
        chunks_[first_].body.reset();
        ++first_;
    }
    if (first_ == chunks_.size()) {
        // Most sockets are idle most of the time: their queue keeps no memory.
        chunks_ = {};
        first_ = 0;
    } else if (first_ >= most_buffers) {
        chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
}

void OutQueue::drop_unstarted() {
    const std::size_t keep = written_ > 0 ? first_ + 1 : first_;
    while (chunks_.size() > keep) {
        bytes_ -= chunks_.back().size();
        chunks_.pop_back();
    }
}

}  // namespace ventanilla::web
