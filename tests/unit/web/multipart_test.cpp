// Forms with files, however the bytes come.

#include <gtest/gtest.h>

#include <random>

#include "web/multipart.hpp"

namespace ventanilla::web {
namespace {

using namespace std::string_literals;

class Recorder final : public MultipartReader::Sink {
public:
    struct Part {
        PartHead head;
        std::string data;
        bool ended = false;
        bool operator==(const Part&) const = default;
    };
    void on_part(PartHead head) override {
        EXPECT_TRUE(parts.empty() || parts.back().ended);
        parts.push_back({std::move(head), {}, false});
    }
    void on_data(std::string_view bytes) override {
        ASSERT_FALSE(parts.empty() || parts.back().ended);
        parts.back().data += bytes;
    }
    void on_part_end() override { parts.back().ended = true; }

    std::vector<Part> parts;
};

struct Outcome {
    std::vector<Recorder::Part> parts;
    bool complete = false;
    std::string_view refused;  ///< why; "" if it was not

    bool operator==(const Outcome&) const = default;
};

template <typename Piece>
Outcome read(std::string_view bytes, Piece piece, std::string_view boundary = "XyZ") {
    auto reader = MultipartReader::open("multipart/form-data; boundary=" + std::string(boundary)).value();
    Recorder recorder;
    Outcome outcome;
    while (!bytes.empty() && outcome.refused.empty()) {
        const auto part = bytes.substr(0, piece());
        bytes.remove_prefix(part.size());
        if (const auto fed = reader.feed(part, recorder); !fed) outcome.refused = fed.error().why;
    }
    outcome.parts = recorder.parts;
    outcome.complete = reader.complete();
    return outcome;
}

Outcome read_whole(std::string_view bytes) {
    const auto whole = read(bytes, [] { return std::string_view::npos; });
    const auto bitwise = read(bytes, [] { return std::size_t{1}; });
    EXPECT_EQ(whole.refused, bitwise.refused) << bytes;
    EXPECT_EQ(whole.complete, bitwise.complete) << bytes;
    EXPECT_TRUE(!whole.refused.empty() || whole.parts == bitwise.parts) << bytes;
    return whole;
}

/// One part with this Content-Disposition.
Outcome read_named(const std::string& disposition) {
    return read_whole("--XyZ\r\nContent-Disposition: " + disposition + "\r\n\r\nx\r\n--XyZ--\r\n");
}

std::string name_of(const std::string& disposition) {
    const auto outcome = read_named(disposition);
    if (outcome.parts.empty()) return "refused: " + std::string(outcome.refused);
    return outcome.parts[0].head.file_name.value_or("none");
}

TEST(Multipart, ReadsWhatBrowsersSend) {
    const auto outcome = read_whole(
        "--XyZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhola\r\n"
        "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b.txt\"\r\nContent-Type: Text/Plain; "
        "a=b\r\n\r\n"
        "one\r\n--XyY\r\n\r\n-\r\n--XyZ\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--XyZ--\r\n");
    EXPECT_EQ(outcome.refused, "");
    EXPECT_TRUE(outcome.complete);
    const std::vector<Recorder::Part> expected = {
        {{"note", std::nullopt, ""}, "hola", true},
        {{"file", "a b.txt", "text/plain"}, "one\r\n--XyY\r\n\r\n-", true},
        {{"empty", std::nullopt, ""}, "", true},
    };
    EXPECT_EQ(outcome.parts, expected);
}

TEST(Multipart, PreambleEpilogueAndPaddingMeanNothing) {
    const auto outcome = read_whole(
        "some words\r\n--XyZ \t\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--XyZ--anything\r\n--XyZ\r\n");
    EXPECT_EQ(outcome.refused, "");
    EXPECT_TRUE(outcome.complete);
    ASSERT_EQ(outcome.parts.size(), 1U);
    EXPECT_EQ(outcome.parts[0].data, "x");
    EXPECT_TRUE(read_whole("--XyZ--").complete) << "a form without a part";
}

TEST(Multipart, WhatLooksLikeABoundaryIsContent) {
    for (const std::string data : {"\r", "\r\n", "\r\r\n-", "\r\n--", "\r\n--Xy", "\r\n--Xy\r\n--Xyz", "--XyZ",
                                   "\n--XyZ", "\r--XyZ", "\r\n-\r\n--\r\n---XyZ", "a\r\n\r\n--X\r\r\n"}) {
        const auto outcome =
            read_whole("--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n" + data + "\r\n--XyZ--");
        ASSERT_TRUE(outcome.complete) << data;
        ASSERT_EQ(outcome.parts.size(), 1U) << data;
        EXPECT_EQ(outcome.parts[0].data, data);
    }
}

TEST(Multipart, NamesOfFiles) {
    EXPECT_EQ(name_of(R"(form-data; name="a")"), "none");
    EXPECT_EQ(name_of(R"(form-data; name="a"; filename="")"), "");
    EXPECT_EQ(name_of(R"(form-data;name=a;filename=b.txt)"), "b.txt");
    EXPECT_EQ(name_of(R"(FORM-DATA ; Name="a" ; FileName="b;c=\"d\".txt";)"), R"(b;c="d".txt)");
    EXPECT_EQ(name_of(R"(form-data; name="a"; filename="C:\dir\b.txt")"), R"(C:\dir\b.txt)");
    EXPECT_EQ(name_of(R"(form-data; name="a"; filename="%22%0d%0A%41")"), "\"\r\n%41") << "as browsers escape, no more";
    EXPECT_EQ(name_of("form-data; name=\"a\"; filename=\"ñandú.png\""), "ñandú.png");
    EXPECT_EQ(name_of("form-data; name=a; filename=\"plain\"; filename*=UTF-8''%c3%B1%20x"), "ñ x");
    EXPECT_EQ(name_of("form-data; name=a; filename*=utf-8'es'x"), "x");
    EXPECT_EQ(read_named(R"(form-data; name="caf%22")").parts.at(0).head.name, "caf\"");
}

TEST(Multipart, RefusesBadHeads) {
    for (const std::string disposition : {"form-data",
                                          "attachment; name=a",
                                          "form-data; name=\"\"",
                                          "form-data; name",
                                          "form-data; name=a; name=b",
                                          "form-data; name=a; filename=x; FILENAME=y",
                                          "form-data; name=\"a",
                                          "form-data; name=\"a\"b",
                                          "form-data; =a",
                                          "form-data; name=",
                                          "form-data; name=a; filename*=latin-1''x",
                                          "form-data; name=a; filename*=x",
                                          "form-data; name=a; filename*=UTF-8''%zz",
                                          "form-data; name=a; filename*=UTF-8''%ff",
                                          "form-data; name=a; filename*=UTF-8''%00",
                                          "form-data; name=a\r\nContent-Disposition: form-data; name=b",
                                          "form-data; name=a\r\nContent-Transfer-Encoding: base64",
                                          "form-data; name=a\r\nContent-Type: a/b\r\ncontent-type: c/d",
                                          "form-data; name=a\r\n folded: x",
                                          "form-data; name=a\r\nno colon",
                                          "form-data; name=a\r\n: x",
                                          "form-data;\r\n name=a"}) {
        EXPECT_NE(read_named(disposition).refused, "") << disposition;
    }
    EXPECT_NE(read_named("form-data; name=\"a\0b\""s).refused, "");
    EXPECT_NE(read_named("form-data; name=a; x=" + std::string(4096, 'x')).refused, "");
    EXPECT_EQ(read_named("form-data; name=a\r\nContent-Transfer-Encoding: Binary\r\nX-More: 1").refused, "");
}

TEST(Multipart, RefusesBrokenForms) {
    const std::string part = "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
    for (const std::string& bytes :
         {part + "--XyZ-x", part + "--XyZx", part + "--XyZ\n", "--XyZ\r\n\r\nno head\r\n--XyZ--"s,
          std::string("--XyZ\r\nContent-Disposition: form-data; name=a\n\nx"),
          std::string("--XyZ\r\nContent-Disposition: form-data\r; name=a\r\n\r\nx"), std::string(1100, 'p'),
          "--XyZ\rx"s}) {
        EXPECT_NE(read_whole(bytes).refused, "") << bytes.substr(0, 80);
    }
    std::string many;
    for (std::size_t i = 0; i <= MultipartReader::parts_limit; ++i) many += part;
    EXPECT_EQ(read_whole(many).refused, "too many parts");
    for (const std::string& bytes :
         {std::string(), part, part + "--XyZ", part + "--XyZ-", "--XyZ\r\nContent-Disposi"s}) {
        EXPECT_EQ(read_whole(bytes).refused, "");
        EXPECT_FALSE(read_whole(bytes).complete) << bytes;
    }
}

TEST(Multipart, TheContentTypeSaysTheBoundary) {
    const auto status = [](std::string_view type) {
        const auto reader = MultipartReader::open(type);
        return reader ? 0U : reader.error().status;
    };
    EXPECT_EQ(status("multipart/form-data; boundary=----WebKitFormBoundaryAbC"), 0U);
    EXPECT_EQ(status("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b'()+_,-./:=?c\""), 0U);
    EXPECT_EQ(status(""), 415U);
    EXPECT_EQ(status("application/json"), 415U);
    EXPECT_EQ(status("multipart/mixed; boundary=a"), 415U);
    for (const std::string type : {"", "; boundary=", "; boundary=\"\"", "; boundary=\"a \"", "; boundary=\"a\rb\"",
                                   "; boundary=\"a@b\"", "; boundary=a; boundary=b", "; boundary"}) {
        EXPECT_NE(status("multipart/form-data" + type), 0U) << type;
    }
    EXPECT_EQ(status("multipart/form-data; boundary=" + std::string(70, 'b')), 0U);
    EXPECT_EQ(status("multipart/form-data; boundary=" + std::string(71, 'b')), 400U);
}

TEST(Multipart, PiecesOfAnySizeGiveTheSame) {
    constexpr unsigned seed = 90210;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::string_view alphabet = "\r\n-XyZab";
    for (int round = 0; round < 300; ++round) {
        std::string data(random() % 300, ' ');
        for (char& c : data) c = alphabet[random() % alphabet.size()];
        const auto bytes =
            "--XyZ\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n" + data + "\r\n--XyZ--\r\n";
        const auto whole = read(bytes, [] { return std::string_view::npos; });
        const auto pieces = read(bytes, [&] { return 1 + random() % 40; });
        EXPECT_EQ(whole, pieces) << "round " << round;
        const bool ambiguous = data.find("--XyZ") != std::string::npos;
        if (!ambiguous) {
            ASSERT_EQ(whole.parts.size(), 1U) << "round " << round;
            EXPECT_EQ(whole.parts[0].data, data) << "round " << round;
        }
    }
}

}  // namespace
}  // namespace ventanilla::web
