#pragma once
// Bodies that are too big to be held in memory: what a client sends, and what it is sent.

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "web/request_check.hpp"

namespace ventanilla::web {

/// The body of a request as it comes. Nothing is read from the client while nobody asks: that is the back-pressure.
class BodyStream {
public:
    /// The next bytes, good until the next call; none at the end. 413 if there are too many, 408 if the client is too slow,
    /// 400 if it is gone or what it sends is malformed; the same again whenever asked after that.
    virtual boost::asio::awaitable<Checked<std::string_view>> next() = 0;

protected:
    ~BodyStream() = default;
};

/// The body of an answer, read while the client takes it.
class BodySource {
public:
    virtual ~BodySource() = default;
    virtual std::uint64_t size() const noexcept = 0;
    /// The next bytes, good until the next call; nothing if they cannot be had: then the connection is cut, for its head
    /// has promised them. Asked until there were `size` bytes.
    virtual boost::asio::awaitable<std::optional<std::string_view>> next() = 0;
};

}  // namespace ventanilla::web
