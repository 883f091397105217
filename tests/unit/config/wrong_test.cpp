// Every kind of wrong configuration: which line, which key, and what is told.

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "unit/config/config_support.hpp"

namespace ventanilla::config {
namespace {

using namespace testing;
using ::testing::HasSubstr;

struct Row {
    std::string text;
    int line;  ///< in `text`
    std::string key;
    std::string expected;
};

void expect_refused(const std::string& text, int line, const Row& row) {
    SCOPED_TRACE(row.text);
    const auto problems = problems_of(text);
    ASSERT_EQ(problems.size(), 1U) << lines_of(problems);
    EXPECT_EQ(problems[0].file, "site.toml");
    EXPECT_EQ(problems[0].line, line);
    EXPECT_GE(problems[0].column, 1);
    EXPECT_EQ(problems[0].key, row.key);
    EXPECT_THAT(problems[0].expected, HasSubstr(row.expected));
    EXPECT_THAT(problems[0].expected, ::testing::StartsWith("expected "));
}

/// Keys of the top level stand before the first table.
TEST(Wrong, at_the_top) {
    const std::vector<Row> rows = {
        {"locale = \"fr\"\n", 1, "locale", "\"es-MX\" or \"en\""},
        {"locale = 5\n", 1, "locale", "found an integer"},
        {"locale = \"\"\n", 1, "locale", "\"es-MX\" or \"en\""},
        {"timezone = \"America/Puebla\"\n", 1, "timezone", "IANA time zone"},
        {"timezone = \"../../etc/passwd\"\n", 1, "timezone", "IANA time zone"},
        {"timezone = \"\"\n", 1, "timezone", "IANA time zone"},
        {"origins = \"https://www.fel.mx\"\n", 1, "origins", "an array of strings"},
        {"origins = [\n\"https://a.mx\",\n\"https://b.mx/\"]\n", 3, "origins", "without a path"},
        {"origins = [\"*\"]\n", 1, "origins", "an origin such as"},
        {"origins = [\"ftp://a.mx\"]\n", 1, "origins", "an origin such as"},
        {"origins = [\"https://a.mx:99999\"]\n", 1, "origins", "an origin such as"},
        {"origins = [\"https://u@a.mx\"]\n", 1, "origins", "an origin such as"},
        {"origins = [true]\n", 1, "origins", "found a boolean"},
        {"origins = [\"https://a.mx\", \"https://a.mx\"]\n", 1, "origins", "each value once"},
        {"public_url = \"desk.example.mx\"\n", 1, "public_url", "an origin such as"},
        {"public_url = \"http://desk.example.mx/desk\"\n", 1, "public_url", "without a path"},
        {"trusted_proxies = [\"10.0.0.0/33\"]\n", 1, "trusted_proxies", "a network such as"},
        {"trusted_proxies = [\"10.0.0\"]\n", 1, "trusted_proxies", "an address or a network"},
        {"trusted_proxies = [\"proxy\"]\n", 1, "trusted_proxies", "an address or a network"},
        {"\norigin = []\n", 2, "origin", "one of the known keys"},
        {"captcha = \"code\"\n", 1, "captcha", "a table [captcha], found a string"},
        {"hours = [\"09:00-18:00\"]\n", 1, "hours", "tables [hours.NAME]"},
        {"phone = 5\n", 1, "phone", "tables [[phone]], found an integer"},
        {"phone = [\"800\"]\n", 1, "phone", "tables [[phone]], found a string"},
        {"\"a\\nb\" = 1\n", 1, "a?b", "one of the known keys"},
    };
    for (const Row& row : rows) expect_refused(row.text + std::string(minimal), row.line, row);
}

const int minimal_lines = static_cast<int>(std::ranges::count(minimal, '\n'));

void expect_refused_after(const std::vector<Row>& rows) {
    for (const Row& row : rows) expect_refused(std::string(minimal) + row.text, minimal_lines + row.line, row);
}

TEST(Wrong, in_what_the_page_shows) {
    expect_refused_after({
        {"[captcha]\nmode = \"image\"\n", 2, "captcha.mode", "one of \"code\", \"pow\", \"both\""},
        {"[captcha]\nmode = true\n", 2, "captcha.mode", "one of"},
        {"[captcha]\nmodes = \"code\"\n", 2, "captcha.modes", "one of the known keys: mode"},
        {"[[phone]]\nnumber = \"8000873391\"\n", 1, "phone.label", "the key is missing"},
        {"[[phone]]\nlabel = \"V\"\n", 1, "phone.number", "the key is missing"},
        {"[[phone]]\nlabel = \"V\"\nnumber = \"call us\"\n", 3, "phone.number", "a phone number"},
        {"[[phone]]\nlabel = \"V\"\nnumber = 8000873391\n", 3, "phone.number", "found an integer"},
        {"[[phone]]\nlabel = \"V\"\nnumber = \"800\"\nhours = \"noche\"\n", 4, "phone.hours",
         "[hours.NAME], found \"noche\""},
        {"[phone]\nlabel = \"V\"\n", 1, "phone", "tables [[phone]], found a table"},
        {"[contact]\nemail = \"soporte\"\n", 2, "contact.email", "an e-mail address"},
        {"[contact]\nemail = \"a@b\"\n", 2, "contact.email", "an e-mail address"},
        {"[contact]\nask_in_mail = [\"subject\", \"age\"]\n", 2, "contact.ask_in_mail", "subject, rfc"},
        {"[look]\naccent = \"green\"\n", 2, "look.accent", "a colour"},
        {"[look]\naccent = \"#0b6e4\"\n", 2, "look.accent", "a colour"},
    });
}

TEST(Wrong, in_hours) {
    expect_refused_after({
        {"[hours.o]\nmon = \"09:00-18:00\"\n", 2, "hours.o.mon", "an array of strings"},
        {"[hours.o]\nmon = [\"18:00-09:00\"]\n", 2, "hours.o.mon", "from before to"},
        {"[hours.o]\nmon = [\"09:00-09:00\"]\n", 2, "hours.o.mon", "from before to"},
        {"[hours.o]\nmon = [\"9:00-18:00\"]\n", 2, "hours.o.mon", "HH:MM-HH:MM"},
        {"[hours.o]\nmon = [\"09:00–18:00\"]\n", 2, "hours.o.mon", "HH:MM-HH:MM"},
        {"[hours.o]\nmon = [\"09:60-18:00\"]\n", 2, "hours.o.mon", "HH:MM-HH:MM"},
        {"[hours.o]\nmon = [\"09:00-24:01\"]\n", 2, "hours.o.mon", "at most \"24:00\""},
        {"[hours.o]\nmon = [\"24:00-24:00\"]\n", 2, "hours.o.mon", "from before to"},
        {"[hours.o]\nmon = [\"22:00-06:00\"]\n", 2, "hours.o.mon", "from before to"},
        {"[hours.o]\ntue = [\"09:00-14:00\",\n \"13:59-18:00\"]\n", 3, "hours.o.tue", "hours that do not overlap"},
        {"[hours.o]\ntue = [\"09:00-14:00\", \"09:00-14:00\"]\n", 2, "hours.o.tue", "each value once"},
        {"[hours.o]\nmon = [09:00:00]\n", 2, "hours.o.mon", "without quotes"},
        {"[hours.o]\nmonday = [\"09:00-18:00\"]\n", 2, "hours.o.monday", "one of the known keys"},
        {"[hours.o]\nholidays = [\"us\"]\n", 2, "hours.o.holidays", "\"mx-lft\" or a date"},
        {"[hours.o]\nholidays = [\"2026-02-29\"]\n", 2, "hours.o.holidays", "a date"},
        {"[hours.o]\nholidays = [2026-12-24]\n", 2, "hours.o.holidays", "without quotes"},
        {"[hours]\noficina = \"09:00-18:00\"\n", 2, "hours.oficina", "a table [hours.oficina], found a string"},
        {"[hours.\"\"]\n", 1, "hours.", "a name of one line"},
    });
}

TEST(Wrong, in_channels) {
    const std::string other = "[[department]]\nid = \"d2\"\nname = \"D2\"\nchannel = \"c2\"\n";
    expect_refused_after({
        {"[[channel]]\nid = \"c2\"\ntitle = \"C2\"\n", 1, "channel.id",
         "at least one [[department]] with channel = \"c2\""},
        {other + "[[channel]]\nid = \"c2\"\n", 5, "channel.title", "the key is missing"},
        {"[[channel]]\ntitle = \"C2\"\n", 1, "channel.id", "the key is missing"},
        {"[[channel]]\nid = \"c\"\ntitle = \"again\"\n", 2, "channel.id", "an id of its own, found \"c\" again"},
        {"[[channel]]\nid = \"con espacio\"\ntitle = \"C2\"\n", 2, "channel.id", "1 to 64 letters"},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"C2\"\nside = \"top\"\n", 8, "channel.side",
         "one of \"left\", \"right\""},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"C2\"\npriority = 2\n", 8, "channel.priority",
         "from -1 to 1, found 2"},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"C2\"\npriority = 0.5\n", 8, "channel.priority",
         "with a fraction"},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"C2\"\nask = [\"phone\"]\n", 8, "channel.ask",
         "message, name, email or"},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"C2\"\nask = [\"name\", \"name\"]\n", 8, "channel.ask",
         "each value once"},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"  \"\n", 7, "channel.title", "one line"},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"a\\nb\"\n", 7, "channel.title", "one line"},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"C2\"\ngreeting = \"a\\u0000b\"\n", 8, "channel.greeting",
         "a text"},
        {other + "[[channel]]\nid = \"c2\"\ntitle = \"C2\"\nany_department = \"yes\"\n", 8, "channel.any_department",
         "true or false, found a string"},
        {other +
             "[[department]]\nid = \"d3\"\nname = \"D3\"\nchannel = \"c2\"\n[[channel]]\nid = \"c2\"\ntitle = \"C2\"\n"
             "any_department = false\nask = [\"name\"]\n",
         13, "channel.ask", "\"department\" among the questions"},
    });
}

