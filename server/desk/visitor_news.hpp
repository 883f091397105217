#pragma once
// Consoles see that the visitor of a chat came, went or looks at another page.

#include <string>

namespace ventanilla::desk {

struct Desk;

/// Tells the consoles that follow the chat here how its visitor is; with none of them it costs nothing. Many visitors who
/// come and go at once, as when a proxy restarts, are read together.
void tell_visitor(Desk& desk, const std::string& chat, const std::string& visitor);

}  // namespace ventanilla::desk
