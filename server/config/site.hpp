#pragma once
// The site's configuration (protocol.md 5) as plain data: what `load` makes of a TOML file. Fields have the documented
// defaults; durations are in the unit that their name ends in.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/network.hpp"
#include "tickets/calendar.hpp"

namespace ventanilla::config {

enum class CaptchaMode : std::uint8_t { code, pow, both };
enum class Side : std::uint8_t { left, right };
enum class Assign : std::uint8_t { automatic, take };
/// What a visitor is asked before a chat starts, in the order of the channel's `ask`.
enum class Ask : std::uint8_t { message, name, email, department };

std::string_view to_string(CaptchaMode mode) noexcept;
std::string_view to_string(Side side) noexcept;
std::string_view to_string(Assign assign) noexcept;  ///< "auto" or "take"
std::string_view to_string(Ask ask) noexcept;

/// A phone line shown on the contact page and in the widget.
struct Phone {
    std::string label = {};
    std::string number = {};  ///< as shown; `tel:` links keep its digits and a leading +
    std::string hours = {};   ///< name of a table under [hours]; empty: always open
};

/// The mail address of the desk and what people are asked to put into a mail.
struct Contact {
    std::string email = {};                     ///< empty: not shown
    std::vector<std::string> ask_in_mail = {};  ///< of subject, rfc, company, phone, email, name, description, picture
};

struct Look {
    std::string accent = "#0b6e4f";  ///< #rrggbb
};

/// A button on the page that leads to a chat: "support", "sales".
struct Channel {
    std::string id = {};
    std::string title = {};
    std::string greeting = {};
    int priority = 0;  ///< of its chats, -1 to 1
    Side side = Side::right;
    std::vector<Ask> ask = {Ask::message, Ask::name, Ask::email, Ask::department};
    bool any_department = true;  ///< visitors may choose "any department"

    bool asks(Ask what) const;
};

/// A queue of chats and of tickets; without a channel of tickets only.
struct Department {
    std::string id = {};
    std::string name = {};
    std::string channel = {};  ///< empty: tickets only
    std::string hours = {};    ///< name of a table under [hours]; empty: always open
    Assign assign = Assign::automatic;
    int capacity = 4;                     ///< chats at a time per agent
    std::int64_t answer_within_s = 60;    ///< no first answer by then: to another agent
    int max_waiting = 200;                ///< beyond: busy
    std::int64_t overflow_after_s = 120;  ///< waited so long: agents of overflow_to may get it too
    std::vector<std::string> overflow_to = {};
    std::optional<int> chats_days = {};    ///< empty: as [retention] says
    std::optional<int> tickets_days = {};  ///< empty: as [retention] says

    bool tickets_only() const { return channel.empty(); }
};

struct Chat {
    std::int64_t agent_grace_s = 20;
    std::int64_t visitor_grace_s = 120;
    std::int64_t idle_close_s = 1200;
    bool show_drafts = true;
};

/// Limits per sender, address and site; each server counts for itself. Those of an address are raised by `load` with
/// those of its sockets, so that an address may do what its sockets may.
struct Limits {
    int messages_per_s = 10;
    int message_burst = 20;
    int sockets_per_address = 2000;
    int sockets_per_visitor = 5;
    int connections_per_address = 2000;  ///< that speak HTTP
    int messages_per_address = 20'000;   ///< a second
    int starts_per_address = 12'000;     ///< a minute: of chats
    int visitors_per_address = 12'000;   ///< a minute: new ones
    int sockets_per_site = 100'000;
    int messages_per_site = 100'000;  ///< a second
    int starts_per_site = 60'000;     ///< a minute
    int visitors_per_site = 60'000;   ///< a minute
};

struct Files {
    int max_mib = 10;
    std::vector<std::string> types = {"image/png",       "image/jpeg", "image/webp", "image/gif",
                                      "application/pdf", "text/plain", "text/xml",   "application/zip"};
};

struct Retention {
    int chats_days = 730;
    int tickets_days = 1825;
};

struct Store {
    bool allow_lossy_redis = false;
    int wait_replicas = 0;
    std::vector<HostPort> sentinels = {};  ///< not empty: --redis is the name of the master set
};

struct Widget {
    std::string identity_secret = {};  ///< empty: `identify` is never verified. A secret: never log it
};

struct Sla {
    std::string calendar = {};         ///< name of a table under [hours]; empty: always open
    int first_response_h = 24;         ///< business hours
    int resolution_h = 48;             ///< business hours
    int close_after_silence_days = 3;  ///< times 24 h
};

struct Mail {
    std::string from = {};  ///< "Name <address>" or an address
    std::string smtp = {};  ///< smtp:// or smtps://; empty: mails stay in the outbox
    std::string lmtp = {};  ///< unix:PATH or HOST:PORT; empty: off
    std::string imap = {};  ///< imap:// or imaps://; empty: off
};

/// The whole configuration. Made by `load`, it is consistent: every name in it refers to something that is there.
struct Site {
    std::string site = {};
    std::string name = {};
    std::string locale = "es-MX";  ///< es-MX or en
    std::string timezone = "America/Mexico_City";
    std::vector<std::string> origins = {};  ///< as browsers send them
    std::string public_url = {};            ///< an origin; empty: the address listened on
    std::vector<Network> trusted_proxies = {};
    CaptchaMode captcha = CaptchaMode::code;
    std::vector<Phone> phones = {};
    Contact contact = {};
    Look look = {};
    std::map<std::string, tickets::Hours, std::less<>> hours = {};
    std::vector<Channel> channels = {};        ///< in configuration order
    std::vector<Department> departments = {};  ///< in configuration order
    Chat chat = {};
    Limits limits = {};
    Files files = {};
    Retention retention = {};
    Store store = {};
    Widget widget = {};
    Sla sla = {};
    Mail mail = {};

    /// The channel or department of that id; null if there is none.
    const Channel* find_channel(std::string_view id) const;
    const Department* find_department(std::string_view id) const;

    /// The departments that answer the channel's chats, in configuration order.
    std::vector<const Department*> departments_of(std::string_view channel) const;

    /// The calendar of the hours of that name in the site's zone; always open for an empty or unknown name.
    tickets::Calendar calendar(std::string_view hours_name) const;
};

}  // namespace ventanilla::config