TEST(Wrong, in_departments) {
    const std::string head = "[[department]]\nid = \"e\"\nname = \"E\"\n";
    expect_refused_after({
        {"[[department]]\nname = \"E\"\n", 1, "department.id", "the key is missing"},
        {"[[department]]\nid = \"e\"\n", 1, "department.name", "the key is missing"},
        {"[[department]]\nid = \"d\"\nname = \"E\"\n", 2, "department.id", "an id of its own"},
        {"[[department]]\nid = \"any\"\nname = \"E\"\n", 2, "department.id", "not \"any\""},
        {"[[department]]\nid = \"\"\nname = \"E\"\n", 2, "department.id", "1 to 64"},
        {head + "channel = \"x\"\n", 4, "department.channel", "the id of a [[channel]], found \"x\""},
        {head + "channel = [\"c\"]\n", 4, "department.channel", "found an array"},
        {head + "hours = \"x\"\n", 4, "department.hours", "[hours.NAME]"},
        {head + "assign = \"random\"\n", 4, "department.assign", "one of \"auto\", \"take\""},
        {head + "capacity = 0\n", 4, "department.capacity", "from 1 to 10000, found 0"},
        {head + "capacity = -4\n", 4, "department.capacity", "found -4"},
        {head + "capacity = \"4\"\n", 4, "department.capacity", "found a string"},
        {head + "answer_within_s = 0\n", 4, "department.answer_within_s", "from 1 to 86400"},
        {head + "max_waiting = -1\n", 4, "department.max_waiting", "found -1"},
        {head + "overflow_after_s = 86401\n", 4, "department.overflow_after_s", "found 86401"},
        {head + "tickets_days = 14\n", 4, "department.tickets_days", "from 15 to 36500"},
        {head + "channel = \"c\"\nchats_days = 36501\n", 5, "department.chats_days", "from 1 to 36500"},
        {head + "chats_days = 30\n", 4, "department.chats_days", "has no chats"},
        {head + "channel = \"c\"\noverflow_to = [\"x\"]\n", 5, "department.overflow_to", "the id of a [[department]]"},
        {head + "channel = \"c\"\noverflow_to = [\"e\"]\n", 5, "department.overflow_to", "another department"},
        {head + "[[department]]\nid = \"f\"\nname = \"F\"\nchannel = \"c\"\noverflow_to = [\"e\"]\n", 8,
         "department.overflow_to", "a department with a channel"},
        {head + "chanel = \"c\"\n", 4, "department.chanel", "one of the known keys"},
    });
}

