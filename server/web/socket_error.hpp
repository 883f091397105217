#pragma once
// What a call of the kernel on a socket ended with. Internal to this room.

#include <cerrno>

#include <boost/system/error_code.hpp>

namespace ventanilla::web {

inline boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

/// Nothing is wrong: there is nothing to read, or no room to write, just now.
inline bool is_only_busy(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace ventanilla::web
