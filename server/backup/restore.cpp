#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include "backup/backup.hpp"
#include "backup/erasure_list.hpp"
#include "backup/live_part.hpp"
#include "backup/reconcile.hpp"
#include "backup/tree.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/files/blobs.hpp"
#include "store/live/keys.hpp"
#include "store/live/managed_lock.hpp"
#include "store/live/schema.hpp"
#include "store/record/copies.hpp"
#include "store/record/live_store_id.hpp"

namespace ventanilla::backup {
namespace {

namespace fs = std::filesystem;

void require(const Done& done) {
    if (!done) throw std::runtime_error(done.error());
}

[[noreturn]] void refuse(const std::string& why) {
    throw std::runtime_error(why);
}

std::string backend_name(const Stores& stores) {
    return stores.database.backend == record::Backend::sqlite ? "sqlite" : "postgresql";
}

void check_fits(const Stores& stores, const Manifest& manifest) {
    const auto later = [&](const char* part, std::int64_t schema, std::int64_t known) {
        if (schema <= known) return;
        refuse(fmt::format("the backup's {} has schema {}, but this program knows only {}: it belongs to a later "
                           "release ({})",
                           part, schema, known, manifest.version));
    };
    later("record", manifest.record_schema, record::Database::newest_schema());
    later("live store", manifest.live_schema, live::kLiveSchema);
    if (manifest.database != backend_name(stores)) {
        refuse(fmt::format("the backup's record is of {}: restore it with that kind of --database", manifest.database));
    }
}

bool holds_site(const live::RedisAddress& address, const std::string& site) {
    auto redis = live::SyncRedis::connect(address);
    if (!redis) refuse("Redis does not answer");
    std::string cursor = "0";
    do {
        const auto page = redis->ask({"SCAN", cursor, "MATCH", live::key::site_prefix(site) + "*", "COUNT", "1000"});
        if (page.array() == nullptr) refuse("Redis does not list its keys");
        if (!page.array()->at(1).array()->empty()) return true;
        cursor = *page.array()->at(0).text();
    } while (cursor != "0");
    return false;
}

void check_empty(const Stores& stores, const std::string& site) {
    if (const auto unfinished = live::unfinished_restore(stores.data)) refuse(*unfinished);
    if (fs::exists(stores.data)) {
        for (const auto& item : fs::directory_iterator(stores.data)) {
            // A list of erasures may lie there: they are carried out again.
            if (item.path().filename() == kErasureList) continue;
            refuse(fmt::format("{} is not empty ({} is there): restore into an empty directory", stores.data.string(),
                               item.path().filename().string()));
        }
    }
    if (!record::is_empty_record(stores.database)) {
        refuse(fmt::format("{} is not empty: restore into an empty database", stores.database.redacted()));
    }
    if (!stores.private_redis && holds_site(stores.redis, site)) {
        refuse(fmt::format("Redis already holds data of the site {}: restore into one that does not", site));
    }
}

/// The live store that is restored into: the private one, running for as long as this lives, or somebody else's. Keeps
/// servers away from the data directory.
class Target {
public:
    explicit Target(const Stores& stores) : address_(stores.redis) {
        if (!stores.private_redis) {
            auto lock = live::DataLock::take(stores.data, live::DataLock::Mode::exclusive);
            if (!lock) refuse(lock.error());
            lock_ = std::move(*lock);
            return;
        }
        live::ManagedRedis::Options options;
        options.data = stores.data;
        redis_ = std::make_unique<live::ManagedRedis>(io_, std::move(options));
        require(redis_->start());
        address_ = {};
        address_.unix_path = redis_->socket_path();
    }
    const live::RedisAddress& address() const { return address_; }

private:
    live::RedisAddress address_;
    boost::asio::io_context io_{1};
    std::unique_ptr<live::ManagedRedis> redis_;
    live::DataLock lock_;
};

void bring_live(const fs::path& from, const fs::path& work, const Target& target, const Manifest& manifest) {
    if (!fs::exists(from / kLivePart)) return;
    copy_tree(from / kLivePart, work / kLivePart);  // a redis-server appends to its log: not to the backup's
    LogServer source(work);
    require(source.start());
    auto held = source.connect(manifest.live_database);
    auto redis = live::SyncRedis::connect(target.address(), std::chrono::seconds(60));
    if (!redis) refuse("Redis does not answer");
    const auto copied = live::copy_site(held, *redis, manifest.site);
    if (!copied) refuse(copied.error());
}

/// Other stores from now on: who has seen more than they hold is told so.
void renew_ids(record::Database& database, const Target& target, const std::string& site) {
    auto redis = live::SyncRedis::connect(target.address());
    if (!redis) refuse("Redis does not answer");
    const bool has_live = live::stored_schema(*redis, site) > 0;
    const auto id = random_id(has_live ? "r_" : record::no_live_store);
    record::become_new_store(database, id);
    if (!has_live) return;
    const auto meta = live::key::site_prefix(site) + live::key::meta;
    if (redis->ask({"HSET", meta, "store_id", id}).fault() != nullptr) refuse("Redis does not take the new id");
}

/// Those that the record of the backup does not know of.
std::vector<record::Erasure> erasures_since(const Stores& stores, const fs::path& from, record::Database& database) {
    auto all = read_erasures(from);
    const auto own = read_erasures(stores.data);
    all.insert(all.end(), own.begin(), own.end());
    const auto known = record::erasures(database);
    std::erase_if(all, [&](const auto& erasure) {
        return std::any_of(known.begin(), known.end(), [&](const auto& other) {
            return other.email_hash == erasure.email_hash && other.at >= erasure.at;
        });
    });
    return all;
}

/// The log of what was restored still holds the words that were erased.
void rewrite_log(const Target& target) {
    auto redis = live::SyncRedis::connect(target.address());
    if (!redis || redis->ask({"BGREWRITEAOF"}).fault() != nullptr) refuse("Redis does not write its log anew");
    const auto busy = [&] {
        const auto info = redis->ask({"INFO", "persistence"});
        if (info.text() == nullptr) refuse("Redis does not answer");
        return info.text()->find("aof_rewrite_in_progress:0") == std::string::npos ||
               info.text()->find("aof_rewrite_scheduled:0") == std::string::npos;
    };
    while (busy()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

std::uint64_t erase_again(const Stores& stores, const fs::path& from, const Target& target, const std::string& site,
                          record::Database& database) {
    const auto since = erasures_since(stores, from, database);
    if (since.empty()) return 0;
    if (!erase_from_live(target.address(), site, database, since)) refuse("the live store does not answer");
    const auto erased = record::replay_erasures(database, since, wall_clock_ms());
    const files::Blobs blobs(stores.data / "files");
    for (const auto& blob : erased.blobs) blobs.remove(blob);
    record::forget_blobs(database, erased.blobs);
    record::scrub(database);
    rewrite_log(target);
    return static_cast<std::uint64_t>(erased.counts.chats + erased.counts.tickets);
}

Restored restore_all(const Stores& stores, const fs::path& from, Manifest manifest) {
    const auto work = stores.data / live::kRestoring;
    Restored restored{std::move(manifest)};
    const auto& site = restored.manifest.site;
    {
        const Target target(stores);
        fs::create_directory(work);
        bring_live(from, work, target, restored.manifest);
        record::restore_record(stores.database, from / kRecordPart, restored.manifest.record_schema);
        copy_tree(from / kFilesPart, stores.data / "files");
        fs::copy_file(from / kConfigurationPart, stores.data / kConfigurationPart);
        record::Database database(stores.database);
        if (!drop_filed_chats(target.address(), site, database)) refuse("the live store does not answer");
        renew_ids(database, target, site);
        restored.erased = erase_again(stores, from, target, site, database);
    }
    sync_folders(stores.data);
    fs::remove_all(work);
    sync_folder(stores.data);
    return restored;
}

}  // namespace

tl::expected<Restored, std::string> restore(const Stores& stores, const fs::path& from) {
    ::umask(0077);
    try {
        auto manifest = read_manifest(from);
        if (!manifest) return tl::unexpected(manifest.error());
        check_fits(stores, *manifest);
        check_empty(stores, manifest->site);
        if (auto whole = verify(from, *manifest); !whole) return tl::unexpected(whole.error());
        return restore_all(stores, from, std::move(*manifest));
    } catch (const std::exception& error) {
        return tl::unexpected(std::string(error.what()));
    }
}

}  // namespace ventanilla::backup
