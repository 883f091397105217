#include "store/live/sync_redis.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "store/live/keys.hpp"
#include "store/live/redis_link.hpp"

namespace ventanilla::live {
namespace {

constexpr std::chrono::milliseconds kConnecting = std::chrono::seconds(1);
constexpr int kSilenceMs = 60'000;  // Redis sends a blank line each second while it prepares a snapshot
constexpr std::size_t kChunk = 1UL << 20;
const std::string kScanCount = "500";

timeval to_timeval(std::chrono::milliseconds time) {
    return {time.count() / 1000, (time.count() % 1000) * 1000};
}

tl::unexpected<std::string> failed(std::string why) {
    return tl::unexpected(std::move(why));
}

/// Reads a snapshot as it comes over the wire: blank lines, "$<size>", the bytes.
class SnapshotReader {
public:
    explicit SnapshotReader(int descriptor) : descriptor_(descriptor) {}

    tl::expected<std::uint64_t, std::string> size() {
        std::string line;
        while (line.empty()) {
            auto read = read_line();
            if (!read) return failed(read.error());
            line = std::move(*read);
        }
        if (line.front() == '-') return failed("Redis gives no snapshot: " + line.substr(1));
        char* end = nullptr;
        const auto size = std::strtoull(line.c_str() + 1, &end, 10);
        if (line.front() != '$' || end == line.c_str() + 1 || *end != '\0') {
            return failed("Redis gives its snapshot in a form that is not known here");
        }
        return size;
    }

    tl::expected<void, std::string> copy(std::uint64_t size, std::ostream& out) {
        while (size > 0) {
            if (!fill()) return failed("the connection to Redis was lost during the snapshot");
            const auto part = std::min<std::uint64_t>(size, buffer_.size());
            out.write(buffer_.data(), static_cast<std::streamsize>(part));
            buffer_.erase(0, part);
            size -= part;
        }
        return {};
    }

private:
    tl::expected<std::string, std::string> read_line() {
        for (;;) {
            if (const auto end = buffer_.find('\n'); end != std::string::npos) {
                auto line = buffer_.substr(0, end);
                buffer_.erase(0, end + 1);
                if (!line.empty() && line.back() == '\r') line.pop_back();
                return line;
            }
            if (buffer_.size() > 4096 || !more()) return failed("Redis does not answer when asked for a snapshot");
        }
    }

    bool fill() { return !buffer_.empty() || more(); }

    bool more() {
        pollfd waiting{descriptor_, POLLIN, 0};
        if (::poll(&waiting, 1, kSilenceMs) <= 0) return false;
        const auto before = buffer_.size();
        buffer_.resize(before + kChunk);
        const auto size = ::read(descriptor_, buffer_.data() + before, kChunk);
        buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        return size > 0;
    }

    int descriptor_;
    std::string buffer_;
};

/// Sends DUMP and the end of life of each key, and stores what is answered on the other side.
tl::expected<std::uint64_t, std::string> copy_keys(SyncRedis& from, SyncRedis& to,
                                                   const std::vector<std::string>& keys) {
    for (const auto& name : keys) {
        from.send({"DUMP", name});
        from.send({"PEXPIRETIME", name});
    }
    std::uint64_t copied = 0;
    for (const auto& name : keys) {
        const auto dump = from.next();
        const auto ends = from.next();
        if (dump.fault() != nullptr) return failed(dump.fault()->message);
        if (dump.is_nil()) continue;  // its time is over
        const auto* end = ends.integer();
        const auto time = end != nullptr && *end > 0 ? *end : 0;
        to.send({"RESTORE", name, std::to_string(time), *dump.text(), "REPLACE", "ABSTTL"});
        ++copied;
    }
    for (std::uint64_t i = 0; i < copied; ++i) {
        if (const auto stored = to.next(); stored.fault() != nullptr) return failed(stored.fault()->message);
    }
    return copied;
}

}  // namespace

void SyncRedis::Close::operator()(redisContext* context) const {
    if (context != nullptr) redisFree(context);
}

std::optional<SyncRedis> SyncRedis::connect(const RedisAddress& address, std::chrono::milliseconds patience) {
    if (address.unix_path.empty() && address.host.empty()) return std::nullopt;
    const auto connecting = to_timeval(std::min(patience, kConnecting));
    SyncRedis redis(address.unix_path.empty() ? redisConnectWithTimeout(address.host.c_str(), address.port, connecting)
                                              : redisConnectUnixWithTimeout(address.unix_path.c_str(), connecting));
    if (!redis.context_ || redis.context_->err != 0) return std::nullopt;
    redisSetTimeout(redis.context_.get(), to_timeval(patience));
    if (!address.password.empty()) {
        std::vector<std::string> auth{"AUTH"};
        if (!address.user.empty()) auth.push_back(address.user);
        auth.push_back(address.password);
        redis.ask(auth);
    }
    if (address.database != 0) redis.ask({"SELECT", std::to_string(address.database)});
    if (redis.ask({"PING"}).fault() != nullptr) return std::nullopt;
    return redis;
}

RedisValue SyncRedis::ask(const std::vector<std::string>& words) {
    send(words);
    return next();
}

void SyncRedis::send(const std::vector<std::string>& words) {
    std::vector<const char*> pointers;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
        pointers.push_back(word.data());
        lengths.push_back(word.size());
    }
    redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), pointers.data(), lengths.data());
}

