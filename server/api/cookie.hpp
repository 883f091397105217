#pragma once
// The session cookie (protocol.md 3.6). Pure.

#include <string>
#include <string_view>

namespace ventanilla::api {

/// The value of Set-Cookie that gives a browser its session, for as long as a session can live: 7 days.
std::string session_cookie(std::string_view name, std::string_view token, bool secure);

/// The value of Set-Cookie that takes the session away again.
std::string cleared_cookie(std::string_view name, bool secure);

}  // namespace ventanilla::api
