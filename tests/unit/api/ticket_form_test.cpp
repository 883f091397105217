#include "api/ticket_form.hpp"

#include <gtest/gtest.h>

#include <map>

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Locale;

config::Site site() {
    config::Site site;
    config::Department payments;
    payments.id = "pagos";
    site.departments.push_back(payments);
    return site;
}

json good() {
    return {{"email", " ana@example.mx "},
            {"rfc", "gode 561231 gr8"},
            {"department", "pagos"},
            {"subject", "No timbra"},
            {"priority", "high"},
            {"comments", "Desde ayer.\nPasos: 1, 2"},
            {"captcha", {{"id", "x"}, {"answer", "123456"}}}};
}

/// code by field
std::map<std::string, std::string> wrong(const json& body, bool by_agent = false) {
    Form form(body, Locale::es_mx);
    read_ticket_form(form, body, site(), by_agent);
    std::map<std::string, std::string> errors;
    for (const auto& error : form.errors()) {
        EXPECT_FALSE(error.message.empty()) << error.field;
        errors[error.field] = error.code;
    }
    return errors;
}

using Errors = std::map<std::string, std::string>;

TEST(TicketForm, NameIsOptionalAndOneLine) {
    auto body = good();
    const auto name_of = [&] {
        Form form(body, Locale::es_mx);
        return read_ticket_form(form, body, site(), false).name;
    };
    EXPECT_EQ(name_of(), "");
    body["name"] = "Ana Ibáñez";
    EXPECT_EQ(name_of(), "Ana Ibáñez");
    body["name"] = "Ana\nIbáñez";
    EXPECT_EQ(wrong(body), (Errors{{"name", "invalid"}}));
    body["name"] = std::string(81, 'a');
    EXPECT_EQ(wrong(body), (Errors{{"name", "too_long"}}));
}

TEST(TicketForm, ReadsWhatIsRight) {
    const auto body = good();
    Form form(body, Locale::es_mx);
    const auto ticket = read_ticket_form(form, body, site(), false);
    EXPECT_TRUE(form.good());
    EXPECT_EQ(ticket.email, "ana@example.mx");
    EXPECT_EQ(ticket.rfc, "GODE561231GR8");
    EXPECT_TRUE(ticket.rfc_check_digit_good);
    EXPECT_EQ(ticket.department, "pagos");
    EXPECT_EQ(ticket.subject, "No timbra");
    EXPECT_EQ(ticket.priority, protocol::TicketPriority::high);
    EXPECT_EQ(ticket.comments, "Desde ayer.\nPasos: 1, 2");
    ASSERT_TRUE(ticket.captcha);
    EXPECT_EQ(ticket.captcha->answer, "123456");
}

TEST(TicketForm, NamesEverythingThatIsMissing) {
    const Errors all{{"email", "required"},   {"rfc", "required"},      {"department", "required"},
                     {"subject", "required"}, {"priority", "required"}, {"captcha", "required"}};
    EXPECT_EQ(wrong(json::object()), all);
    auto blank = good();
    for (const auto* field : {"email", "rfc", "department", "subject", "priority"}) blank[field] = "";
    blank["captcha"] = {{"id", ""}, {"answer", ""}};
    EXPECT_EQ(wrong(blank), all);
    for (const auto* field : {"email", "rfc", "department", "subject", "priority", "captcha"}) blank[field] = nullptr;
    EXPECT_EQ(wrong(blank), all);
}

TEST(TicketForm, NamesOneWrongFieldAlone) {
    const auto cases = std::to_array<std::tuple<const char*, json, const char*>>({
        {"email", "ana", "invalid"},
        {"email", "Ana <ana@example.mx>", "invalid"},
        {"email", std::string(250, 'a') + "@b.mx", "too_long"},
        {"email", 5, "wrong_type"},
        {"rfc", "GODE561331GR8", "invalid"},
        {"rfc", std::string(41, 'A'), "too_long"},
        {"department", "nada", "unknown"},
        {"department", json::array(), "wrong_type"},
        {"subject", "dos\nrenglones", "invalid"},
        {"subject", std::string(201, 'a'), "too_long"},
        {"subject", std::string("a\0b", 3), "invalid"},
        {"priority", "later", "unknown"},
        {"priority", 1, "wrong_type"},
        {"comments", std::string(8001, 'a'), "too_long"},
        {"comments", true, "wrong_type"},
        {"files", "f_1", "wrong_type"},
        {"files", {"1", "2", "3", "4", "5", "6"}, "too_long"},
        {"files", {"f_1", 5}, "wrong_type"},
        {"channel", "mail", "unknown"},
        {"channel", "phone", "invalid"},
        {"captcha", "123456", "wrong_type"},
        {"captcha", {{"id", "x"}}, "required"},
        {"captcha", {{"id", "x"}, {"answer", 123456}}, "wrong_type"},
        {"captcha", {{"id", std::string(600, 'x')}, {"answer", "123456"}}, "wrong"},
    });
    for (const auto& [field, value, code] : cases) {
        auto body = good();
        body[field] = value;
        EXPECT_EQ(wrong(body), (Errors{{field, code}})) << body.dump().substr(0, 200);
    }
}

TEST(TicketForm, AnAgentNeedsNoCaptchaAndACallNoRfc) {
    auto body = good();
    body.erase("captcha");
    EXPECT_EQ(wrong(body, true), Errors{});
    body["channel"] = "phone";
    body.erase("rfc");
    EXPECT_EQ(wrong(body, true), Errors{});
    body["channel"] = "form";
    EXPECT_EQ(wrong(body, true), (Errors{{"rfc", "required"}}));
}

TEST(TicketForm, ASubjectOf200CodePointsIsGood) {
    auto body = good();
    std::string subject;
    for (int i = 0; i < 200; ++i) subject += "ñ";
    body["subject"] = subject;
    EXPECT_EQ(wrong(body), Errors{});
}

}  // namespace
}  // namespace ventanilla::api
