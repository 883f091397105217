// GET /metrics on an address of its own: what Prometheus scrapes. Read when asked, so nothing is counted twice.

#include <array>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "api/handlers.hpp"
#include "api/process_usage.hpp"
#include "api/uploads.hpp"
#include "protocol/words.hpp"

namespace ventanilla::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

class Families {
public:
    /// Begins a family; `value` adds to it.
    Families& family(std::string name, std::string help, MetricType type) {
        families_.push_back({"ventanilla_" + name, std::move(help), type, {}});
        return *this;
    }
    Families& counter(std::string name, std::string help) {
        return family(std::move(name), std::move(help), MetricType::Counter);
    }
    Families& gauge(std::string name, std::string help) {
        return family(std::move(name), std::move(help), MetricType::Gauge);
    }
    template <typename Number>
    Families& value(Number number, Labels labels = {}) {
        ClientMetric metric;
        metric.label = std::move(labels);
        auto& family = families_.back();
        (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = static_cast<double>(number);
        family.metric.push_back(std::move(metric));
        return *this;
    }
    const std::vector<MetricFamily>& all() const { return families_; }

private:
    std::vector<MetricFamily> families_;
};

void add_web(Families& to, const web::Counters& counters) {
    to.gauge("http_connections", "Open connections that speak HTTP").value(counters.connections_open);
    to.counter("connections_accepted_total", "Accepted connections").value(counters.connections_accepted);
    to.counter("accept_pauses_total", "Times accepting paused for want of file descriptors")
        .value(counters.accept_pauses);
    to.counter("http_refused_total", "Requests and connections that went no further");
    for (std::size_t i = 0; i < counters.refused.size(); ++i) {
        to.value(counters.refused[i], {{"reason", web::to_string(static_cast<web::Refusal>(i))}});
    }
    to.counter("http_responses_total", "Answers by class of status");
    for (std::size_t i = 1; i < counters.responses.size(); ++i) {
        to.value(counters.responses[i], {{"status", std::to_string(i) + "xx"}});
    }
    to.gauge("sockets", "Open WebSockets").value(counters.sockets_open);
    to.counter("sockets_opened_total", "WebSockets opened").value(counters.sockets_opened);
    to.counter("frames_total", "WebSocket text frames");
    to.value(counters.frames_in, {{"direction", "in"}}).value(counters.frames_out, {{"direction", "out"}});
    to.counter("frame_bytes_total", "Bytes of WebSocket text");
    to.value(counters.bytes_in, {{"direction", "in"}}).value(counters.bytes_out, {{"direction", "out"}});
    to.counter("sockets_closed_total", "WebSockets that the server gave up");
    to.value(counters.slow_closes, {{"reason", "slow"}}).value(counters.silent_closes, {{"reason", "silent"}});
    to.value(counters.abuse_closes, {{"reason", "abuse"}});
}

void add_desk(Families& to, const Services& services) {
    const auto& desk = services.desk;
    to.gauge("people_connected", "Connections of this server that said hello");
    to.value(desk.hub.count(desk::Member::Kind::visitor), {{"kind", "visitor"}});
    to.value(desk.hub.count(desk::Member::Kind::agent), {{"kind", "agent"}});

    to.gauge("chats_waiting", "Chats in the queue of a department, on all servers");
    for (const auto& queue : desk.board.queues()) to.value(queue.waiting, {{"department", queue.department}});
    to.gauge("longest_wait_seconds", "How long the first in the queue has waited");
    for (const auto& queue : desk.board.queues()) to.value(queue.longest_wait_s, {{"department", queue.department}});
    to.gauge("free_slots", "Chats that the agents of a department could take now");
    for (const auto& queue : desk.board.queues()) to.value(queue.free_slots, {{"department", queue.department}});

    std::map<std::string, int> agents{{"online", 0}, {"away", 0}, {"offline", 0}, {"grace", 0}};
    int held = 0;
    for (const auto& agent : desk.board.agents()) {
        if (agent.disabled) continue;
        ++agents[agent.state];
        held += agent.load;
    }
    to.gauge("agents", "Agents by state, on all servers");
    for (const auto& [state, count] : agents) to.value(count, {{"state", state}});
    to.gauge("chats_assigned", "Chats that agents hold, on all servers").value(held);

    to.gauge("archiving_chats", "Closed chats that are not in SQL yet, of all servers")
        .value(services.housekeeping.archiving());
    to.gauge("sql_waiting", "Calls that wait for a connection to SQL").value(desk.record.waiting());
    to.gauge("broken", "Parts that keep this server from being ready").value(services.broken().size());
}

void add_uploads_to(Families& to, const Uploads& uploads) {
    const auto& counters = uploads.counters;
    to.counter("uploads_total", "Files taken").value(counters.taken);
    to.counter("upload_bytes_total", "Bytes of files taken").value(counters.bytes);
    to.counter("uploads_refused_total", "Uploads that were not taken");
    for (std::size_t i = 0; i < counters.refused.size(); ++i) {
        to.value(counters.refused[i], {{"reason", to_string(static_cast<UploadRefusal>(i))}});
    }
    to.gauge("uploads_open", "Uploads that are coming in").value(uploads.places.taken());
    to.counter("downloads_total", "Files given out").value(counters.downloads);
    to.gauge("files_waiting", "Steps that wait for a thread of the file store").value(uploads.store.waiting());
}

void add_tickets(Families& to, const TicketsService& tickets) {
    to.counter("tickets_opened_total", "Tickets opened here, by the form and by phone").value(tickets.opened);
    to.counter("captcha_wrong_total", "Wrong, expired or spent answers to a challenge").value(tickets.wrong_captchas);
}

void add_limits(Families& to, const Services& services) {
    to.counter("limit_refused_total", "What was refused with slow_down because somebody did too much of it");
    for (std::size_t i = 0; i < static_cast<std::size_t>(session::Limit::count_); ++i) {
        const auto limit = static_cast<session::Limit>(i);
        to.value(services.sessions.limits.refused(limit), {{"limit", session::to_string(limit)}});
    }
    const auto& tickets = services.tickets;
    const std::array<const AddressLimit*, 5> limits{&tickets.limits.captcha, &tickets.limits.tickets,
                                                    &tickets.limits.messages, &tickets.limits.uploads,
                                                    &tickets.limits_of_reads};
    for (const auto* limit : limits) {
        to.value(limit->refused, {{"limit", std::string(limit->name) + "_per_address"}});
    }
    const auto& sign_ins = services.sign_ins;
    to.value(sign_ins.account, {{"limit", "sign_ins_per_account"}});
    to.value(sign_ins.address, {{"limit", "sign_ins_per_address"}});
    to.value(sign_ins.busy, {{"limit", "sign_ins_per_site"}});
}

void add_process(Families& to, const Services& services) {
    const auto usage = process_usage();
    to.gauge("loop_lag_seconds", "Longest delay of the event loop since the last scrape");
    to.value(std::chrono::duration<double>(services.loop_lag()).count());
    to.gauge("resident_memory_bytes", "Memory of the process").value(usage.resident_bytes);
    to.gauge("open_fds", "Open file descriptors").value(usage.open_fds);
    to.gauge("max_fds", "File descriptors that may be open").value(usage.max_fds);
    to.counter("cpu_seconds_total", "Processor time used").value(usage.cpu_s);
    to.gauge("start_time_seconds", "When the process began, since the Unix epoch").value(usage.started_s);
    to.gauge("build_info", "Always 1; the labels tell").value(1, {{"version", VENTANILLA_VERSION}});
}

Answer metrics(Services& services, web::Request) {
    co_await services.desk.board.refresh();
    Families families;
    add_web(families, services.counters());
    add_desk(families, services);
    add_uploads_to(families, *services.uploads);
    add_tickets(families, services.tickets);
    add_limits(families, services);
    add_process(families, services);
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, families.all());
    web::Response response;
    response.set("content-type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = text.str();
    co_return response;
}

}  // namespace

web::Router metrics_routes(Services& services) {
    web::Router router;
    on(router, services, "GET", "/metrics", metrics);
    return router;
}

}  // namespace ventanilla::api
