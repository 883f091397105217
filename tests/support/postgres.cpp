#include "support/postgres.hpp"

#include <libpq-fe.h>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace ventanilla::test {
namespace {

const std::filesystem::path programs = "/usr/lib/postgresql/15/bin";

// PostgreSQL refuses to run as root.
const passwd* unprivileged_user() {
    if (::geteuid() != 0) {
        return nullptr;
    }
    const passwd* user = ::getpwnam("postgres");
    user = user != nullptr ? user : ::getpwnam("nobody");
    if (user == nullptr) {
        throw std::runtime_error("there is neither a user postgres nor nobody to run PostgreSQL as");
    }
    return user;
}

// Between fork and exec: only what is safe there.
[[noreturn]] void become(const passwd* user, const std::vector<char*>& arguments, int log) {
    ::setpgid(0, 0);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    const bool changed =
        user == nullptr || (::setgroups(0, nullptr) == 0 && ::setgid(user->pw_gid) == 0 && ::setuid(user->pw_uid) == 0);
    // It must not outlive a test that was killed, not even frozen.
    if (changed && ::chdir("/") == 0 && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0) {
        ::execv(arguments.front(), arguments.data());
    }
    ::_exit(127);
}

pid_t spawn(std::vector<std::string> command, const std::filesystem::path& log_file) {
    std::vector<char*> arguments;
    for (std::string& argument : command) {
        arguments.push_back(argument.data());
    }
    arguments.push_back(nullptr);
    const passwd* const user = unprivileged_user();
    const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    const pid_t child = ::fork();
    if (child == 0) {
        become(user, arguments, log);
    }
    ::close(log);
    if (child < 0) {
        throw std::runtime_error("cannot fork");
    }
    return child;
}

std::string tail_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};

}  // namespace

PostgresServer::PostgresServer() {
    if (!std::filesystem::exists(programs / "initdb")) {
        throw std::runtime_error(
            fmt::format("PostgreSQL 15 is not installed ({}); apt-get install postgresql-15", programs.string()));
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "ventanilla-pg-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a directory for PostgreSQL");
    }
    directory_ = pattern;
    if (const passwd* const user = unprivileged_user()) {
        if (::chown(directory_.c_str(), user->pw_uid, user->pw_gid) != 0) {
            throw std::runtime_error("cannot give PostgreSQL its directory");
        }
    }
    const pid_t initdb = spawn({programs / "initdb", "-D", directory_ / "data", "-U", "postgres", "-A", "trust", "-N",
                                "--no-locale", "-E", "UTF8"},
                               directory_ / "log");
    int status = 0;
    ::waitpid(initdb, &status, 0);
    if (status != 0) {
        throw std::runtime_error("initdb failed: " + tail_of(directory_ / "log"));
    }
    start();
}

PostgresServer::~PostgresServer() {
    if (process_ > 0) {
        thaw();
        stop();
    }
    // A helper process of its may still be writing its last file.
    std::error_code error;
    for (int attempt = 0; attempt < 20; ++attempt, std::this_thread::sleep_for(std::chrono::milliseconds(100))) {
        std::filesystem::remove_all(directory_, error);
        if (!error) {
            return;
        }
    }
}

void PostgresServer::start() {
    process_ = spawn({programs / "postgres", "-D", directory_ / "data", "-k", directory_, "-c",
                      "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=50"},
                     directory_ / "log");
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!answers()) {
        if (std::chrono::steady_clock::now() > until || ::waitpid(process_, nullptr, WNOHANG) != 0) {
            throw std::runtime_error("PostgreSQL does not start: " + tail_of(directory_ / "log"));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

void PostgresServer::stop() {
    ::kill(process_, SIGINT);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void PostgresServer::freeze() {
    signal_all(SIGSTOP);
}

void PostgresServer::thaw() {
    signal_all(SIGCONT);
}

// Its children make process groups of their own, so they are looked up. The parent first: it then forks no more.
void PostgresServer::signal_all(int signal) const {
    ::kill(process_, signal);
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", process_));
    for (pid_t child = 0; children >> child;) {
        ::kill(child, signal);
    }
}

std::string PostgresServer::url_of(const std::string& database) const {
    return fmt::format("postgresql:///{}?host={}&user=postgres", database, directory_.string());
}

bool PostgresServer::answers() const {
    return PQping(url_of("postgres").c_str()) == PQPING_OK;
}

std::string PostgresServer::new_database() {
    const std::string name = fmt::format("test{}", ++databases_);
    query(url_of("postgres"), "CREATE DATABASE " + name);
    return url_of(name);
}

std::string PostgresServer::query(const std::string& url, const std::string& statement) {
    const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(url.c_str()));
    const std::unique_ptr<PGresult, Finish> result(PQexec(connection.get(), statement.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        throw std::runtime_error(fmt::format("{}: {}", statement, PQerrorMessage(connection.get())));
    }
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

PostgresServer& shared_postgres() {
    static PostgresServer server;
    return server;
}

}  // namespace ventanilla::test
