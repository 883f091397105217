#pragma once
// The command line of ventanilla-load (README.md beside this explains every flag).

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ventanilla::load {

struct Options {
    std::string scenario;
    std::string url;
    std::string channel;     ///< "": the site's first
    std::string department;  ///< "": any
    std::vector<std::string> sources;
    std::string tokens_file;
    std::string agent_prefix = "carga-";
    std::string password_file;
    std::string json_file;
    std::string html_file;
    std::string peer;
    std::string arrivals = "poisson";
    std::size_t visitors = 200;
    std::size_t agents = 10;
    std::size_t workers = 1;
    std::size_t text_bytes = 200;
    std::size_t waiting = 0;
    std::size_t assignments = 10'000;
    std::size_t beside = 0;
    double rate = 1000;  ///< 0: as many as it takes
    double duration_s = 10;
    double warmup_s = 2;
    double agent_share = 0;
    double stuck_share = 0.1;
    double haste = 1;
    std::uint64_t seed = 1;
    pid_t server_pid = 0;
    pid_t redis_pid = 0;
    bool quiet = false;
    bool keep_chats = false;
    bool system_calls = false;
};

/// What main does next: go on, or end with this code (the text has been printed).
struct Parsed {
    Options options;
    int exit_code = -1;  ///< -1: go on
};

Parsed parse_options(int argc, char** argv);

}  // namespace ventanilla::load
