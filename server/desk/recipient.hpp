#pragma once
// Whom the hub can tell something: one open connection, seen from below.

#include <cstdint>
#include <string_view>

#include "protocol/codes.hpp"
#include "protocol/encode.hpp"

namespace ventanilla::desk {

/// A connection that has said hello. Sessions implement it; nothing else of them is known here.
class Recipient {
public:
    virtual ~Recipient() = default;
    /// Queues one finished frame.
    virtual void push(const protocol::Bytes& frame) = 0;
    /// So much is queued that a catch-up should wait for the socket to drain.
    virtual bool congested() const = 0;
    /// Ends the connection.
    virtual void end(protocol::Close code, std::string_view reason) = 0;
};

}  // namespace ventanilla::desk
