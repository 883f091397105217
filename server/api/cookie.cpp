#include "api/cookie.hpp"

#include <fmt/format.h>

namespace ventanilla::api {
namespace {

constexpr int kLife_s = 7 * 24 * 3600;

std::string cookie(std::string_view name, std::string_view value, int life_s, bool secure) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", name, value, life_s,
                       secure ? "; Secure" : "");
}

}  // namespace

std::string session_cookie(std::string_view name, std::string_view token, bool secure) {
    return cookie(name, token, kLife_s, secure);
}

std::string cleared_cookie(std::string_view name, bool secure) {
    return cookie(name, "", 0, secure);
}

}  // namespace ventanilla::api
