#include "api/cookie.hpp"

#include <gtest/gtest.h>

namespace ventanilla::api {
namespace {

TEST(Cookie, IsOutOfReachOfScriptsAndOtherSites) {
    EXPECT_EQ(session_cookie("ventanilla_session", "abc", false),
              "ventanilla_session=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
}

TEST(Cookie, IsSecureUnderHttps) {
    EXPECT_EQ(session_cookie("__Host-ventanilla_session", "abc", true),
              "__Host-ventanilla_session=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure");
}

TEST(Cookie, IsTakenAwayWithTheAttributesItWasSetWith) {
    // A browser keeps a __Host- cookie that is cleared without Secure.
    EXPECT_EQ(cleared_cookie("__Host-ventanilla_session", true),
              "__Host-ventanilla_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
}

}  // namespace
}  // namespace ventanilla::api
