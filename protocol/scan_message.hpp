#pragma once
// message.send is nearly all that comes in at a busy desk, so its usual form is read without building a tree.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/decode.hpp"

namespace ventanilla::protocol {

/// The request in a message.send that has a text and nothing out of the ordinary: the members of the contract, each once,
/// all of them good, their strings with no other escapes than \" \\ \b \f \n \r \t. Nothing for every other frame, be it
/// good or not: the general decoder judges those, and would give the same request for these.
std::optional<Incoming<MessageSend>> scan_message(std::string_view frame, std::int64_t last_id);

}  // namespace ventanilla::protocol
