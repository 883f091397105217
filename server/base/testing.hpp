#pragma once
// What tests may do to a server from inside. In `ventanilla` all of it is empty and compiles to nothing; the program
// `ventanilla_testing` (tests/support/testing) has the same objects but for the few files that use this.

#include <string>
#include <string_view>

namespace ventanilla::testing {

#ifdef VENTANILLA_TESTING
/// A point between two steps, where the test may have asked for a SIGKILL.
void crash_point(std::string_view side, std::string_view step);
/// Added to the function library: another text, so another release in the eyes of Redis.
std::string library_salt();
#else
inline void crash_point(std::string_view /*side*/, std::string_view /*step*/) {}
inline std::string library_salt() {
    return {};
}
#endif

}  // namespace ventanilla::testing
