#include "store/live/live_fixture.hpp"

#include <csignal>

#include <atomic>

namespace ventanilla::live {

using nlohmann::json;

namespace {

json department(const std::string& channel, const std::string& assign = "auto") {
    return {{"channel", channel},          {"assign", assign},   {"capacity", 4},
            {"answer_within_s", 60},       {"max_waiting", 200}, {"overflow_after_s", 0},
            {"overflow_to", json::array()}};
}

json demo_routing() {
    return {{"channels",
             {{"soporte", {{"priority", 0}, {"departments", {"tecnico", "contable", "manual"}}, {"any", true}}},
              {"ventas", {{"priority", 0}, {"departments", {"ventas"}}, {"any", false}}}}},
            {"departments",
             {{"tecnico", department("soporte")},
              {"contable", department("soporte")},
              {"manual", department("soporte", "take")},
              {"ventas", department("ventas")},
              {"quejas", department("")}}},
            {"order", {"tecnico", "contable", "manual", "ventas", "quejas"}},
            {"chat", {{"agent_grace_s", 20}, {"visitor_grace_s", 120}, {"idle_close_s", 1200}}}};
}

std::string new_site() {
    static std::atomic<int> sites = 0;
    return "t" + std::to_string(++sites);
}

RedisAddress address_of(const std::string& socket) {
    RedisAddress address;
    address.unix_path = socket;
    return address;
}

RedisPool::Options small_pool() {
    RedisPool::Options options;
    options.links = 2;
    return options;
}

}  // namespace

Node::Node(boost::asio::io_context& io, const std::string& socket, const std::string& site)
    : pool(io, address_of(socket), small_pool()), store(io, pool, site) {
    pool.start();
    store.on_event([this](Event event) { heard.push_back(std::move(event)); });
    store.on_fenced([this] { ++fenced; });
}

LiveTest::LiveTest(test::RedisServer& redis_server)
    : server(redis_server),
      site(new_site()),
      routing(demo_routing()),
      node(std::make_unique<Node>(io, server.socket_path(), site)),
      live(node->store) {
    // As the server does: hiredis writes into connections that a killed Redis left behind.
    std::signal(SIGPIPE, SIG_IGN);
    configure();
}

LiveTest::~LiveTest() {
    node->pool.stop();
    io.restart();
    io.run_for(std::chrono::milliseconds(20));
}

void LiveTest::connect(Node& wanted) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    // So many affinities meet each of the few links.
    for (int affinity = 0; affinity < 32;) {
        auto answer = wait(wanted.pool.command(std::to_string(affinity), std::vector<std::string>{"PING"}));
        if (answer) {
            ++affinity;
        } else {
            ASSERT_LT(std::chrono::steady_clock::now(), until) << "no connection to " << server.socket_path();
            listen(std::chrono::milliseconds(5));
        }
    }
}

void LiveTest::listen(std::chrono::milliseconds time) {
    io.restart();
    io.run_for(time);
}

std::unique_ptr<Node> LiveTest::new_node() {
    auto other = std::make_unique<Node>(io, server.socket_path(), site);
    connect(*other);
    get(other->store.start(routing.dump(), std::to_string(std::hash<std::string>{}(routing.dump()))));
    listen();
    return other;
}

void LiveTest::configure() {
    connect(*node);
    get(live.start(routing.dump(), std::to_string(std::hash<std::string>{}(routing.dump()))));
}

Swept LiveTest::pass(std::int64_t seconds) {
    const auto step = std::to_string(seconds * 1000);
    redis({"HINCRBY", redis_key("meta"), "clock", step});
    std::istringstream nodes(redis({"ZRANGE", redis_key("nodes"), "0", "-1"}));
    for (std::string inc; nodes >> inc;) redis({"ZINCRBY", redis_key("nodes"), step, inc});
    return get(live.sweep());
}

AgentMeta LiveTest::agent(const std::string& id, std::vector<std::string> departments, int capacity) {
    AgentMeta meta;
    meta.id = id;
    meta.username = id;
    meta.name = "Agente " + id;
    meta.role = "agent";
    meta.departments = std::move(departments);
    meta.capacity = capacity;
    return meta;
}

Events LiveTest::online(const std::string& id, std::vector<std::string> departments, int capacity) {
    get(live.agent_put(agent(id, std::move(departments), capacity)));
    get(live.agent_hello({id, "console-" + id}));
    return set_state(id, "online");
}

std::string LiveTest::visitor(const std::string& name) {
    VisitorHello hello;
    hello.fresh_visitor = "v_" + name;
    hello.fresh_token_hash = "hash-" + name;
    hello.channel = "soporte";
    hello.locale = "es-MX";
    hello.page_json = "{}";
    return get(live.visitor_hello(hello)).visitor;
}

StartChat LiveTest::start_of(const std::string& visitor, const std::string& department, const std::string& client_id) {
    StartChat start;
    start.chat = "c_" + std::to_string(++count);
    start.visitor = visitor;
    start.token_hash = "hash-" + visitor.substr(2);
    start.channel = "soporte";
    start.department = department;
    start.open_departments = {"tecnico", "contable", "manual"};
    start.client_id = client_id;
    start.content_hash = "content";
    start.name = "Visitante";
    start.email = "v@example.mx";
    start.fields_json = "{}";
    start.message_rest = R"("kind":"message","from":{"role":"visitor","id":"x","name":"Visitante"},"text":"hola"})";
    return start;
}

std::string LiveTest::start(const std::string& department) {
    return get(live.chat_start(start_of(visitor(std::to_string(count)), department))).chat;
}

Append LiveTest::message(const std::string& chat, const std::string& role, const std::string& sender,
                         const std::string& client_id, const std::string& text) {
    return {chat, role, sender, client_id, "hash of " + text, R"("kind":"message","text":")" + text + "\"}"};
}

std::vector<json> LiveTest::log(const std::string& chat) {
    std::vector<json> entries;
    for (const auto& frame : get(live.read_log(chat, 0, 10000)).frames) entries.push_back(json::parse(frame));
    return entries;
}

std::string LiveTest::story(const std::string& chat) {
    std::string words;
    for (const auto& entry : log(chat)) {
        words += words.empty() ? "" : " ";
        words += entry.at("kind").get<std::string>();
        if (entry.contains("reason")) words += ":" + entry.at("reason").get<std::string>();
        if (entry.contains("agent")) words += ":" + entry.at("agent").at("id").get<std::string>();
        if (entry.contains("outcome")) words += ":" + entry.at("outcome").get<std::string>();
    }
    return words;
}

std::vector<json> LiveTest::decisions(const std::string& chat) {
    return json::parse(get(live.decisions(chat))).get<std::vector<json>>();
}

std::string kinds_of(const Events& events) {
    static const std::map<Event::Kind, std::string> names{
        {Event::Kind::entry, "entry"},         {Event::Kind::assigned, "assigned"},
        {Event::Kind::revoked, "revoked"},     {Event::Kind::agent, "agent"},
        {Event::Kind::displaced, "displaced"}, {Event::Kind::signed_out, "signed_out"},
        {Event::Kind::visitor, "visitor"},     {Event::Kind::ephemeral, "ephemeral"}};
    std::string words;
    for (const auto& event : events) {
        words += (words.empty() ? "" : " ") + names.at(event.kind);
        if (event.kind == Event::Kind::entry) words += ":" + event.entry_kind;
        if (event.kind != Event::Kind::entry && !event.reason.empty()) words += ":" + event.reason;
    }
    return words;
}

}  // namespace ventanilla::live
