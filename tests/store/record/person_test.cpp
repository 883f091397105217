#include "store/record/files.hpp"
#include "store/record/once.hpp"
#include "store/record/outbox.hpp"
#include "store/record/person.hpp"
#include "store/record/ticket_fixture.hpp"

#include <soci/soci.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace ventanilla::record {
namespace {

using nlohmann::json;

constexpr std::int64_t now = 1'790'000'000'000;

class RecordPerson : public RecordTest {
protected:
    Database database{url()};
    ChatRepository chats{database};
    TicketRepository tickets{database};
    FileRepository files{database};

    static std::string name_of(const std::string& email) {
        return email.starts_with("beatriz") ? "Beatriz" : "Zoraida";
    }

    void chat(const std::string& id, const std::string& email, const std::string& text) {
        ChatRecord chat = closed_chat(id, 3);
        chat.visitor_id = "v_" + id;
        chat.visitor = json{
            {"name", name_of(email)},
            {"email", email},
            {"locale", "es-MX"},
            {"page", {{"url", "https://secreto"}}},
            {"fields", {{"rfc", "SECR010101AAA"}}},
            {"verified",
             true}}.dump();
        chat.entries[0].frame =
            frame(id, 1, {{"text", text}, {"from", {{"role", "visitor"}, {"name", name_of(email)}}}});
        chat.entries[1].frame = frame(
            id, 2,
            {{"file", {{"id", "f_" + id}, {"name", "secreto.pdf"}}}, {"from", {{"role", "agent"}, {"name", "Beto"}}}});
        chat.entries[2].kind = "rated";
        chat.entries[2].frame = frame(id, 3, {{"kind", "rated"}, {"score", 5}, {"comment", text}});
        chat.notes.push_back({"n_" + id, 5, "a_1", "Beto", text});
        chats.archive(chat);
    }
    static std::string frame(const std::string& chat, int seq, const json& rest) {
        json entry{{"type", "entry"}, {"chat", chat}, {"seq", seq}, {"at", 5}, {"kind", "message"}};
        entry.update(rest);
        return entry.dump();
    }
    std::int64_t ticket(const std::string& email, const std::string& text, const std::string& chat_id = {}) {
        TicketRecord ticket = form_ticket(text);
        ticket.email = email;
        ticket.name = "Zoraida";
        ticket.next_due_at = ticket.resolution_due_at = ticket.timer_at = now;
        if (!chat_id.empty()) {
            ticket.chat_id = chat_id;
        }
        const auto number = tickets.insert(ticket, {}, "hash-of-secret").first;
        auto message = ticket_message("m_" + std::to_string(number), number, text);
        message.author_name = "Zoraida";
        tickets.add_message(message);
        Transaction transaction(database);
        tickets.add_history({number, 0, 1, protocol::TicketRole::requester, {}, "Zoraida", "created", {}, {}});
        transaction.commit();
        tickets.index(number);
        return number;
    }
    void file(const std::string& id, const std::string& uploader, const std::string& holder) {
        FileRecord file;
        file.id = id;
        file.blob = "blob-" + id;
        file.name = "secreto.pdf";
        file.media_type = "application/pdf";
        file.uploader = uploader;
        file.created_at = 1;
        if (!holder.empty()) {
            file.holder = holder;
        }
        files.insert(file);
    }
    std::size_t found_chats(const std::string& q) {
        return chats.list({.departments = {}, .any_channels = {}, .q = q, .cursor = {}}).value().chats.size();
    }
    std::size_t found_tickets(const std::string& q) {
        TicketQuery query;
        query.q = q;
        return tickets.list(query).value().tickets.size();
    }
    std::string payload(const std::string& kind, const std::string& key) {
        std::string text;
        database.sql() << "SELECT payload FROM outbox WHERE kind = :kind AND key = :key", soci::use(kind),
            soci::use(key), soci::into(text);
        return text;
    }