TEST(Wrong, in_how_it_runs) {
    expect_refused_after({
        {"[chat]\nagent_grace_s = -1\n", 2, "chat.agent_grace_s", "from 0 to 86400"},
        {"[chat]\nidle_close_s = 0\n", 2, "chat.idle_close_s", "from 1"},
        {"[chat]\nshow_drafts = 1\n", 2, "chat.show_drafts", "true or false, found an integer"},
        {"[limits]\nmessages_per_s = 0\n", 2, "limits.messages_per_s", "from 1"},
        {"[limits]\nsockets_per_visitor = 9223372036854775807\n", 2, "limits.sockets_per_visitor", "from 1 to 1000000"},
        {"[files]\nmax_mib = 0\n", 2, "files.max_mib", "from 1"},
        {"[files]\ntypes = [\"png\"]\n", 2, "files.types", "a media type"},
        {"[files]\ntypes = [\"image/png\",\n\"text/html\"]\n", 3, "files.types", "or application/zip"},
        {"[files]\ntypes = [\"image/svg+xml\"]\n", 2, "files.types", "known by content: image/png, "},
        {"[files]\ntypes = [\"IMAGE/PNG\"]\n", 2, "files.types", "known by content"},
        {"[files]\ntypes = [\"image/*\"]\n", 2, "files.types", "known by content"},
        {"[files]\ntypes = [\"\"]\n", 2, "files.types", "known by content"},
        {"[retention]\ntickets_days = 14\n", 2, "retention.tickets_days", "from 15 to 36500"},
        {"[retention]\nchats_days = 1.5\n", 2, "retention.chats_days", "with a fraction"},
        {"[store]\nallow_lossy_redis = \"no\"\n", 2, "store.allow_lossy_redis", "true or false"},
        {"[store]\nsentinels = [\"10.0.0.1\"]\n", 2, "store.sentinels", "HOST:PORT"},
        {"[store]\nwait_replicas = 17\n", 2, "store.wait_replicas", "from 0 to 16"},
        {"[widget]\nidentity_secret = 5\n", 2, "widget.identity_secret", "found an integer"},
        {"[sla]\ncalendar = \"x\"\n", 2, "sla.calendar", "[hours.NAME], found \"x\""},
        {"[sla]\nfirst_response_h = 0\n", 2, "sla.first_response_h", "from 1 to 8760, found 0"},
        {"[sla]\nresolution_h = -48\n", 2, "sla.resolution_h", "found -48"},
        {"[mail]\nfrom = \"Soporte\"\n", 2, "mail.from", "an e-mail address"},
        {"[mail]\nfrom = \"Soporte <x>\"\n", 2, "mail.from", "an e-mail address"},
        {"[mail]\nsmtp = \"127.0.0.1:25\"\n", 2, "mail.smtp", "smtp://"},
        {"[mail]\nsmtp = \"smtp://\"\n", 2, "mail.smtp", "smtp://"},
        {"[mail]\nlmtp = \"lmtp.sock\"\n", 2, "mail.lmtp", "unix:PATH"},
        {"[mail]\nimap = \"https://x\"\n", 2, "mail.imap", "imaps://"},
        {"[server]\nport = 80\n", 1, "server", "one of the known keys"},
    });
}

