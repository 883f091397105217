#include "protocol/decode.hpp"

#include <gtest/gtest.h>

#include "protocol/limits.hpp"
#include "protocol/text.hpp"
#include "unit/protocol/examples.hpp"

namespace ventanilla::protocol {
namespace {

template <typename Request>
Request visitor_request(const std::string& name) {
    const auto decoded = decode_visitor(examples::frame("visitor_requests", name).dump(), 0);
    return std::get<Request>(decoded.value().request);
}

template <typename Request>
Request agent_request(const std::string& name) {
    const auto decoded = decode_agent(examples::frame("agent_requests", name).dump(), 0);
    return std::get<Request>(decoded.value().request);
}

TEST(Decode, ReadsAWholeHello) {
    const auto hello = visitor_request<Hello>("hello in full");
    EXPECT_EQ(hello.channel, "soporte");
    EXPECT_EQ(hello.token.value().size(), 43U);
    EXPECT_EQ(hello.locale, "es-MX");
    EXPECT_EQ(hello.page, (PageInfo{"https://www.fel.mx/precios", "Precios", "https://www.fel.mx/"}));
    ASSERT_TRUE(hello.identity);
    EXPECT_EQ(hello.identity->email, "ana@example.mx");
    EXPECT_EQ(hello.identity->name, "Ana Torres");
    EXPECT_EQ(hello.identity->fields, (Fields{{"plan", "anual"}}));
    EXPECT_EQ(hello.identity->expires_at, 1789003600000);
    EXPECT_EQ(hello.identity->signature.value().size(), 64U);
    ASSERT_TRUE(hello.resume);
    EXPECT_EQ(hello.resume->chat, "c_Zm9vYmFyYmF6cXV4MTIzNA");
    EXPECT_EQ(hello.resume->after, 5);
}

TEST(Decode, LeavesOutWhatAHelloLeavesOut) {
    const auto hello = visitor_request<Hello>("hello with only what is needed");
    EXPECT_FALSE(hello.token);
    EXPECT_EQ(hello.locale, "");
    EXPECT_EQ(hello.page, PageInfo{});
    EXPECT_FALSE(hello.identity);
    EXPECT_FALSE(hello.resume);
}

TEST(Decode, CutsAPageAtACodePoint) {
    const std::string title(299, 'x');
    const nlohmann::json frame = {{"type", "page"}, {"id", 1}, {"title", title + "🙂🙂"}};
    const auto decoded = decode_visitor(frame.dump(), 0);
    EXPECT_EQ(std::get<Page>(decoded.value().request).title, title + "🙂");
}

TEST(Decode, ReadsAWholeStart) {
    const auto start = visitor_request<ChatStart>("start in full");
    EXPECT_EQ(start.client_id, "m-1");
    EXPECT_EQ(start.department, "soporte-tecnico");
    EXPECT_EQ(start.name, "Ana Torres");
    EXPECT_EQ(start.email, "ana@example.mx");
    EXPECT_EQ(start.message, "No puedo timbrar mis facturas.");
    EXPECT_EQ(start.fields, (Fields{{"plan", "anual"}}));
    EXPECT_EQ(visitor_request<ChatStart>("start with blanks around the address").email, "ana@example.mx");
}

TEST(Decode, KeepsATextVerbatim) {
    EXPECT_EQ(visitor_request<MessageSend>("send without any space around kept").text, "  hola  ");
    EXPECT_EQ(visitor_request<MessageSend>("send line breaks, quotes and a back slash").text,
              "uno\ndos\t\"tres\" \\ \x01");
    const auto file = visitor_request<MessageSend>("send a file");
    EXPECT_FALSE(file.text);
    EXPECT_EQ(file.file, "f_QXJjaGl2b0RlUHJ1ZWJhMQ");
}

TEST(Decode, TakesAnEmptyOptionalTextAsLeftOut) {
    EXPECT_EQ(visitor_request<Typing>("typing with a draft").draft, "Estoy escrib");
    EXPECT_FALSE(visitor_request<Typing>("typing with an empty draft").draft);
    EXPECT_FALSE(visitor_request<ChatRate>("rate with an empty comment").comment);
    EXPECT_FALSE(agent_request<ChatTransfer>("transfer with an empty note").note);
    const auto ticket = agent_request<ChatTicket>("ticket with empty rfc and comments");
    EXPECT_FALSE(ticket.rfc);
    EXPECT_FALSE(ticket.comments);
}

TEST(Decode, SyncsTwoHundredIfNotTold) {
    EXPECT_EQ(visitor_request<ChatSync>("sync").limit, 50);
    EXPECT_EQ(visitor_request<ChatSync>("sync from the start, no limit").limit, 200);
}

TEST(Decode, ReadsWhatAgentsSend) {
    EXPECT_EQ(agent_request<AgentHello>("hello").device, "consola-7f3a");
    EXPECT_EQ(agent_request<StateSet>("state away").state, AgentState::away);
    EXPECT_FALSE(agent_request<ChatTake>("take a chat").department);
    EXPECT_EQ(agent_request<ChatTake>("take the head of a department").department, "soporte-tecnico");
    EXPECT_EQ(agent_request<AgentClose>("close as left").outcome, Outcome::left);
    EXPECT_EQ(agent_request<ChatPriority>("priority -1").priority, -1);
    const auto transfer = agent_request<ChatTransfer>("transfer to a department without a note");
    EXPECT_FALSE(transfer.to.agent);
    EXPECT_EQ(transfer.to.department, "soporte-contable");
    const auto ticket = agent_request<ChatTicket>("ticket in full");
    EXPECT_EQ(ticket.priority, TicketPriority::high);
    EXPECT_EQ(ticket.subject, "No timbra con el certificado nuevo");
    EXPECT_EQ(agent_request<ChatTicket>("ticket with what is needed").priority, TicketPriority::normal);
}

TEST(Decode, RefusesBytesThatAreNotUtf8) {
    for (const std::string bytes : {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82"}) {
        const auto decoded = decode_visitor(R"({"type":"page","id":1,"url":")" + bytes + "\"}", 0);
        ASSERT_FALSE(decoded);
        EXPECT_EQ(decoded.error().error, (Error{Code::bad_json}));
        EXPECT_EQ(decoded.error().re, 0);
    }
}

TEST(Decode, NamesNoFieldOfUnboundedLength) {
    nlohmann::json frame = {{"type", "page"}, {"id", 1}, {std::string(50000, 'k'), std::string(1, '\0')}};
    const auto decoded = decode_visitor(frame.dump(), 0);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(code_points(decoded.error().error.field), 200U);
}

TEST(Limits, AreToldUnderTheDocumentedKeys) {
    const nlohmann::json expected = {
        {"frame_bytes", 65536}, {"text", 4000}, {"name", 80},           {"email", 254},        {"comments", 8000},
        {"nesting", 16},        {"sockets", 7}, {"messages_per_s", 30}, {"message_burst", 60},
    };
    EXPECT_EQ(limits_json(30, 60, 7), expected);
}

}  // namespace
}  // namespace ventanilla::protocol