    /// Zoraida in all places, and Beatriz beside her.
    std::int64_t mine = 0;
    std::int64_t of_chat = 0;
    std::int64_t hers = 0;
    void two_people() {
        chat("c_z", "Zoraida@Example.MX", "xilofono");
        chat("c_b", "beatriz@example.mx", "violin");
        mine = ticket("zoraida@example.mx", "xilofono");
        of_chat = ticket("", "xilofono", "c_z");
        hers = ticket("beatriz@example.mx", "violin");
        file("f_chat", "v:v_c_z", "chat:c_z");
        file("f_ticket", "c:challenge", "ticket:" + std::to_string(mine));
        file("f_loose", "v:v_c_z", "");
        file("f_hers", "v:v_c_b", "chat:c_b");
        OutboxRepository outbox(database);
        outbox.put("mail", "a", R"({"to":"Zoraida@example.mx","text":"xilofono"})");
        outbox.put("transcript", "b", R"({"chat":"c_z","email":""})");
        outbox.put("mail", "c", R"({"to":"beatriz@example.mx","text":"violin"})");
        OnceRepository once(database);
        once.keep_answer("s", "k", {"h", 201, R"({"email":"zoraida@example.mx"})"}, now);
        once.keep_answer("s", "l", {"h", 201, R"({"email":"beatriz@example.mx"})"}, now);
    }
};
ON_BOTH_DATABASES(RecordPerson);

const PersonCounts all_of_zoraida{1, 3, 2, 2, 3, 2, 1};

TEST_P(RecordPerson, ExportHoldsEverythingOfOneAndNothingOfTheOther) {
    two_people();
    const json person = export_person(database, "ZORAIDA@example.mx");
    EXPECT_EQ(person["counts"], to_json(all_of_zoraida));
    ASSERT_EQ(person["chats"].size(), 1u);
    EXPECT_EQ(person["chats"][0]["entries"][0]["text"], "xilofono");
    EXPECT_EQ(person["chats"][0]["visitor"]["name"], "Zoraida");
    EXPECT_EQ(person["chats"][0]["notes"][0]["text"], "xilofono");
    ASSERT_EQ(person["tickets"].size(), 2u);
    EXPECT_EQ(person["tickets"][0]["messages"][0]["text"], "xilofono");
    ASSERT_EQ(person["files"].size(), 3u);
    EXPECT_EQ(person.dump().find("violin"), std::string::npos);
    EXPECT_EQ(export_person(database, "nadie@example.mx")["counts"], to_json(PersonCounts{}));
    EXPECT_EQ(export_person(database, "")["counts"], to_json(PersonCounts{}));
}

TEST_P(RecordPerson, ErasedChatsKeepOnlyWhatHappened) {
    two_people();
    EXPECT_EQ(erase_person(database, "zoraida@example.mx", now).counts, all_of_zoraida);
    const auto chat = chats.find("c_z");
    ASSERT_TRUE(chat);
    EXPECT_EQ(json::parse(chat->visitor), json::parse(R"({"name":"","email":"","locale":"es-MX","page":{},"fields":{},
        "verified":false,"erased":true})"));
    ASSERT_EQ(chat->entries.size(), 3u);
    EXPECT_EQ(json::parse(chat->entries[0].frame),
              json::parse(R"({"type":"entry","chat":"c_z","seq":1,"at":5,"kind":"message","text":"","erased":true,
        "from":{"role":"visitor","name":""}})"));
    EXPECT_EQ(json::parse(chat->entries[1].frame),
              json::parse(R"({"type":"entry","chat":"c_z","seq":2,"at":5,"kind":"message","text":"","erased":true,
        "from":{"role":"agent","name":"Beto"}})"));
    EXPECT_EQ(json::parse(chat->entries[2].frame),
              json::parse(R"({"type":"entry","chat":"c_z","seq":3,"at":5,"kind":"rated","score":5,"comment":"",
        "erased":true})"));
    EXPECT_EQ(chat->entries[0].content_hash, "");
    EXPECT_EQ(chat->notes.at(0).text, "");
}

TEST_P(RecordPerson, ErasedTicketsOweNothing) {
    two_people();
    erase_person(database, "zoraida@example.mx", now);
    for (const std::int64_t number : {mine, of_chat}) {
        const auto ticket = tickets.find(number);
        ASSERT_TRUE(ticket);
        EXPECT_TRUE(ticket->erased);
        EXPECT_EQ(ticket->email + ticket->name + ticket->rfc + ticket->subject, "");
        EXPECT_EQ(ticket->state, protocol::TicketState::closed);
        EXPECT_EQ(ticket->timer_at, std::nullopt);
        EXPECT_EQ(ticket->next_due_at, std::nullopt);
        const auto messages = tickets.messages(number);
        ASSERT_EQ(messages.size(), 1u);
        EXPECT_EQ(messages[0].text + messages[0].author_name, "");
        EXPECT_TRUE(messages[0].erased);
        const auto history = tickets.history(number);
        ASSERT_EQ(history.size(), 2u);
        EXPECT_EQ(history[0].author_name, "");
        EXPECT_EQ(history[1].to, "closed");
    }
}

TEST_P(RecordPerson, ErasedIsWhatWaitsAndWhatIsSearched) {
    two_people();
    EXPECT_EQ(found_chats("xilofono"), 1u);
    EXPECT_EQ(found_tickets("xilofono"), 2u);
    erase_person(database, "zoraida@example.mx", now);
    scrub(database);
    EXPECT_EQ(found_chats("xilofono"), 0u);
    EXPECT_EQ(found_chats("zoraida"), 0u);
    EXPECT_EQ(found_tickets("xilofono"), 0u);
    EXPECT_EQ(found_tickets("T-00000" + std::to_string(mine)), 1u);
    EXPECT_EQ(payload("mail", "a"), "{}");
    EXPECT_EQ(payload("transcript", "b"), "{}");
    ASSERT_EQ(OutboxRepository(database).pending(10).size(), 1u);
    EXPECT_FALSE(OnceRepository(database).answer("s", "k", now));
}

TEST_P(RecordPerson, TheOtherPersonKeepsEverything) {
    two_people();
    const auto before = export_person(database, "beatriz@example.mx");
    erase_person(database, "zoraida@example.mx", now);
    scrub(database);
    EXPECT_EQ(export_person(database, "beatriz@example.mx"), before);
    EXPECT_EQ(found_chats("violin"), 1u);
    EXPECT_EQ(found_tickets("violin"), 1u);
    EXPECT_FALSE(tickets.find(hers)->erased);
    EXPECT_TRUE(OnceRepository(database).answer("s", "l", now));
    EXPECT_EQ(files.find("f_hers")->name, "secreto.pdf");
}

TEST_P(RecordPerson, BlobsAreNamedUntilTheirBytesAreGone) {
    two_people();
    const std::vector<std::string> blobs{"blob-f_chat", "blob-f_loose", "blob-f_ticket"};
    EXPECT_EQ(erase_person(database, "zoraida@example.mx", now).blobs, blobs);
    EXPECT_EQ(files.find("f_chat")->name, "");
    // A command that was killed before it deleted them is repeated.
    const Erased again = erase_person(database, "zoraida@example.mx", now);
    EXPECT_EQ(again.blobs, blobs);
    EXPECT_EQ(again.counts, PersonCounts{});
    forget_blobs(database, blobs);
    EXPECT_TRUE(erase_person(database, "zoraida@example.mx", now).blobs.empty());
    EXPECT_EQ(files.find("f_hers")->blob, "blob-f_hers");
}

TEST_P(RecordPerson, WhatIsFiledAgainDoesNotBringThemBack) {
    two_people();
    const ChatRecord before = *chats.find("c_z");
    erase_person(database, "zoraida@example.mx", now);
    const ChatRecord erased = *chats.find("c_z");
    EXPECT_EQ(chats.archive(before), 3);
    EXPECT_EQ(chats.find("c_z"), erased);
    EXPECT_EQ(found_chats("xilofono") + found_chats("zoraida"), 0u);

    // With more than was filed before: the log goes on without words.
    ChatRecord longer = before;
    longer.last = 4;
    longer.entries = {before.entries[0]};
    longer.entries[0].seq = 4;
    longer.entries[0].client_id = "client-4";
    longer.entries[0].frame =
        frame("c_z", 4, {{"text", "xilofono"}, {"from", {{"role", "visitor"}, {"name", "Zoraida"}}}});
    longer.notes[0].id = "n_late";
    EXPECT_EQ(chats.archive(longer), 4);
    ChatRecord after = *chats.find("c_z");
    EXPECT_EQ(after.last, 4);
    ASSERT_EQ(after.entries.size(), 4u);
    const json late = json::parse(after.entries[3].frame);
    EXPECT_EQ(late["seq"], 4);
    EXPECT_EQ(late["text"], "");
    EXPECT_EQ(late["from"]["name"], "");
    EXPECT_EQ(late["erased"], true);
    EXPECT_EQ(after.entries[3].content_hash, "");
    after.entries.pop_back();
    after.last = 3;
    EXPECT_EQ(after, erased);
    EXPECT_EQ(found_chats("xilofono") + found_chats("zoraida"), 0u);
}

TEST_P(RecordPerson, NoAddressIsNobody) {
    chat("c_1", "", "hola");
    EXPECT_EQ(erase_person(database, "", now).counts, PersonCounts{});
    EXPECT_EQ(chats.find("c_1")->notes.at(0).text, "hola");
}

TEST_P(RecordPerson, ChatOfATicketWhoseVisitorLeftNoAddress) {
    chat("c_1", "", "xilofono");
    ticket("zoraida@example.mx", "xilofono", "c_1");
    chat("c_2", "otra@example.mx", "xilofono");
    ticket("zoraida@example.mx", "xilofono", "c_2");
    const auto counts = erase_person(database, "zoraida@example.mx", now).counts;
    EXPECT_EQ(counts.chats, 1);
    EXPECT_EQ(counts.tickets, 2);
    EXPECT_EQ(chats.find("c_2")->notes.at(0).text, "xilofono");
}

TEST_P(RecordPerson, ErasuresAreListedAndReplayedAfterARestore) {
    erase_person(database, "Zoraida@example.mx", now);
    const auto list = erasures(database);
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].at, now);
    EXPECT_EQ(list[0].email_hash.find("zoraida"), std::string::npos);
    // What the backup brings back, and one ticket from later.
    two_people();
    TicketRecord later = form_ticket("xilofono");
    later.email = "zoraida@example.mx";
    later.created_at = now + 1;
    const auto since = tickets.insert(later, {}, {}).first;
    const auto replayed = replay_erasures(database, list, now + 2);
    EXPECT_EQ(replayed.counts.chats, 1);
    EXPECT_EQ(replayed.counts.tickets, 2);
    EXPECT_EQ(replayed.blobs.size(), 3u);
    EXPECT_FALSE(tickets.find(since)->erased);
    EXPECT_FALSE(tickets.find(hers)->erased);
    EXPECT_EQ(erasures(database), list);
    EXPECT_EQ(replay_erasures(database, list, now + 3).counts, PersonCounts{});
}

