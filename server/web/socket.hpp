#pragma once
// A WebSocket as the rooms above see it: text frames in, text frames out, one end. What lies below (codec, buffers,
// event loop) is nobody else's business.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/codes.hpp"

namespace ventanilla::web {

/// A finished frame text, shared by all its recipients (the same type as protocol::Bytes).
using Bytes = std::shared_ptr<const std::string>;

/// What became of a frame that was handed to `Socket::send`.
enum class Push : std::uint8_t {
    queued,  ///< it stands in the out queue, behind what was sent before
    slow,    ///< the queue was full: the frame is lost and the socket is closing with 4513
    closed,  ///< the socket is closing or gone; the frame is dropped
};

/// Most bytes that may wait for one peer. Beyond it the peer is too slow (contract.md 2.7).
inline constexpr std::size_t out_queue_bytes = 256UL * 1024;

class Socket;

/// The owner of a socket hears of it through this. All calls come from the event loop, never from inside a call to
/// Socket, and one after the other: on_open, any number of on_frame and on_drain, on_gone. An exception closes the
/// socket with 4500.
class SocketEvents {
public:
    virtual ~SocketEvents() = default;

    /// The handshake is answered; frames may be sent from now on.
    virtual void on_open(std::shared_ptr<Socket> socket) = 0;

    /// One whole text message of valid UTF-8, at most limits::frame_bytes. `text` is valid during the call only.
    virtual void on_frame(std::string_view text) = 0;

    /// The out queue became empty.
    virtual void on_drain() = 0;

    /// Nothing more comes from or goes to this peer, whatever the cause, `close` by the owner included. Exactly once
    /// for each on_open. The events object is let go afterwards.
    virtual void on_gone() = 0;
};

/// One open WebSocket. Belongs to one event loop; no member may be called from another thread.
class Socket {
public:
    virtual ~Socket() = default;

    /// Queues one text frame. What gathers in one turn of the event loop leaves in one write.
    virtual Push send(Bytes text) = 0;

    /// Ends the socket: what is queued is still sent (not with Close::too_slow), then the close frame; the connection
    /// is torn down when the peer has answered, after a few seconds at most. `reason` is cut at 123 bytes. Later calls
    /// do nothing.
    virtual void close(protocol::Close code, std::string_view reason) = 0;

    /// Stops reading until `resume`; at most one frame that was already on its way is kept meanwhile.
    virtual void pause() = 0;
    virtual void resume() = 0;

    /// Bytes waiting to be written, frame headers included.
    virtual std::size_t queued_bytes() const = 0;

    /// The client's address (behind a trusted proxy the one that it forwarded), without a port.
    virtual const std::string& peer() const = 0;
};

}  // namespace ventanilla::web
