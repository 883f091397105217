#pragma once
// The one check of e-mail addresses, shared by sockets, forms and the command line (protocol.md 3.2).

#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::protocol {

/// `text` without outer blanks if it is exactly one addr-spec with a dotted domain, at most 254 code points; nothing
/// for display names, lists, quotes, comments, control characters or address literals. Letters beyond ASCII are
/// allowed (RFC 6531). The spelling is kept, upper case too.
std::optional<std::string> parse_email(std::string_view text);

}  // namespace ventanilla::protocol
