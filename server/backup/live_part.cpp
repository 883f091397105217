#include "backup/live_part.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "backup/tree.hpp"
#include "base/random.hpp"
#include "store/files/blobs.hpp"
#include "store/live/keys.hpp"

namespace ventanilla::backup {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kLogFolder = "appendonlydir";
constexpr const char* kLogManifest = "appendonly.aof.manifest";
constexpr const char* kSnapshotName = "appendonly.aof.1.base.rdb";
constexpr int kAttempts = 100;
constexpr auto kPause = 50ms;
constexpr auto kPatience = 60s;

struct LogFile {
    std::string name;
    std::shared_ptr<files::Descriptor> opened;
    std::uint64_t size = 0;
};

std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Opens what the manifest names ("file NAME seq 1 type b", a line each). Empty if a file of it is gone.
std::vector<LogFile> open_log(const fs::path& folder, const std::string& manifest) {
    std::vector<LogFile> log;
    std::istringstream lines(manifest);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string word, name;
        words >> word >> name;
        if (word != "file") continue;
        const int fd = ::open((folder / name).c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) return {};
        log.push_back({name, std::make_shared<files::Descriptor>(fd)});
    }
    for (auto& file : log) {
        struct stat about {};
        if (::fstat(file.opened->get(), &about) != 0) return {};
        file.size = static_cast<std::uint64_t>(about.st_size);
    }
    return log;
}

Done copy_log(const fs::path& from, const fs::path& to) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto manifest = read_text(from / kLogManifest);
        const auto log = open_log(from, manifest);
        // Unchanged after all files were open: together they are the whole log. A rewrite that begins now writes into
        // new files and deletes old ones, which stay readable here.
        if (!log.empty() && read_text(from / kLogManifest) == manifest) {
            fs::create_directories(to);
            for (const auto& file : log) copy_bytes(file.opened->get(), file.size, to / file.name);
            write_file(to / kLogManifest, manifest);
            return {};
        }
        std::this_thread::sleep_for(kPause);
    }
    return tl::unexpected(fmt::format("{} has no whole log: its files change all the time", from.string()));
}

/// A key that only a snapshot of after now can hold: Redis gives one that it is making for a replica to whoever asks.
class Mark {
public:
    Mark(live::SyncRedis& redis, int database, std::string_view site)
        : redis_(redis), database_(database), key_(live::key::site_prefix(site) + "backup:" + random_id("b_")) {
        good_ = redis_.ask({"SET", key_, "1", "PX", "3600000"}).fault() == nullptr;
    }
    ~Mark() { redis_.ask({"DEL", key_}); }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

    bool good() const { return good_; }
    /// Whether the log in `home` holds it. Taken away there.
    bool found_in(const fs::path& home) const {
        LogServer copy(home);
        if (auto started = copy.start(); !started) return false;
        const auto deleted = copy.connect(database_).ask({"DEL", key_});
        return deleted.integer() != nullptr && *deleted.integer() == 1;
    }

private:
    live::SyncRedis& redis_;
    int database_;
    std::string key_;
    bool good_ = false;
};

Done no_snapshot(const std::string& why) {
    return tl::unexpected(why +
                          " (a Redis of your own is backed up by a snapshot, as a replica takes it: the user that "
                          "--redis names needs the command SYNC)");
}

}  // namespace

Done copy_private_log(const fs::path& redis, const fs::path& folder) {
    fs::create_directories(folder);
    if (!fs::exists(redis / kLogFolder / kLogManifest)) return {};
    return copy_log(redis / kLogFolder, folder / kLogFolder);
}

Done take_foreign_log(const live::RedisAddress& address, std::string_view site, const fs::path& folder) {
    auto redis = live::SyncRedis::connect(address);
    if (!redis) return tl::unexpected(std::string("Redis does not answer"));
    const Mark mark(*redis, address.database, site);
    if (!mark.good()) return tl::unexpected(std::string("Redis takes no key"));
    const auto log = folder / kLogFolder;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        fs::remove_all(log);
        fs::create_directories(log);
        auto link = live::SyncRedis::connect(address, kPatience);
        if (!link) return tl::unexpected(std::string("Redis does not answer"));
        if (auto taken = link->take_snapshot(log / kSnapshotName); !taken) return no_snapshot(taken.error());
        write_file(log / kLogManifest, fmt::format("file {} seq 1 type b\n", kSnapshotName));
        if (mark.found_in(folder.parent_path())) return {};
        std::this_thread::sleep_for(kPause);
    }
    return tl::unexpected(std::string("Redis is making older snapshots all the time: try again"));
}

LogServer::LogServer(fs::path home) : home_(std::move(home)) {
    auto pattern = (fs::temp_directory_path() / "ventanilla-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder in the temporary one");
    run_ = pattern;
    live::ManagedRedis::Options options;
    options.data = home_;
    options.socket = run_ / "redis.sock";
    redis_ = std::make_unique<live::ManagedRedis>(io_, std::move(options));
}

LogServer::~LogServer() {
    stop();
    std::error_code ignored;
    fs::remove_all(run_, ignored);
}

Done LogServer::start() {
    return redis_->start();
}

void LogServer::stop() {
    redis_->stop();
    std::error_code ignored;
    fs::remove(home_ / "lock", ignored);
    fs::remove(home_ / "redis" / "redis.log", ignored);
}

live::SyncRedis LogServer::connect(int database) const {
    live::RedisAddress address;
    address.unix_path = redis_->socket_path();
    address.database = database;
    auto redis = live::SyncRedis::connect(address, kPatience);
    if (!redis) throw std::runtime_error("the redis-server of the copy does not answer");
    return std::move(*redis);
}

}  // namespace ventanilla::backup
