#include "loadtest/scenario/options.hpp"

#include <CLI/CLI.hpp>

namespace ventanilla::load {
namespace {

void add_load(CLI::App& app, Options& options, std::string& rate) {
    app.add_option("--visitors", options.visitors, "visitors with a socket each")->capture_default_str();
    app.add_option("--agents", options.agents, "agents, signed in as PREFIX1, PREFIX2, …")->capture_default_str();
    app.add_option("--rate", rate,
                   "messages a second (mixed: chats a second; storm: sockets a second), or `max`: each "
                   "sender waits for its acknowledgement and goes on at once")
        ->default_str("1000");
    app.add_option("--beside", options.beside, "talk: visitors more who are only there")->capture_default_str();
    app.add_option("--duration", options.duration_s, "seconds of each measured step")->capture_default_str();
    app.add_option("--warmup", options.warmup_s, "seconds before the first one")->capture_default_str();
    app.add_option("--text", options.text_bytes, "bytes of a message's text")
        ->capture_default_str()
        ->check(CLI::Range(32, 4000));
    app.add_option("--agent-share", options.agent_share, "share of the messages that agents write, 0 to 1")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--stuck", options.stuck_share, "slow: share of the readers who stop reading for a while")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--waiting", options.waiting,
                   "queue: so many wait, without a socket, and only what frees and assigns is measured; 0: every "
                   "visitor keeps the socket and starts the next chat")
        ->capture_default_str();
    app.add_option("--assignments", options.assignments, "queue with --waiting: how many, half of the queue at a time")
        ->capture_default_str();
    app.add_option("--haste", options.haste, "mixed: people think and write so many times as fast")
        ->capture_default_str()
        ->check(CLI::Range(0.1, 1000.0));
    app.add_option("--arrivals", options.arrivals, "of messages in an open loop: poisson or even")
        ->capture_default_str()
        ->check(CLI::IsMember({"poisson", "even"}));
    app.add_option("--seed", options.seed, "the same seed gives the same load")->capture_default_str();
}

void add_people(CLI::App& app, Options& options) {
    app.add_option("--channel", options.channel, "id of the channel to chat in (default: the site's first)");
    app.add_option("--department", options.department, "id of the department (default: any)");
    app.add_option("--agent-prefix", options.agent_prefix, "what the agents' usernames begin with")
        ->capture_default_str();
    app.add_option("--password-file", options.password_file,
                   "file with the agents' password (default: the environment's VENTANILLA_LOAD_PASSWORD)");
    app.add_option("--tokens", options.tokens_file,
                   "file of the agents' tokens, one a line: read if it is there, else written after signing in");
}

void add_machine(CLI::App& app, Options& options) {
    app.add_option("--workers", options.workers,
                   "processes of the tester; each may have 20000 sockets or what `ulimit -n` says")
        ->capture_default_str()
        ->check(CLI::Range(1, 16));
    app.add_option("--source", options.sources, "local addresses to connect from, in turn (28000 sockets each)")
        ->delimiter(',');
    app.add_option("--pid", options.server_pid, "the server's process (default: who listens on that port here)");
    app.add_option("--redis-pid", options.redis_pid, "its Redis (default: the server's child)");
    app.add_option("--peer", options.peer,
                   "what the server speaks: ventanilla, socketio, or bare (nothing after the upgrade)")
        ->check(CLI::IsMember({"ventanilla", "socketio", "bare"}));
    app.add_flag("--system-calls", options.system_calls,
                 "count the server's system calls (root; all get slower by it)");
    app.add_option("--json", options.json_file, "write the report as JSON");
    app.add_option("--html", options.html_file, "write the report as one HTML page with plots");
    app.add_flag("--keep-chats", options.keep_chats, "do not close the chats at the end");
    app.add_flag("--quiet", options.quiet, "no line of progress");
}

}  // namespace

Parsed parse_options(int argc, char** argv) {
    Parsed parsed;
    auto& options = parsed.options;
    std::string rate = "1000";
    CLI::App app("Puts a load on a Ventanilla server, checks that it keeps its promises, and says what that cost.",
                 "ventanilla-load");
    app.add_option("scenario", options.scenario, "talk, max, idle, storm, queue, slow or mixed")
        ->required()
        ->check(CLI::IsMember({"talk", "max", "idle", "storm", "queue", "slow", "mixed"}));
    app.add_option("url", options.url, "the server, http://HOST:PORT")->required();
    add_load(app, options, rate);
    add_people(app, options);
    add_machine(app, options);
    try {
        app.parse(argc, argv);
        options.rate = rate == "max" ? 0 : std::stod(rate);
        if (rate != "max" && options.rate <= 0) throw CLI::ValidationError("--rate", "must be above 0, or `max`");
    } catch (const CLI::ParseError& error) {
        parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception&) {
        parsed.exit_code = app.exit(CLI::ValidationError("--rate", "must be a number, or `max`")) == 0 ? 0 : 2;
    }
    return parsed;
}

}  // namespace ventanilla::load
