#pragma once
// A private redis-server for tests: its own directory, a Unix socket only, gone with the test.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ventanilla::test {

class RedisServer {
public:
    /// `options` are added to the command line, e.g. {"--maxmemory", "10mb"}. Without others it does not write to disk.
    /// Throws std::runtime_error if redis-server is not installed or will not start: a test that needs it then fails.
    explicit RedisServer(std::vector<std::string> options = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    std::string socket_path() const;
    /// As the server's flag --redis takes it.
    std::string url() const { return "unix:" + socket_path(); }
    /// Carries out one command. Texts, statuses and numbers as they are, nil as "", lists one element a line.
    /// Throws std::runtime_error with the text of an error.
    std::string command(const std::vector<std::string>& words);

    /// kill -9; start() brings it back with what it wrote to disk.
    void kill();
    void start();
    /// Freezes the process, connections open; thaw() lets it go on.
    void freeze();
    void thaw();

private:
    bool answers() const;

    std::filesystem::path directory_;
    std::vector<std::string> options_;
    pid_t process_ = -1;
};

/// One server for all tests of this program, started when first asked for. Each test takes a site of its own.
RedisServer& shared_redis();

}  // namespace ventanilla::test