// Bytes on the disk: neither the tables, nor the search index, nor the log may hold a word of hers.
TEST(RecordPersonFile, NothingIsLeftInTheFile) {
    TemporaryDirectory directory;
    const auto url = DatabaseUrl::parse("", directory.path());
    Database database(url);
    ChatRepository chats(database);
    TicketRepository tickets(database);
    for (int i = 0; i < 50; ++i) {
        const std::string id = "c_" + std::to_string(i);
        ChatRecord chat = closed_chat(id, 2);
        const bool hers = i % 7 == 0;
        chat.visitor = json{{"name", "Nadie"}, {"email", hers ? "zoraida@example.mx" : "b@example.mx"}}.dump();
        chat.entries[1].frame = json{{"seq", 2}, {"text", hers ? "xilofono" : "violin"}}.dump();
        chats.archive(chat);
        TicketRecord ticket = form_ticket(hers ? "xilofono" : "violin");
        ticket.email = hers ? "zoraida@example.mx" : "b@example.mx";
        tickets.index(tickets.insert(ticket, {}, {}).first);
    }
    const auto occurs = [&](const std::string& word) {
        for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
            std::ifstream in(entry.path(), std::ios::binary);
            std::stringstream bytes;
            bytes << in.rdbuf();
            if (bytes.str().find(word) != std::string::npos) {
                return true;
            }
        }
        return false;
    };
    ASSERT_TRUE(occurs("xilofono"));
    EXPECT_EQ(erase_person(database, "zoraida@example.mx", now).counts.tickets, 8);
    scrub(database);
    EXPECT_FALSE(occurs("xilofono"));
    EXPECT_FALSE(occurs("zoraida"));
    EXPECT_TRUE(occurs("violin"));
}

}  // namespace
}  // namespace ventanilla::record
