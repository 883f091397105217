// What is encoded equals the golden frames, which the schemas in turn are checked with.
#include "protocol/encode.hpp"

#include <gtest/gtest.h>

#include "protocol/limits.hpp"
#include "protocol/messages.hpp"
#include "unit/protocol/examples.hpp"

namespace ventanilla::protocol {
namespace {

using nlohmann::json;

const std::string chat_id = "c_Zm9vYmFyYmF6cXV4MTIzNA";
const AgentRef maria{"a_TWFyaWFMb3BlekFnZW50ZQ", "María López"};
const From ana{Role::visitor, "v_QmFzZTY0VXJsSWRlbnRpZg", "Ana Torres"};
const From from_maria{Role::agent, maria.id, maria.name};
constexpr std::int64_t t0 = 1789000000000;

Chat assigned_chat() {
    return Chat{chat_id, ChatStatus::assigned, "soporte-tecnico", 0, maria, std::nullopt, std::nullopt, 7, 5, 7};
}

Chat queued_chat() {
    return Chat{chat_id, ChatStatus::queued, "any", 0, std::nullopt, 2, 60, 2, 2, 0};
}

Visitor ana_torres() {
    return Visitor{
        ana.id,  ana.name, "ana@example.mx",    false, true, PageInfo{"https://www.fel.mx/precios", "Precios", ""},
        "es-MX", t0,       {{"plan", "anual"}}, 2};
}

ChannelInfo support_channel() {
    return ChannelInfo{"soporte",
                       "Chat de Soporte",
                       "Bienvenido al Chat de Soporte Técnico",
                       OpenState::open,
                       std::nullopt,
                       {"message", "name", "email", "department"},
                       {DepartmentInfo{"soporte-tecnico", "Soporte Técnico", OpenState::open, 3, 120},
                        DepartmentInfo{"soporte-contable", "Soporte Contable", OpenState::closed, 0, std::nullopt}},
                       {Phone{"Soporte técnico", "+52 222 699 6524"}},
                       "/ticket"};
}

Queue technical_queue() {
    return Queue{"soporte-tecnico", 1, 42, 2, 0, {QueuedChat{chat_id, "Ana Torres", t0}}};
}

const AgentInfo maria_info{maria.id, maria.name, AgentState::online, 3, {"soporte-tecnico"}};

json reply(const std::string& name) {
    return examples::frame("replies", name);
}
json event(const std::string& name) {
    return examples::frame("events", name);
}
json parsed(const Bytes& bytes) {
    return json::parse(*bytes);
}

TEST(Encode, Hellos) {
    const auto limits = dump(limits_json(10, 20, 5));
    const auto channel = dump(to_json(support_channel()));
    const VisitorWelcome welcome{ana.id, "Zk3xN0b1yqVZ5mD0oU7r2L9sTgHc4WeJpQaYi6BvXnE", t0, limits, channel, {}};
    EXPECT_EQ(parsed(ok_hello(7, welcome)), reply("visitor hello, no chat"));
    auto with_chat = reply("visitor hello, no chat");
    auto back = welcome;
    for (const auto& chat : {assigned_chat(), queued_chat()}) {
        back.chat = chat;
        with_chat["chat"] = to_json(chat);
        EXPECT_EQ(parsed(ok_hello(7, back)), with_chat);
    }

    const AgentWelcome console{
        AgentSelf{maria.id, "maria", maria.name, "agent", {"soporte-tecnico"}, 4},
        AgentState::online,
        {HeldChat{assigned_chat(), ana_torres()}},
        {technical_queue()},
        {maria_info},
        t0,
        limits_json(10, 20, 5),
    };
    EXPECT_EQ(parsed(ok_hello(7, console)), reply("agent hello"));
}

TEST(Encode, Replies) {
    EXPECT_EQ(*ok(7), R"({"type":"ok","re":7})");
    EXPECT_EQ(*ok(7, json::object()), R"({"type":"ok","re":7})");
    EXPECT_EQ(*ok(7, {{"state", "away"}}), R"({"type":"ok","re":7,"state":"away"})");
    EXPECT_EQ(parsed(ok(7, {{"chat", to_json(queued_chat())}})), reply("chat.start"));
    EXPECT_EQ(parsed(ok_sent(7, 5, t0)), reply("message.send, visitor"));
    EXPECT_EQ(parsed(ok_seq(7, 9)), reply("chat.close, visitor"));
}

TEST(Encode, SyncWithTheEntriesAsTheStoreKeepsThem) {
    const auto golden = reply("chat.sync, agent");
    std::vector<std::string> kept;
    for (const auto& entry : golden.at("entries")) {
        kept.push_back(entry.dump());
    }
    EXPECT_EQ(parsed(ok_sync(7, kept, 9)), golden);
    EXPECT_EQ(parsed(ok_sync(7, {}, 9)), reply("chat.sync of nothing, agent"));
}

TEST(Encode, ErrorsWithWhatIsKnown) {
    const auto bad = parsed(error(7, Error{Code::bad_field, "email"}, Locale::en));
    EXPECT_EQ(bad.at("field"), "email");
    EXPECT_EQ(bad.at("message"), message_for(Code::bad_field, "email", Locale::en));
    EXPECT_FALSE(bad.contains("retry_after_ms"));
    const auto slow = parsed(error(0, Error{Code::slow_down, "", 1500}, Locale::es_mx));
    EXPECT_EQ(slow.at("re"), 0);
    EXPECT_EQ(slow.at("retry_after_ms"), 1500);
    EXPECT_EQ(slow.at("message"), "Va muy rápido. Espere 2 segundos e inténtelo de nuevo.");
    EXPECT_FALSE(slow.contains("field"));
}

TEST(Encode, SlowDownSaysWhenToTryAgain) {
    const auto said = [](std::int64_t ms, Locale locale) { return message_for({Code::slow_down, "", ms}, locale); };
    EXPECT_EQ(said(1, Locale::en), "That was a little fast. Please wait 1 second and try again.");
    EXPECT_EQ(said(59'000, Locale::es_mx), "Va muy rápido. Espere 59 segundos e inténtelo de nuevo.");
    EXPECT_EQ(said(59'001, Locale::es_mx), "Va muy rápido. Espere 1 minuto e inténtelo de nuevo.");
    EXPECT_EQ(said(900'000, Locale::en), "That was a little fast. Please wait 15 minutes and try again.");
    EXPECT_EQ(said(0, Locale::en), message_for(Code::slow_down, "", Locale::en));
    EXPECT_EQ(message_for({Code::bad_field, "email", 0}, Locale::en),
              message_for(Code::bad_field, "email", Locale::en));
}

TEST(Encode, Events) {
    EXPECT_EQ(parsed(tick(chat_id, 9)), event("tick, visitor"));
    EXPECT_EQ(parsed(queue(chat_id, 2, 60)), event("queue"));
    EXPECT_EQ(parsed(queue(chat_id, 1, std::nullopt)), event("queue without an estimate"));
    EXPECT_EQ(parsed(typing(chat_id, false, from_maria)), event("typing stops, visitor"));
    EXPECT_EQ(parsed(typing(chat_id, true, ana, "Estoy escrib")), event("typing with a draft"));
    EXPECT_EQ(parsed(read(chat_id, Role::agent, 7)), event("read, visitor"));
    EXPECT_EQ(parsed(channel(support_channel())), event("channel"));
    EXPECT_EQ(parsed(chat_assigned(assigned_chat(), ana_torres())), event("chat.assigned"));
    EXPECT_EQ(parsed(chat_revoked(chat_id, "no_answer")), event("chat.revoked, no_answer"));
    EXPECT_EQ(parsed(queues({technical_queue()})), event("queues"));
    EXPECT_EQ(parsed(note(chat_id, Note{"n_1", t0, from_maria, "Ya había llamado."})), event("note"));
    EXPECT_EQ(parsed(ticket(event("ticket").at("ticket"))), event("ticket"));
    auto gone = ana_torres();
    gone.connected = false;
    EXPECT_EQ(parsed(visitor(chat_id, gone)), event("visitor"));
    EXPECT_EQ(parsed(agents({maria_info})), event("agents"));
    EXPECT_EQ(parsed(state(AgentState::offline)), event("state"));
    EXPECT_EQ(parsed(viewing("T-000123", {maria})), event("viewing"));
}

TEST(Encode, Entries) {
    const auto rest = message_rest(ana, "No puedo timbrar.\n¿Me ayudan?", "m-1");
    EXPECT_EQ(parsed(entry(chat_id, 1, t0 + 1, rest)), event("entry: a visitor's message, to a visitor"));
    const From system;
    EXPECT_EQ(parsed(entry(chat_id, 3, t0 + 3, entry_rest("assigned", system, {{"agent", to_json(maria)}}))),
              event("entry: assigned, to an agent"));
    EXPECT_EQ(entry_rest("assigned", system, {{"agent", to_json(maria)}}).find(R"("kind":"assigned",)"), 0U);
    EXPECT_EQ(entry_rest("closed", system), R"("kind":"closed","from":{"role":"system","id":"","name":""}})");
}

TEST(Encode, NothingThatThrows) {
    const std::string broken = "\xff\xfe";
    EXPECT_NO_THROW(static_cast<void>(ok(1, {{"text", broken}})));
    EXPECT_EQ(parsed(typing(broken, true, ana, broken)).at("draft"), "\ufffd\ufffd");
    EXPECT_EQ(*verbatim("as it is"), "as it is");
}

TEST(Messages, TellAgentsNothingThatOnlyVisitorsCanDo) {
    const auto said = [](Code code, Locale locale) { return parsed(error(7, {code}, locale, Role::agent))["message"]; };
    EXPECT_EQ(said(Code::chat_closed, Locale::es_mx), "La conversación ya terminó. Puede leerla en el historial.");
    EXPECT_EQ(said(Code::chat_closed, Locale::en), "This chat has ended. You can read it in the history.");
    EXPECT_EQ(message_for(Code::chat_closed, "", Locale::en), "This chat has ended. You can start another one.");
    for (const auto code : {Code::chat_closed, Code::offline, Code::unauthenticated}) {
        for (const auto locale : {Locale::es_mx, Locale::en}) {
            EXPECT_NE(said(code, locale), message_for(code, "", locale));
        }
    }
    EXPECT_EQ(said(Code::slow_down, Locale::en), message_for(Code::slow_down, "", Locale::en));
}

TEST(Messages, SpeakBothLanguagesForEveryCode) {
    for (auto i = 0; i <= static_cast<int>(Code::unavailable); ++i) {
        const auto code = static_cast<Code>(i);
        const auto es = message_for(code, "", Locale::es_mx);
        const auto en = message_for(code, "", Locale::en);
        EXPECT_FALSE(es.empty());
        EXPECT_FALSE(en.empty());
        EXPECT_NE(es, en);
    }
    EXPECT_NE(message_for(Code::bad_field, "email", Locale::en), message_for(Code::bad_field, "zzz", Locale::en));
}

}  // namespace
}  // namespace ventanilla::protocol
