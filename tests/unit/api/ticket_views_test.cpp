#include "api/ticket_views.hpp"

#include <gtest/gtest.h>

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Locale;
using protocol::TicketMessageKind;
using protocol::TicketRole;

constexpr std::int64_t kStart = 1789000000000;

config::Site site() {
    config::Site site;
    config::Department technical;
    technical.id = "tecnico";
    technical.name = "Soporte Técnico";
    site.departments.push_back(technical);
    return site;
}

record::TicketMessageRecord message(const char* id, std::int64_t at, TicketMessageKind kind, TicketRole role) {
    record::TicketMessageRecord message;
    message.id = id;
    message.ticket = 123;
    message.at = at;
    message.kind = kind;
    message.role = role;
    message.text = std::string("text of ") + id;
    if (role == TicketRole::agent) message.author_name = "Ana";
    return message;
}

record::TicketHistoryRecord line(std::int64_t n, std::int64_t at, const char* what, const char* from, const char* to,
                                 TicketRole role = TicketRole::agent) {
    record::TicketHistoryRecord line;
    line.ticket = 123;
    line.n = n;
    line.at = at;
    line.role = role;
    if (role == TicketRole::agent) line.author_name = "Ana";
    line.what = what;
    line.from = from;
    line.to = to;
    return line;
}

ticketing::Whole whole() {
    ticketing::Whole whole;
    whole.ticket.number = 123;
    whole.ticket.department = "tecnico";
    whole.ticket.subject = "No timbra";
    whole.ticket.created_at = kStart;
    whole.messages = {message("m_1", kStart, TicketMessageKind::comment, TicketRole::requester),
                      message("m_2", kStart + 20, TicketMessageKind::note, TicketRole::agent),
                      message("m_3", kStart + 30, TicketMessageKind::answer, TicketRole::agent)};
    whole.history = {line(1, kStart, "created", "", "open", TicketRole::requester),
                     line(2, kStart + 10, "timed", "1", "warn_first_response", TicketRole::system),
                     line(3, kStart + 30, "state", "open", "pending")};
    return whole;
}

std::vector<std::string> ids(const json& view) {
    std::vector<std::string> ids;
    for (const auto& message : view.at("messages")) ids.push_back(message.at("id"));
    return ids;
}

using Ids = std::vector<std::string>;

TEST(TicketView, PutsWhatWasSaidAndWhatHappenedInTheOrderOfTime) {
    const auto view = ticket_view(whole(), Reader::agent, site(), Locale::es_mx);
    EXPECT_EQ(view.at("ticket").at("number"), "T-000123");
    EXPECT_EQ(ids(view), (Ids{"m_1", "h_123_2", "m_2", "m_3", "h_123_3"}));
    const auto& first = view.at("messages").front();
    EXPECT_EQ(first.at("kind"), "comment");
    EXPECT_EQ(first.at("from"), (json{{"role", "requester"}, {"name", ""}}));
    EXPECT_EQ(view.at("messages").back().at("kind"), "event");
}

TEST(TicketView, ShowsRequestersNeitherNotesNorReminders) {
    const auto view = ticket_view(whole(), Reader::requester, site(), Locale::es_mx);
    EXPECT_EQ(ids(view), (Ids{"m_1", "m_3", "h_123_3"}));
    EXPECT_EQ(view.dump().find("text of m_2"), std::string::npos);
}

TEST(TicketView, GivesEachMessageItsFiles) {
    auto with_files = whole();
    record::FileRecord file;
    file.id = "f_1";
    file.name = "captura.png";
    file.size = 2048;
    file.media_type = "image/png";
    file.message = "m_3";
    with_files.files.push_back(file);
    file.id = "f_2";
    file.erased = true;
    with_files.files.push_back(file);
    const auto view = ticket_view(with_files, Reader::requester, site(), Locale::en);
    EXPECT_TRUE(view.at("messages").at(0).at("files").empty());
    const json expected = {{{"id", "f_1"}, {"name", "captura.png"}, {"size", 2048}, {"media_type", "image/png"}}};
    EXPECT_EQ(view.at("messages").at(1).at("files"), expected);
}

