#pragma once
// What waits to be written to one WebSocket peer, as finished bytes. No I/O.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <sys/uio.h>

#include "protocol/codes.hpp"
#include "web/socket.hpp"

namespace ventanilla::web {

/// First in, first out. Text frames share their bytes with other queues: only the header is our own, for a server's
/// frames are not masked.
class OutQueue {
public:
    /// As many buffers as one system call takes.
    static constexpr std::size_t most_buffers = 64;
    using Buffers = std::vector<iovec>;

    /// One whole text frame.
    void push_text(Bytes text);
    /// Finished bytes: the handshake, control frames.
    void push_raw(Bytes bytes);
    void push_ping();
    /// A close frame; `reason` is cut at 123 bytes, never inside a character.
    void push_close(protocol::Close code, std::string_view reason);

    /// Bytes waiting.
    std::size_t bytes() const noexcept { return bytes_; }
    bool empty() const noexcept { return bytes_ == 0; }
    /// Whether a text frame of `size` bytes still fits: what waits behind the first frame stays below `out_queue_bytes`.
    /// The first has its turn however long it is, for a desk of thousands has long lists. What the queue itself needs for
    /// each frame counts too, or thousands of tiny frames would cost many times the limit.
    bool fits(std::size_t size) const noexcept {
        if (empty()) return true;
        const auto behind = bytes_ - (chunks_[first_].size() - written_);
        return behind + size + sizeof(Chunk) * (chunks_.size() - first_) <= out_queue_bytes;
    }

    /// The next bytes to write, in order.
    void gather(Buffers& buffers) const;
    /// `written` bytes of what `gather` gave have left.
    void consume(std::size_t written);

    /// Forgets all frames but the one of which a part has left: what follows it is still a well-formed stream.
    void drop_unstarted();

private:
    struct Chunk {
        std::array<std::uint8_t, 10> head{};
        std::uint8_t head_size = 0;
        Bytes body;

        std::size_t size() const noexcept { return head_size + (body ? body->size() : 0); }
    };

    void push(Chunk chunk);

    std::vector<Chunk> chunks_;
    std::size_t first_ = 0;    ///< chunks before it have left
    std::size_t written_ = 0;  ///< of the first chunk
    std::size_t bytes_ = 0;
};

}  // namespace ventanilla::web
