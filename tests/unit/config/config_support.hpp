#pragma once
// What the tests of the configuration share: texts that load, and reading them.

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "config/load.hpp"

namespace ventanilla::config::testing {

inline constexpr std::string_view minimal = R"(site = "s"
name = "S"
[[channel]]
id = "c"
title = "C"
[[department]]
id = "d"
name = "D"
channel = "c"
)";

/// The block of protocol.md 5, with the two departments that it names but leaves to the reader.
inline const std::string protocol_example = R"(site = "fel"
name = "Facturar en Línea"
locale = "es-MX"                       # es-MX or en
timezone = "America/Mexico_City"
origins = ["https://www.fel.mx"]       # pages that may embed the widget; the server's own is always allowed
public_url = "http://127.0.0.1:8080"
trusted_proxies = []

[captcha]
mode = "code"                          # code (image + audio), pow (ALTCHA), or both

[[phone]]
label = "Soporte técnico"
number = "+52 222 699 6524"
hours = "oficina"

[contact]
email = "soporte@example.mx"
ask_in_mail = ["subject", "rfc", "company", "phone", "name", "description"]

[look]
accent = "#0b6e4f"

[hours.oficina]                        # any name; a day not named is closed; a department without `hours` is always open
mon = ["09:00-18:00"]
sat = ["09:00-14:00"]
holidays = ["mx-lft"]                  # the statutory days, computed, and/or ISO dates

[[channel]]
id = "soporte"
title = "Chat de Soporte"
greeting = "Bienvenido al Chat de Soporte Técnico"
priority = 0
side = "left"
ask = ["message", "name", "email", "department"]
any_department = true                  # "cualquier departamento"

[[channel]]
id = "ventas"
title = "Chat de Ventas"
side = "right"
ask = ["name", "email"]

[[department]]
id = "soporte-tecnico"
name = "Soporte Técnico"
channel = "soporte"                    # left out: tickets only (payments, complaints, suggestions)
hours = "oficina"
assign = "auto"                        # auto (least busy, longest idle first) or take (agents pick)
capacity = 4                           # chats at a time per agent (the largest of an agent's departments), unless the agent has a number of its own; counted over all, chats in grace too
answer_within_s = 60                   # no first answer by then: to one who is online and untried for this chat, waiting for one if all are full; none: it stays, supervisors see it
max_waiting = 200                      # beyond: busy, offer a ticket
overflow_after_s = 120                 # then agents of `overflow_to` may get it too
overflow_to = ["soporte-contable"]

[chat]
agent_grace_s = 20                     # a console that vanished may come back
visitor_grace_s = 120
idle_close_s = 1200
show_drafts = true

[limits]                               # per sender and address; load tests raise them
messages_per_s = 10
message_burst = 20
sockets_per_address = 2000             # loopback is not exempt
sockets_per_visitor = 5

[files]
max_mib = 10
types = ["image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf", "text/plain", "text/xml", "application/zip"]

[retention]
chats_days = 730
tickets_days = 1825

[store]
allow_lossy_redis = false
wait_replicas = 0                       # acknowledge only when so many replicas have it too
sentinels = []                          # host:port, …; then --redis names the master set

[widget]
identity_secret = ""                   # or VENTANILLA_IDENTITY_SECRET_FILE

[sla]
calendar = "oficina"
first_response_h = 24                  # business hours
resolution_h = 48
close_after_silence_days = 3           # pending and no word from the customer

[mail]
from = "Soporte <soporte@example.mx>"
smtp = "smtp://127.0.0.1:25"           # empty: mails stay in the outbox
lmtp = "unix:lmtp.sock"                # where the MTA delivers; empty: off
imap = ""                              # imaps://user@host/INBOX, polled; empty: off
)"
                                            R"(
[[department]]
id = "soporte-contable"
name = "Soporte Contable"
channel = "soporte"

[[department]]
id = "ventas"
name = "Ventas"
channel = "ventas"
)";

inline std::string lines_of(const std::vector<Problem>& problems) {
    std::string out;
    for (const Problem& problem : problems) out += to_line(problem) + "\n";
    return out;
}

/// The site of a text that has to load.
inline Site loaded(std::string_view text) {
    auto site = load(text, "site.toml");
    if (!site) {
        ADD_FAILURE() << lines_of(site.error());
        return {};
    }
    return *std::move(site);
}

inline std::vector<Problem> problems_of(std::string_view text) {
    auto site = load(text, "site.toml");
    return site ? std::vector<Problem>{} : std::move(site).error();
}

}  // namespace ventanilla::config::testing