TEST(Wrong, whole_files) {
    const std::string channel = "[[channel]]\nid = \"c\"\ntitle = \"C\"\n";
    const std::string department = "[[department]]\nid = \"d\"\nname = \"D\"\nchannel = \"c\"\n";
    const std::string names = "site = \"s\"\nname = \"S\"\n";
    const std::vector<Row> rows = {
        {"name = \"S\"\n" + channel + department, 1, "site", "the key is missing"},
        {"site = \"s\"\n" + channel + department, 1, "name", "the key is missing"},
        {"site = \"{fel}\"\nname = \"S\"\n" + channel + department, 1, "site", "letters, digits"},
        {names + "[[department]]\nid = \"d\"\nname = \"D\"\n", 1, "channel", "at least one [[channel]]"},
        {names + "[[channel]\n", 3, "toml", "TOML: "},
        {names + "locale = \n", 3, "toml", "TOML: "},
        {names + "site = \"t\"\n", 3, "toml", "TOML: "},
        {"a = \"\xff\"\n", 1, "toml", "TOML: "},
    };
    for (const Row& row : rows) expect_refused(row.text, row.line, row);
    EXPECT_EQ(lines_of(problems_of(names)), "site.toml:1:1: channel: expected at least one [[channel]]\n"
                                            "site.toml:1:1: department: expected at least one [[department]]\n");
}

TEST(Wrong, everything_is_told_at_once_in_order) {
    const auto problems = problems_of(R"(site = "s"
name = "S"
locale = "fr"
colour = "green"
[[channel]]
id = "c"
title = 5
[[department]]
id = "d"
name = "D"
channel = "x"
capacity = "many"
)");
    EXPECT_EQ(
        lines_of(problems),
        "site.toml:3:10: locale: expected \"es-MX\" or \"en\"\n"
        "site.toml:4:1: colour: expected one of the known keys: captcha, channel, chat, contact, department, files, "
        "hours, limits, locale, look, mail, name, origins, phone, public_url, retention, site, sla, store, "
        "timezone, trusted_proxies, widget\n"
        "site.toml:5:1: channel.id: expected at least one [[department]] with channel = \"c\"\n"
        "site.toml:7:9: channel.title: expected a string with one line of 1 to 200 characters, found an integer\n"
        "site.toml:11:11: department.channel: expected the id of a [[channel]], found \"x\"\n"
        "site.toml:12:12: department.capacity: expected an integer from 1 to 10000, found a string\n");
}

}  // namespace
}  // namespace ventanilla::config
