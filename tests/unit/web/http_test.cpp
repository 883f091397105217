#include "web/http.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "web/http_write.hpp"
#include "web/router.hpp"
#include "web/static_files.hpp"

namespace ventanilla::web {
namespace {

using protocol::Code;
using protocol::Locale;

TEST(Language, BestOfSpanishAndEnglish) {
    EXPECT_EQ(best_language("", Locale::es_mx), Locale::es_mx);
    EXPECT_EQ(best_language("fr, de;q=0.9", Locale::en), Locale::en);
    EXPECT_EQ(best_language("en-US,en;q=0.9,es;q=0.8", Locale::es_mx), Locale::en);
    EXPECT_EQ(best_language("en;q=0.3, es-ES;q=0.7", Locale::en), Locale::es_mx);
    EXPECT_EQ(best_language("fr, EN ; q=0.1", Locale::es_mx), Locale::en);
    EXPECT_EQ(best_language("en;q=0, *", Locale::es_mx), Locale::es_mx);
    EXPECT_EQ(best_language("en;q=nonsense", Locale::es_mx), Locale::es_mx);
    EXPECT_EQ(best_language(",,;;q=,", Locale::es_mx), Locale::es_mx);
    EXPECT_EQ(best_language("english", Locale::es_mx), Locale::es_mx);
}

TEST(Cookies, AreSplit) {
    EXPECT_EQ(parse_cookies({{"cookie", "a=1; b=\"two\";c=;=x; d"}, {"cookie", "e=5=6"}}),
              (Pairs{{"a", "1"}, {"b", "two"}, {"c", ""}, {"e", "5=6"}}));
}

TEST(Bearer, SchemeInAnyCase) {
    Request request;
    EXPECT_FALSE(request.bearer());
    for (const auto* value : {"Bearer abc", "bearer abc", "BEARER   abc"}) {
        request.headers = {{"authorization", value}};
        EXPECT_EQ(request.bearer(), "abc");
    }
    for (const auto* value : {"Basic abc", "Bearer", "Bearer ", "Bearerabc"}) {
        request.headers = {{"authorization", value}};
        EXPECT_FALSE(request.bearer()) << value;
    }
}

TEST(Problem, StatusOfEachCode) {
    const std::vector<std::pair<Code, unsigned>> table = {
        {Code::bad_json, 400},  {Code::bad_field, 422},   {Code::unauthenticated, 401}, {Code::forbidden, 403},
        {Code::not_found, 404}, {Code::offline, 409},     {Code::chat_closed, 409},     {Code::client_id_reuse, 409},
        {Code::slow_down, 429}, {Code::unavailable, 503},
    };
    for (const auto& [code, status] : table) {
        const auto response = problem(protocol::Error{code}, Locale::en);
        EXPECT_EQ(response.status, status);
        EXPECT_EQ(find(response.headers, "content-type"), "application/problem+json");
        const auto body = nlohmann::json::parse(response.body);
        EXPECT_EQ(body["code"], protocol::to_string(code));
        EXPECT_EQ(body["status"], status);
        EXPECT_NE(body["detail"], "");
    }
}

TEST(Problem, FormErrorsAndRetry) {
    const auto form = problem(protocol::Error{Code::bad_field, "email"}, Locale::es_mx,
                              {{"email", "invalid", "Revise su correo"}, {"rfc", "required", "Falta el RFC"}});
    const auto body = nlohmann::json::parse(form.body);
    EXPECT_EQ(body["errors"].size(), 2U);
    EXPECT_EQ(body["detail"], body["errors"][0]["message"]) << "in the words of its field, which know its limits";
    EXPECT_EQ(body["errors"][1]["field"], "rfc");
    EXPECT_EQ(body["field"], "email");
    const auto later = problem(protocol::Error{Code::slow_down, "", 1500}, Locale::en);
    EXPECT_EQ(find(later.headers, "retry-after"), "2") << "seconds, rounded up";
}

TEST(CrossSite, WhatTheSessionNeeds) {
    Request request;
    request.verb = "GET";
    EXPECT_FALSE(refuse_cross_site(request));
    request.verb = "POST";
    EXPECT_EQ(refuse_cross_site(request)->status, 415U);
    request.headers = {{"content-type", "Application/JSON; charset=utf-8"}};
    EXPECT_FALSE(refuse_cross_site(request));
    request.origin = "https://www.fel.mx";
    EXPECT_EQ(refuse_cross_site(request)->status, 403U);
    request.own_origin = true;
    EXPECT_FALSE(refuse_cross_site(request));
    request.headers = {{"content-type", "multipart/form-data; boundary=x"}};
    EXPECT_EQ(refuse_cross_site(request)->status, 415U);
    request.headers.emplace_back("x-ventanilla", "1");
    EXPECT_FALSE(refuse_cross_site(request));
}

TEST(ResponseHead, CarriesTheSecurityHeadersAndNothingSmuggled) {
    Response response;
    response.body = "abc";
    response.set("x-bad", "a\r\nSet-Cookie: evil=1").set("referrer-policy", "no-referrer");
    const auto head = response_head(response, {"desk", "today", false});
    for (const auto* part : {"HTTP/1.1 200 OK\r\n", "Content-Length: 3\r\n", "nosniff", "frame-ancestors 'none'",
                             "cache-control: no-store", "Connection: close", "referrer-policy: no-referrer"}) {
        EXPECT_NE(head.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(head.find("evil"), std::string::npos);
    EXPECT_EQ(head.find("unsafe-inline"), std::string::npos);
    EXPECT_EQ(head.find("strict-origin"), std::string::npos) << "what the handler set stands alone";
    EXPECT_EQ(response_head(no_content(), {"desk", "today", true}).find("Content-Length"), std::string::npos);
}

TEST(Router, ExactBeforeParameter) {
    Router router;
    const auto handler = [](Request) -> boost::asio::awaitable<Response> { co_return Response{}; };
    router.add("GET", "/chats/{id}", handler);
    router.add("GET", "/chats/mine", handler);
    router.add("POST", "/chats/{id}", handler);
    router.add("GET", "/", handler);
    EXPECT_THROW(router.add("GET", "/", handler), std::logic_error);
    EXPECT_EQ(router.find("GET", "/chats/mine").route->segments[1], "mine");
    EXPECT_EQ(router.find("GET", "/chats/c_1").params, (Pairs{{"id", "c_1"}}));
    EXPECT_EQ(router.find("POST", "/chats/mine").params, (Pairs{{"id", "mine"}}));
    EXPECT_NE(router.find("HEAD", "/").route, nullptr);
    const auto wrong = router.find("PUT", "/chats/c_1");
    EXPECT_EQ(wrong.route, nullptr);
    EXPECT_EQ(wrong.allow, "GET, HEAD, POST, OPTIONS");
    for (const auto* path : {"/chats", "/chats/", "/chats/a/b", "//", "/Chats/mine", ""}) {
        const auto none = router.find("GET", path);
        if (std::string_view(path).empty()) continue;
        EXPECT_EQ(none.route, nullptr) << path;
        EXPECT_EQ(none.allow, "");
    }
}

TEST(StaticFiles, CompressionTagsAndCaching) {
    const Asset page{"index.html", "plain", "zipped", "\"abc\""};
    Request request;
    auto plain = asset_response(request, page);
    EXPECT_EQ(plain.embedded, "plain");
    EXPECT_EQ(find(plain.headers, "etag"), "\"abc\"");
    EXPECT_EQ(find(plain.headers, "cache-control"), "no-cache");
    EXPECT_EQ(find(plain.headers, "content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(find(plain.headers, "vary"), "Accept-Encoding");
    for (const auto* accepted : {"gzip", "br, GZIP;q=0.5", "*", "gzip;q=1.0, identity; q=0.5"}) {
        request.headers = {{"accept-encoding", accepted}};
        EXPECT_EQ(asset_response(request, page).embedded, "zipped") << accepted;
    }
    for (const auto* accepted : {"br", "gzip;q=0", "gzip; q=0.000", "identity", "*;q=0", ""}) {
        request.headers = {{"accept-encoding", accepted}};
        EXPECT_EQ(asset_response(request, page).embedded, "plain") << accepted;
    }
    for (const auto* known : {"\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"}) {
        request.headers = {{"if-none-match", known}};
        EXPECT_EQ(asset_response(request, page).status, 304U) << known;
    }
    request.headers = {{"if-none-match", "\"abc\""}, {"accept-encoding", "gzip"}};
    EXPECT_EQ(asset_response(request, page).status, 200U) << "another form has another tag";
    const Asset hashed{"assets/console-3f9a1c02.js", "x", "", "\"1\""};
    EXPECT_EQ(find(asset_response({}, hashed).headers, "cache-control"), "public, max-age=31536000, immutable");
    const Asset named{"assets/agent-console.js", "x", "", "\"1\""};
    EXPECT_EQ(find(asset_response({}, named).headers, "cache-control"), "no-cache");
}

}  // namespace
}  // namespace ventanilla::web
