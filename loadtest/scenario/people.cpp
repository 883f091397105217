#include "loadtest/scenario/people.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loadtest/wire/clock.hpp"
#include "loadtest/wire/http.hpp"

namespace ventanilla::load {
namespace {

using nlohmann::json;
template <class T>
using Or = tl::expected<T, std::string>;

Or<std::string> first_channel(const Target& target) {
    const auto answer = http(target, "GET", "/api/v1/site");
    if (!answer) return tl::unexpected(answer.error());
    const auto site = json::parse(answer->body, nullptr, false);
    if (answer->status != 200 || !site.is_object() || !site.contains("channels") || site["channels"].empty())
        return tl::unexpected(
            fmt::format("GET /api/v1/site answered {}: is that a Ventanilla server?", answer->status));
    return site["channels"][0].value("id", "");
}

Or<std::string> password(const Options& options) {
    std::string password;
    if (options.password_file.empty()) {
        const auto* given = std::getenv("VENTANILLA_LOAD_PASSWORD");
        if (given == nullptr)
            return tl::unexpected(std::string("the agents' password is missing: --password-file, "
                                              "--tokens or VENTANILLA_LOAD_PASSWORD"));
        return std::string(given);
    }
    std::ifstream file(options.password_file);
    if (!std::getline(file, password)) return tl::unexpected(fmt::format("{}: cannot be read", options.password_file));
    return password;
}

Or<std::string> sign_in(const Target& target, const std::string& username, const std::string& password) {
    const auto body = json{{"username", username}, {"password", password}}.dump();
    auto answer = http(target, "POST", "/api/v1/sessions", body);
    // Its store is away for a moment: anything else is an answer.
    for (int tries = 0; answer && answer->status == 503 && tries < 30; ++tries) {
        ::sleep(1);
        answer = http(target, "POST", "/api/v1/sessions", body);
    }
    if (!answer) return tl::unexpected(answer.error());
    const auto reply = json::parse(answer->body, nullptr, false);
    if (answer->status != 200 || !reply.is_object())
        return tl::unexpected(fmt::format("{} could not sign in: {} {}", username, answer->status, answer->body));
    return reply.value("token", "");
}

Or<std::vector<std::string>> tokens(const Options& options, const Target& target) {
    std::vector<std::string> tokens;
    if (!options.tokens_file.empty()) {
        std::ifstream file(options.tokens_file);
        for (std::string line; tokens.size() < options.agents && std::getline(file, line);)
            if (!line.empty()) tokens.push_back(line);
        if (tokens.size() == options.agents) return tokens;
    }
    const auto secret = password(options);
    if (!secret) return tl::unexpected(secret.error());
    // Whoever holds a token is the agent.
    const auto before = ::umask(077);
    std::ofstream file;
    if (!options.tokens_file.empty()) file.open(options.tokens_file, std::ios::app);
    ::umask(before);
    // Each is kept at once: the next attempt goes on from there.
    for (auto number = tokens.size() + 1; number <= options.agents; ++number) {
        auto token = sign_in(target, fmt::format("{}{}", options.agent_prefix, number), *secret);
        if (!token) return tl::unexpected(token.error());
        if (!options.tokens_file.empty() && !(file << *token << std::endl))
            return tl::unexpected(fmt::format("{}: cannot be written", options.tokens_file));
        tokens.push_back(std::move(*token));
    }
    return tokens;
}

/// As many descriptors as the machine allows; the error names what is missing.
Or<bool> enough_descriptors(const Options& options) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const auto needed = (options.visitors + options.beside + options.agents) / options.workers + 64;
    if (needed <= limit.rlim_cur) return true;
    return tl::unexpected(fmt::format(
        "{} sockets a process are more than the {} descriptors it may have: use --workers", needed, limit.rlim_cur));
}

Or<std::vector<in_addr>> sources(const Options& options, const Target& target) {
    std::vector<in_addr> found;
    for (const auto& text : options.sources) {
        const auto address = parse_source(text);
        if (!address) return tl::unexpected(address.error());
        found.push_back(*address);
    }
    // To one address and port there are 28,000 from each of ours. Loopback has as many addresses as one likes.
    constexpr std::size_t each = 20000;
    // Those who go again leave their port behind for a minute.
    const auto sockets = options.visitors + options.beside + options.agents + options.waiting;
    if (found.empty() && target.loopback() && sockets > each)
        for (std::size_t i = 0; i <= sockets / each; ++i)
            found.push_back(*parse_source(fmt::format("127.0.0.{}", 2 + i)));
    return found;
}

}  // namespace

Or<Setup> prepare(const Options& options) {
    Setup setup;
    if (const auto enough = enough_descriptors(options); !enough) return tl::unexpected(enough.error());
    auto target = parse_target(options.url);
    if (!target) return tl::unexpected(target.error());
    if (options.peer == "socketio") target->dialect = Dialect::socketio;
    if (options.peer == "bare") target->dialect = Dialect::bare;
    auto from = sources(options, *target);
    if (!from) return tl::unexpected(from.error());
    target->sources = std::move(*from);
    auto channel = options.channel.empty() ? first_channel(*target) : Or<std::string>(options.channel);
    if (!channel) return tl::unexpected(channel.error());
    setup.channel = std::move(*channel);
    setup.department = options.department.empty() ? "any" : options.department;
    auto people = tokens(options, *target);
    if (!people) return tl::unexpected(people.error());
    setup.tokens = std::move(*people);
    setup.target = std::move(*target);
    setup.visitors = options.visitors;
    setup.workers = options.workers;
    setup.tag = fmt::format(".{:x}", now_ns() & 0xFFFFFFFFU);
    setup.text_bytes = options.text_bytes;
    setup.seed = options.seed;
    setup.haste = options.haste;
    setup.arrivals = options.arrivals == "even" ? Arrivals::even : Arrivals::poisson;
    return setup;
}

}  // namespace ventanilla::load
