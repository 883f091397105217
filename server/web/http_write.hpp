#pragma once
// A response as bytes. Internal to this room.

#include <string>
#include <string_view>

#include "web/http.hpp"

namespace ventanilla::web {

/// How a response leaves, beside what its handler said.
struct WriteOptions {
    std::string_view server_name;
    std::string_view date;
    bool keep_alive = true;
};

/// Whether a response of this status has a body at all.
bool may_have_body(unsigned status) noexcept;

/// The head of `response` with its empty line. Adds what every answer carries: security headers, no-store unless the
/// handler chose, the length of the body.
std::string response_head(const Response& response, const WriteOptions& options);

/// The bytes that follow it (not for HEAD), unless they come from a BodySource.
std::string_view response_body(const Response& response) noexcept;

}  // namespace ventanilla::web
