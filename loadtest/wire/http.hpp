#pragma once
// The few HTTP requests before the load: one at a time, waiting for each.

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "loadtest/wire/target.hpp"

namespace ventanilla::load {

struct HttpAnswer {
    int status = 0;
    std::string body;
};

/// One request on a connection of its own; `body` is JSON or "". The error is a sentence. Gives up after 30 s.
tl::expected<HttpAnswer, std::string> http(const Target& target, std::string_view method, std::string_view path,
                                           std::string_view body = {});

}  // namespace ventanilla::load