TEST(TicketView, SaysOnlyWhichAgentOpenedIt) {
    auto by_phone = whole();
    by_phone.history.front().role = TicketRole::agent;
    by_phone.history.front().author_name = "Ana";
    const auto view = ticket_view(by_phone, Reader::agent, site(), Locale::en);
    EXPECT_EQ(ids(view).at(1), "h_123_1");
    EXPECT_EQ(view.at("messages").at(1).at("text"), "The ticket was opened.");
    EXPECT_EQ(view.at("messages").at(1).at("from").at("name"), "Ana");
}

TEST(TicketView, NamesTheReasonOfAnEndOnce) {
    auto closed = whole();
    closed.history = {line(1, kStart, "created", "", "open", TicketRole::requester),
                      line(2, kStart + 40, "timed", "1", "close_silent", TicketRole::system),
                      line(3, kStart + 40, "state", "pending", "closed", TicketRole::system),
                      line(4, kStart + 50, "reopened", "closed", "open", TicketRole::requester)};
    const auto view = ticket_view(closed, Reader::requester, site(), Locale::es_mx);
    EXPECT_EQ(ids(view), (Ids{"m_1", "m_3", "h_123_2", "h_123_4"}));
}

TEST(HistoryWords, AreInTheLanguageOfTheReader) {
    const auto words = [](const record::TicketHistoryRecord& what, Locale locale) {
        return history_words(what, site(), locale);
    };
    EXPECT_EQ(words(line(1, 0, "state", "open", "solved"), Locale::es_mx), "El estado pasó de abierto a solucionado.");
    EXPECT_EQ(words(line(1, 0, "state", "open", "solved"), Locale::en), "The state went from open to solved.");
    EXPECT_EQ(words(line(1, 0, "priority", "low", "urgent"), Locale::es_mx), "La prioridad pasó de baja a urgente.");
    EXPECT_EQ(words(line(1, 0, "department", "tecnico", "gone"), Locale::en), "It went from Soporte Técnico to gone.");
    EXPECT_EQ(words(line(1, 0, "assignee", "", "María"), Locale::es_mx), "Quedó a cargo de María.");
    EXPECT_EQ(words(line(1, 0, "assignee", "María", ""), Locale::en), "It has no assignee now.");
    EXPECT_EQ(words(line(1, 0, "merged", "", "T-000007"), Locale::es_mx), "Ahora es parte del ticket T-000007.");
    EXPECT_EQ(words(line(1, 0, "took_in", "", "T-000007"), Locale::en), "Ticket T-000007 was merged into it.");
    EXPECT_EQ(words(line(1, 0, "follows", "", "T-000007"), Locale::en), "It goes on from ticket T-000007.");
}

TEST(HistoryWords, TakeBracesForWhatTheyAre) {
    EXPECT_EQ(history_words(line(1, 0, "assignee", "", "{0} {nobody}"), site(), Locale::en),
              "Assigned to {0} {nobody}.");
}

TEST(DueView, TellsEveryStretch) {
    ticketing::Explained explained;
    explained.first_response.due_at = kStart + 50;
    explained.first_response.used = {{kStart, kStart + 20}, {kStart + 40, kStart + 50}};
    const json expected{
        {"first_response",
         {{"due_at", kStart + 50},
          {"used",
           {{{"from_at", kStart}, {"to_at", kStart + 20}}, {{"from_at", kStart + 40}, {"to_at", kStart + 50}}}}}},
        {"resolution", {{"due_at", nullptr}, {"used", json::array()}}}};
    EXPECT_EQ(due_json(explained), expected);
}

TEST(TicketUrl, LeadsToThePageWithItsKey) {
    EXPECT_EQ(ticket_url("https://desk.example", 45, "abc"), "https://desk.example/ticket/T-000045?key=abc");
    EXPECT_EQ(ticket_url("", 1234567, "abc"), "/ticket/T-1234567?key=abc");
}

}  // namespace
}  // namespace ventanilla::api
