// The pages of tickets: what they show, and that their templates render whatever there is to show.
#include "api/ticket_page_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "api/template.hpp"
#include "embedded/page_files.hpp"
#include "store/live/redis_pool.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Locale;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kNow = 1795442400000;  // Monday, 23 November 2026, 8:00 in Mexico City
constexpr std::int64_t kDay = 24LL * 3600 * 1000;

class TicketPages : public ::testing::Test {
protected:
    TicketPages() {
        for (const auto& file : page_files()) {
            if (file.path == "words.es.json") spanish_ = json::parse(file.bytes);
            if (file.path == "words.en.json") english_ = json::parse(file.bytes);
            templates_.add(std::string(file.path.substr(0, file.path.rfind('.'))), file.bytes);
        }
        site_.name = "Mi <Empresa>";
        config::Department payments;
        payments.id = "pagos";
        payments.name = "Pagos & más";
        site_.departments.push_back(payments);
        whole_.ticket.number = 45;
        whole_.ticket.subject = "<i>No timbra</i>";
        whole_.ticket.email = "ana@example.mx";
        whole_.ticket.rfc = "GODE561231GR8";
        whole_.ticket.department = "pagos";
        whole_.ticket.created_at = kNow;
        whole_.ticket.first_response_due_at = kNow + kDay;
        whole_.ticket.resolution_due_at = kNow + 2 * kDay;
        say("m_1", protocol::TicketMessageKind::comment, protocol::TicketRole::requester, "Desde <b>ayer</b>");
    }

    void say(const char* id, protocol::TicketMessageKind kind, protocol::TicketRole role, const char* text) {
        record::TicketMessageRecord message;
        message.id = id;
        message.at = kNow;
        message.kind = kind;
        message.role = role;
        message.text = text;
        whole_.messages.push_back(message);
    }

    PageRequest request(Locale locale) const { return {"/ticket", locale, false, kNow}; }
    const json& words(Locale locale) const { return locale == Locale::en ? english_ : spanish_; }

    std::string render(std::string_view page, Locale locale, const json& more) {
        live::RedisPool pool(io_, {}, {});
        live::LiveStore live(io_, pool, "test");
        const desk::Board board(site_, live);
        auto model = page_model(site_, board, words(locale), request(locale), "ticket_title");
        model.update(more);
        auto html = templates_.render(page, model);
        EXPECT_THAT(html, Not(HasSubstr("{{")));
        EXPECT_THAT(html, HasSubstr("</html>"));
        return html;
    }

    std::string form(const FormPage& page, Locale locale = Locale::es_mx) {
        return render("ticket", locale, ticket_form_model(site_, words(locale), request(locale), page));
    }
    std::string view(const TicketPage& page = {}, Locale locale = Locale::es_mx) {
        return render("ticket-view", locale, ticket_page_model(site_, words(locale), request(locale), whole_, page));
    }
    std::string sent(const TicketPage& page = {}, Locale locale = Locale::es_mx) {
        return render("ticket-sent", locale, ticket_sent_model(site_, words(locale), request(locale), whole_, page));
    }

    boost::asio::io_context io_;
    config::Site site_;
    Templates templates_;
    json spanish_;
    json english_;
    ticketing::Whole whole_;
};

TEST_F(TicketPages, BothLanguagesHaveTheSameWords) {
    for (const auto& [key, value] : spanish_.items()) EXPECT_TRUE(english_.contains(key)) << key;
    for (const auto& [key, value] : english_.items()) EXPECT_TRUE(spanish_.contains(key)) << key;
}

TEST_F(TicketPages, AnEmptyFormAsksWithoutComplaining) {
    for (const auto locale : {Locale::es_mx, Locale::en}) {
        const auto html = form({}, locale);
        EXPECT_THAT(html, Not(HasSubstr("aria-invalid")));
        EXPECT_THAT(html, HasSubstr("<option value=\"normal\" selected>"));
        EXPECT_THAT(html, HasSubstr("Pagos &amp; más"));
        EXPECT_THAT(html, HasSubstr("<noscript>"));  // no code can be shown
    }
}

TEST_F(TicketPages, TypedTextIsTextAndEveryErrorStandsAtItsField) {
    FormPage page;
    page.typed = {"\"><script>", "ABC", "pagos", "<b>", "urgent", "</textarea><script>"};
    page.errors = {{"email", "invalid", "email is wrong"},
                   {"files", "invalid", "one."},
                   {"files[1]", "unknown", "two."},
                   {"captcha", "wrong", "not it"}};
    page.challenge = captcha::Challenge{"id-of-it", captcha::Kind::code, 0, "data:image/png;base64,AA", "data:audio"};
    const auto html = form(page);
    EXPECT_THAT(html, Not(HasSubstr("<script>")));
    EXPECT_THAT(html, HasSubstr("value=\"&quot;&gt;&lt;script&gt;\""));
    EXPECT_THAT(html, HasSubstr("&lt;/textarea&gt;&lt;script&gt;</textarea>"));
    EXPECT_THAT(html, HasSubstr("id=\"email-error\">email is wrong</p>"));
    EXPECT_THAT(html, HasSubstr("id=\"files-error\">one. two.</p>"));
    EXPECT_THAT(html, HasSubstr("<a href=\"#captcha_answer\">Código de verificación: not it</a>"));
    EXPECT_THAT(html, HasSubstr("<option value=\"pagos\" selected>"));
    EXPECT_THAT(html, HasSubstr("<option value=\"urgent\" selected>"));
    EXPECT_THAT(html, HasSubstr("value=\"id-of-it\""));
}

