#pragma once
// The `message` of an error: for people, in their language, saying what to do.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/codes.hpp"
#include "protocol/words.hpp"

namespace ventanilla::protocol {

/// A friendly sentence for `code`; `field` (dotted, may be "") makes the one of bad_field precise. es-MX speaks to
/// people as "usted". What a visitor could do next is of no use to an agent: `reader` is who reads it.
std::string message_for(Code code, std::string_view field, Locale locale, Role reader = Role::visitor);

/// The same for an error, with the time to wait where it has one.
std::string message_for(const Error& error, Locale locale, Role reader = Role::visitor);

}  // namespace ventanilla::protocol