RedisValue SyncRedis::next() {
    void* raw = nullptr;
    if (redisGetReply(context_.get(), &raw) != REDIS_OK || raw == nullptr) {
        return {RedisValue::Fault{"the connection to Redis was lost"}};
    }
    auto* reply = static_cast<redisReply*>(raw);
    auto value = copy_reply(reply);
    freeReplyObject(reply);
    return value;
}

tl::expected<void, std::string> SyncRedis::take_snapshot(const std::filesystem::path& file) {
    ask({"REPLCONF", "rdb-only", "1"});  // Redis 7: no copy of what comes after it; older ones refuse the word
    const std::string request = "SYNC\r\n";
    if (::write(context_->fd, request.data(), request.size()) != static_cast<ssize_t>(request.size())) {
        return failed("the connection to Redis was lost");
    }
    std::ofstream out(file, std::ios::binary);
    SnapshotReader reader(context_->fd);
    const auto size = reader.size();
    if (!size) return failed(size.error());
    if (auto copied = reader.copy(*size, out); !copied) return copied;
    out.close();
    if (!out) return failed("cannot write " + file.string());
    return {};
}

std::int64_t stored_schema(SyncRedis& redis, std::string_view site) {
    const auto number = redis.ask({"HGET", key::site_prefix(site) + key::meta, "schema"});
    return number.text() == nullptr ? 0 : std::atoll(number.text()->c_str());
}

std::vector<std::string> stored_sites(SyncRedis& redis) {
    const auto pattern = key::site_prefix("*") + key::meta;
    const auto star = pattern.find('*');
    std::vector<std::string> sites;
    std::string cursor = "0";
    do {
        const auto page = redis.ask({"SCAN", cursor, "MATCH", pattern, "COUNT", kScanCount});
        const auto* parts = page.array();
        if (parts == nullptr || parts->size() != 2 || (*parts)[1].array() == nullptr) return sites;
        cursor = *(*parts)[0].text();
        for (const auto& name : *(*parts)[1].array()) {
            auto site = name.text()->substr(star, name.text()->size() + 1 - pattern.size());
            // A scan may tell of a key twice.
            if (std::find(sites.begin(), sites.end(), site) == sites.end()) sites.push_back(std::move(site));
        }
    } while (cursor != "0");
    return sites;
}

tl::expected<std::uint64_t, std::string> copy_site(SyncRedis& from, SyncRedis& to, std::string_view site) {
    const auto prefix = key::site_prefix(site);
    const auto meta = prefix + key::meta;
    std::uint64_t copied = 0;
    std::string cursor = "0";
    do {
        const auto page = from.ask({"SCAN", cursor, "MATCH", prefix + "*", "COUNT", kScanCount});
        const auto* parts = page.array();
        if (parts == nullptr || parts->size() != 2 || (*parts)[1].array() == nullptr) {
            return failed(page.fault() != nullptr ? page.fault()->message : "Redis does not list its keys");
        }
        cursor = *(*parts)[0].text();
        std::vector<std::string> keys;
        for (const auto& name : *(*parts)[1].array()) {
            if (*name.text() != meta) keys.push_back(*name.text());
        }
        const auto done = copy_keys(from, to, keys);
        if (!done) return done;
        copied += *done;
    } while (cursor != "0");
    const auto last = copy_keys(from, to, {meta});
    if (!last) return last;
    return copied + *last;
}

}  // namespace ventanilla::live