TEST_F(TicketPages, FilesThatCameBeforeStay) {
    FormPage page;
    page.files_captcha = "first";
    EXPECT_THAT(form(page), Not(HasSubstr("files_captcha")));
    page.kept.resize(1);
    page.kept[0].id = "f_1";
    page.kept[0].name = "a&b.png";
    page.kept[0].size = 3 * 1024 * 1024;
    const auto html = form(page);
    EXPECT_THAT(html, HasSubstr("name=\"files_captcha\" value=\"first\""));
    EXPECT_THAT(html, HasSubstr("name=\"file_id\" value=\"f_1\" checked> a&amp;b.png"));
    EXPECT_THAT(html, HasSubstr("3 MB"));
}

TEST_F(TicketPages, TheRequesterSeesNoNotes) {
    say("m_2", protocol::TicketMessageKind::note, protocol::TicketRole::agent, "entre nosotros");
    for (const auto locale : {Locale::es_mx, Locale::en}) {
        const auto html = view({}, locale);
        EXPECT_THAT(html, HasSubstr("Desde &lt;b&gt;ayer&lt;/b&gt;"));
        EXPECT_THAT(html, HasSubstr("&lt;i&gt;No timbra&lt;/i&gt;"));
        EXPECT_THAT(html, Not(HasSubstr("entre nosotros")));
        EXPECT_THAT(html, Not(HasSubstr("/widget.js")));
    }
}

TEST_F(TicketPages, EachStateSaysWhatComesNext) {
    const auto next = [this](protocol::TicketState state) {
        whole_.ticket.state = state;
        whole_.ticket.state_since = kNow;
        return ticket_page_model(site_, spanish_, request(Locale::es_mx), whole_, {})
            .at("ticket")
            .at("next")
            .get<std::string>();
    };
    EXPECT_THAT(next(protocol::TicketState::open), HasSubstr("Le responderemos a más tardar el mar. 24 nov. 2026"));
    whole_.ticket.first_responded_at = kNow;
    EXPECT_THAT(next(protocol::TicketState::open), HasSubstr("solucionado a más tardar el mié. 25 nov. 2026"));
    EXPECT_EQ(next(protocol::TicketState::pending), "Nos falta algo de usted para seguir.");
    whole_.ticket.closes_at = kNow + 3 * kDay;
    EXPECT_THAT(next(protocol::TicketState::pending), HasSubstr("se cierra el jue. 26 nov. 2026"));
    EXPECT_THAT(next(protocol::TicketState::solved), HasSubstr("responda y se abre de nuevo"));
    EXPECT_THAT(next(protocol::TicketState::closed), HasSubstr("se abre de nuevo"));
    whole_.ticket.state_since = kNow - 15 * kDay;
    const auto model = ticket_page_model(site_, spanish_, request(Locale::es_mx), whole_, {});
    EXPECT_THAT(model.at("ticket").at("next").get<std::string>(), HasSubstr("un ticket nuevo"));
    EXPECT_EQ(model.at("can_solve"), false);
}

TEST_F(TicketPages, WhatWasSentIsWhatTheRequesterWrote) {
    EXPECT_THAT(sent(), HasSubstr("Desde &lt;b&gt;ayer"));
    for (const auto kind : {protocol::TicketMessageKind::note, protocol::TicketMessageKind::answer,
                            protocol::TicketMessageKind::comment}) {
        whole_.messages.clear();
        say("m_1", kind, protocol::TicketRole::agent, "entre nosotros");
        say("m_2", protocol::TicketMessageKind::comment, protocol::TicketRole::requester, "luego");
        EXPECT_THAT(sent(), Not(HasSubstr("entre nosotros")));
    }
}

TEST_F(TicketPages, WhatWasSentIsToldWithItsLink) {
    TicketPage page;
    page.key = "llave";
    page.public_url = "https://desk.example";
    for (const auto locale : {Locale::es_mx, Locale::en}) {
        const auto html = sent(page, locale);
        EXPECT_THAT(html, HasSubstr("T-000045"));
        EXPECT_THAT(html, HasSubstr("https://desk.example/ticket/T-000045?key=llave"));
        EXPECT_THAT(html, HasSubstr("data-due=\"" + std::to_string(kNow + kDay) + '"'));
        EXPECT_THAT(html, Not(HasSubstr("role=\"note\"")));
    }
    whole_.ticket.rfc = "GODE561231GR9";
    EXPECT_THAT(sent(page), HasSubstr("El último carácter del RFC"));
}

}  // namespace
}  // namespace ventanilla::api
