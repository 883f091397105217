#include "config/load.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "config/reader.hpp"

namespace ventanilla::config {
namespace {

constexpr std::size_t max_bytes = 1024 * 1024;
/// toml++ frees nested tables recursively; a key of 100,000 dots overflows the stack. Dots bound the nesting.
constexpr std::ptrdiff_t max_dots = 10'000;
constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t max_days = 36'500;
// A closed ticket may be opened again for 14 days; until they are over it must be there.
constexpr std::int64_t min_ticket_days = 15;

/// A name used somewhere, to be looked up once everything has been read.
struct Reference {
    std::string key;
    Placed name;
};

/// What the checks across tables need to know of a department or channel.
struct Origins {
    std::vector<Place> channels;
    std::vector<Place> channel_asks;
    std::vector<Place> departments;
    std::vector<Reference> to_hours;
    std::vector<Reference> to_channels;
    std::vector<std::pair<std::size_t, Reference>> overflow;  ///< with the index of the department
};

/// Reads the tables of a file into a site, one function for each.
class SiteReader {
public:
    explicit SiteReader(Problems& problems) : problems_(problems) {}

    Site read(const toml::table& file) {
        Reader root(file, "", problems_);
        read_top(root);
        root.table("captcha", [this](Reader& table) {
            table.choice("mode", site_.captcha, {CaptchaMode::code, CaptchaMode::pow, CaptchaMode::both});
        });
        root.tables("phone", [this](Reader& table) { read_phone(table); });
        root.table("contact", [this](Reader& table) { read_contact(table); });
        root.table("look", [this](Reader& table) { table.text("accent", site_.look.accent, color_form); });
        root.named_tables("hours", [this](const Placed& name, Reader& table) { read_hours(name, table); });
        root.tables("channel", [this](Reader& table) { read_channel(table); });
        root.tables("department", [this](Reader& table) { read_department(table); });
        read_running(root);
        root.table("sla", [this](Reader& table) { read_sla(table); });
        root.table("mail", [this](Reader& table) { read_mail(table); });
        root.finish();
        check_references();
        check_routes(root);
        return std::move(site_);
    }

private:
    void read_top(Reader& root);
    void read_phone(Reader& table);
    void read_contact(Reader& table);
    void read_hours(const Placed& name, Reader& table);
    void read_channel(Reader& table);
    void read_department(Reader& table);
    void read_limits(Reader& table);
    void read_running(Reader& root);
    void read_store(Reader& table);
    void read_sla(Reader& table);
    void read_mail(Reader& table);
    void check_references();
    void check_routes(Reader& root);

    void note_hours(const Reader& table, std::string_view key, const std::optional<Placed>& name) {
        if (name && !name->text.empty()) origins_.to_hours.push_back({table.path_of(key), *name});
    }

    Site site_;
    Origins origins_;
    Problems& problems_;
};

std::vector<std::string> plain(const std::optional<std::vector<Placed>>& texts) {
    std::vector<std::string> out;
    for (const Placed& placed : texts.value_or(std::vector<Placed>{})) out.push_back(placed.text);
    return out;
}

void SiteReader::read_top(Reader& root) {
    root.required_text("site", site_.site, id_form);
    root.required_text("name", site_.name, line_form);
    root.text("locale", site_.locale, locale_form);
    root.text("timezone", site_.timezone, timezone_form);
    for (const std::string& origin : plain(root.texts("origins", origin_form)))
        site_.origins.push_back(*parse_origin(origin));
    if (root.text("public_url", site_.public_url, public_url_form))
        site_.public_url = parse_origin(site_.public_url).value_or("");
    for (const std::string& proxy : plain(root.texts("trusted_proxies", network_form)))
        site_.trusted_proxies.push_back(*parse_network(proxy));
}

void SiteReader::read_phone(Reader& table) {
    Phone phone;
    table.required_text("label", phone.label, line_form);
    table.required_text("number", phone.number, phone_form);
    note_hours(table, "hours", table.text("hours", phone.hours, name_form));
    site_.phones.push_back(std::move(phone));
}

void SiteReader::read_contact(Reader& table) {
    table.text("email", site_.contact.email, contact_email_form);
    site_.contact.ask_in_mail = plain(table.texts("ask_in_mail", mail_part_form));
}

constexpr Form interval_form = {[](std::string_view text) { return parse_interval(text).has_value(); },
                                "\"HH:MM-HH:MM\" with from before to, at most \"24:00\""};

constexpr Form holiday_form = {[](std::string_view text) { return text == "mx-lft" || parse_date(text).has_value(); },
                               "\"mx-lft\" or a date \"YYYY-MM-DD\""};

void SiteReader::read_hours(const Placed& name, Reader& table) {
    static constexpr std::array<std::string_view, 7> days = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    tickets::Hours& hours = site_.hours[name.text];
    if (!line_form.admits(name.text)) table.problem(name.place, "", "a name of one line");
    for (std::size_t day = 0; day < days.size(); ++day) {
        auto& intervals = hours.week[day];
        const auto texts = table.texts(days[day], interval_form);
        for (const Placed& text : texts.value_or(std::vector<Placed>{})) {
            const tickets::Interval interval = *parse_interval(text.text);
            const auto overlaps = [&interval](const tickets::Interval& other) {
                return interval.from_min < other.to_min && other.from_min < interval.to_min;
            };
            if (std::ranges::any_of(intervals, overlaps))
                table.problem(text.place, days[day], "hours that do not overlap those before");
            intervals.push_back(interval);
        }
        std::ranges::sort(intervals);
    }
    for (const std::string& holiday : plain(table.texts("holidays", holiday_form))) {
        if (holiday == "mx-lft") {
            hours.mx_lft = true;
        } else {
            hours.holidays.push_back(*parse_date(holiday));
        }
    }
    std::ranges::sort(hours.holidays);
}

void SiteReader::read_channel(Reader& table) {
    static constexpr std::array all = {Ask::message, Ask::name, Ask::email, Ask::department};
    static constexpr Form ask_form = {[](std::string_view text) {
                                          return std::ranges::any_of(
                                              all, [text](Ask ask) { return to_string(ask) == text; });
                                      },
                                      "message, name, email or department"};

    Channel channel;
    const auto id = table.required_text("id", channel.id, id_form);
    if (id && site_.find_channel(channel.id) != nullptr)
        table.problem("id", fmt::format("an id of its own, found \"{}\" again", channel.id));
    table.required_text("title", channel.title, line_form);
    table.text("greeting", channel.greeting, text_form);
    table.integer("priority", channel.priority, -1, 1);
    table.choice("side", channel.side, {Side::left, Side::right});
    Place ask_place = table.place();
    if (const auto asks = table.texts("ask", ask_form)) {
        channel.ask.clear();
        for (const Placed& text : *asks) {
            channel.ask.push_back(*std::ranges::find(all, text.text, [](Ask ask) { return to_string(ask); }));
            ask_place = text.place;
        }
    }
    table.boolean("any_department", channel.any_department);
    origins_.channels.push_back(table.place());
    origins_.channel_asks.push_back(ask_place);
    site_.channels.push_back(std::move(channel));
}

// How long something is kept; empty if the key is absent.
std::optional<int> read_days(Reader& table, std::string_view key, std::int64_t least) {
    int days = 0;
    table.integer(key, days, least, max_days);
    return days > 0 ? std::optional(days) : std::nullopt;
}

void SiteReader::read_department(Reader& table) {
    Department department;
    const auto id = table.required_text("id", department.id, department_id_form);
    if (id && site_.find_department(department.id) != nullptr)
        table.problem("id", fmt::format("an id of its own, found \"{}\" again", department.id));
    table.required_text("name", department.name, line_form);
    const auto channel = table.text("channel", department.channel, name_form);
    if (channel && !channel->text.empty()) origins_.to_channels.push_back({table.path_of("channel"), *channel});
    note_hours(table, "hours", table.text("hours", department.hours, name_form));
    table.choice("assign", department.assign, {Assign::automatic, Assign::take});
    table.integer("capacity", department.capacity, 1, 10'000);
    table.integer("answer_within_s", department.answer_within_s, 1, day_s);
    table.integer("max_waiting", department.max_waiting, 0, million);
    table.integer("overflow_after_s", department.overflow_after_s, 0, day_s);
    const auto overflow = table.texts("overflow_to", line_form);
    for (const Placed& name : overflow.value_or(std::vector<Placed>{})) {
        origins_.overflow.push_back({site_.departments.size(), {table.path_of("overflow_to"), name}});
        department.overflow_to.push_back(name.text);
    }
    department.chats_days = read_days(table, "chats_days", 1);
    department.tickets_days = read_days(table, "tickets_days", min_ticket_days);
    if (department.chats_days && department.tickets_only())
        table.problem("chats_days", "no such key: a department without a channel has no chats");
    site_.departments.push_back(std::move(department));
}

void SiteReader::read_limits(Reader& table) {
    auto& limits = site_.limits;
    table.integer("messages_per_s", limits.messages_per_s, 1, million);
    table.integer("message_burst", limits.message_burst, 1, million);
    table.integer("sockets_per_address", limits.sockets_per_address, 1, million);
    table.integer("sockets_per_visitor", limits.sockets_per_visitor, 1, million);
    // Where more sockets are let in, more may come of them, unless it is said how much.
    const auto raise = [](int& limit, std::int64_t to) {
        limit = static_cast<int>(std::clamp<std::int64_t>(to, limit, million));
    };
    raise(limits.connections_per_address, limits.sockets_per_address);
    raise(limits.messages_per_address, std::int64_t{limits.messages_per_s} * limits.sockets_per_address);
    raise(limits.starts_per_address, std::int64_t{6} * limits.sockets_per_address);
    raise(limits.visitors_per_address, std::int64_t{6} * limits.sockets_per_address);
    table.integer("connections_per_address", limits.connections_per_address, 1, million);
    table.integer("messages_per_address", limits.messages_per_address, 1, million);
    table.integer("starts_per_address", limits.starts_per_address, 1, million);
    table.integer("visitors_per_address", limits.visitors_per_address, 1, million);
    table.integer("sockets_per_site", limits.sockets_per_site, 1, million);
    table.integer("messages_per_site", limits.messages_per_site, 1, million);
    table.integer("starts_per_site", limits.starts_per_site, 1, million);
    table.integer("visitors_per_site", limits.visitors_per_site, 1, million);
}

// The tables that say how the server runs, beside who is there.
void SiteReader::read_running(Reader& root) {
    root.table("chat", [this](Reader& table) {
        table.integer("agent_grace_s", site_.chat.agent_grace_s, 0, day_s);
        table.integer("visitor_grace_s", site_.chat.visitor_grace_s, 0, day_s);
        table.integer("idle_close_s", site_.chat.idle_close_s, 1, 30 * day_s);
        table.boolean("show_drafts", site_.chat.show_drafts);
    });
    root.table("limits", [this](Reader& table) { read_limits(table); });
    root.table("files", [this](Reader& table) {
        table.integer("max_mib", site_.files.max_mib, 1, 100);
        if (const auto types = table.texts("types", media_type_form)) site_.files.types = plain(types);
    });
    root.table("retention", [this](Reader& table) {
        table.integer("chats_days", site_.retention.chats_days, 1, max_days);
        table.integer("tickets_days", site_.retention.tickets_days, min_ticket_days, max_days);
    });
    root.table("store", [this](Reader& table) { read_store(table); });
    root.table("widget",
               [this](Reader& table) { table.text("identity_secret", site_.widget.identity_secret, secret_form); });
}

void SiteReader::read_store(Reader& table) {
    table.boolean("allow_lossy_redis", site_.store.allow_lossy_redis);
    table.integer("wait_replicas", site_.store.wait_replicas, 0, 16);
    for (const std::string& sentinel : plain(table.texts("sentinels", host_port_form)))
        site_.store.sentinels.push_back(*parse_host_port(sentinel));
}

void SiteReader::read_sla(Reader& table) {
    note_hours(table, "calendar", table.text("calendar", site_.sla.calendar, name_form));
    table.integer("first_response_h", site_.sla.first_response_h, 1, 8760);
    table.integer("resolution_h", site_.sla.resolution_h, 1, 8760);
    table.integer("close_after_silence_days", site_.sla.close_after_silence_days, 1, 3650);
}

void SiteReader::read_mail(Reader& table) {
    table.text("from", site_.mail.from, mailbox_form);
    table.text("smtp", site_.mail.smtp, smtp_form);
    table.text("lmtp", site_.mail.lmtp, lmtp_form);
    table.text("imap", site_.mail.imap, imap_form);
}

void SiteReader::check_references() {
    for (const auto& [key, name] : origins_.to_hours)
        if (!site_.hours.contains(name.text))
            problems_.add(name.place, key, fmt::format("the name of a table [hours.NAME], found \"{}\"", name.text));
    for (const auto& [key, name] : origins_.to_channels)
        if (site_.find_channel(name.text) == nullptr)
            problems_.add(name.place, key, fmt::format("the id of a [[channel]], found \"{}\"", name.text));
    for (const auto& [index, reference] : origins_.overflow) {
        const auto& [key, name] = reference;
        const Department* other = site_.find_department(name.text);
        if (other == nullptr) {
            problems_.add(name.place, key, fmt::format("the id of a [[department]], found \"{}\"", name.text));
        } else if (other == &site_.departments[index]) {
            problems_.add(name.place, key, "another department than this one");
        } else if (other->tickets_only()) {
            problems_.add(name.place, key, fmt::format("a department with a channel; \"{}\" has none", name.text));
        }
    }
}

// Every chat must have somewhere to go.
void SiteReader::check_routes(Reader& root) {
    if (site_.channels.empty()) root.problem("channel", "at least one [[channel]]");
    if (site_.departments.empty()) root.problem("department", "at least one [[department]]");
    for (std::size_t i = 0; i < site_.channels.size(); ++i) {
        const Channel& channel = site_.channels[i];
        if (channel.id.empty() || site_.find_channel(channel.id) != &channel) continue;
        const std::size_t departments = site_.departments_of(channel.id).size();
        if (departments == 0)
            problems_.add(origins_.channels[i], "channel.id",
                          fmt::format("at least one [[department]] with channel = \"{}\"", channel.id));
        // Without the question and without `any`, nothing would say where a chat goes.
        if (departments > 1 && !channel.any_department && !channel.asks(Ask::department))
            problems_.add(origins_.channel_asks[i], "channel.ask",
                          "\"department\" among the questions, for any_department is false and there are several");
    }
}

std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

std::string to_line(const Problem& problem) {
    std::string line = problem.file;
    if (problem.line > 0) line += fmt::format(":{}:{}", problem.line, problem.column);
    line += ": ";
    if (!problem.key.empty()) line += problem.key + ": ";
    line += problem.expected;
    // What was found may hold anything, a terminal's commands among it.
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return line;
}

tl::expected<Site, std::vector<Problem>> load(std::string_view toml_text, std::string_view file_name) {
    Problems problems(file_name);
    try {
        if (toml_text.size() > max_bytes) {
            problems.add({}, "toml", fmt::format("at most {} bytes", max_bytes));
            return tl::unexpected(problems.take());
        }
        if (std::ranges::count(toml_text, '.') > max_dots) {
            problems.add({}, "toml", fmt::format("at most {} dots", max_dots));
            return tl::unexpected(problems.take());
        }
        const toml::table file = toml::parse(toml_text);
        Site site = SiteReader(problems).read(file);
        if (problems.empty()) return site;
    } catch (const toml::parse_error& error) {
        problems.add(place_of(error.source()), "toml", "TOML: " + first_line(error.description()));
    } catch (const std::exception& error) {
        problems.add({}, "toml", "a file that can be read: " + first_line(error.what()));
    }
    return tl::unexpected(problems.take());
}

tl::expected<Site, std::vector<Problem>> load_file(const std::filesystem::path& path) {
    std::error_code error;
    std::ifstream in;
    // Opening a directory succeeds, and reading from a pipe may never end.
    if (std::filesystem::is_regular_file(path, error)) in.open(path, std::ios::binary);
    std::string text;
    if (in.is_open()) {
        text.resize(max_bytes + 1);
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(in.gcount()));
    }
    if (!in.is_open() || in.bad())
        return tl::unexpected(std::vector{Problem{path.string(), 0, 0, "", "expected a file that can be read"}});
    return load(text, path.string());
}

}  // namespace ventanilla::config
