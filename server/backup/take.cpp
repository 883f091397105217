#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "backup/backup.hpp"
#include "backup/erasure_list.hpp"
#include "backup/live_part.hpp"
#include "backup/tree.hpp"
#include "base/clock.hpp"
#include "store/files/blobs.hpp"
#include "store/live/schema.hpp"
#include "store/record/copies.hpp"

namespace ventanilla::backup {
namespace {

namespace fs = std::filesystem;

void require(const Done& done) {
    if (!done) throw std::runtime_error(done.error());
}

/// The folder that becomes the backup, under another name beside it until it is whole. Deleted unless it was published.
class Draft {
public:
    explicit Draft(const fs::path& to) : final_(fs::absolute(to).lexically_normal()) {
        if (!final_.has_filename()) final_ = final_.parent_path();
        if (fs::exists(final_) && (!fs::is_directory(final_) || !fs::is_empty(final_))) {
            throw std::runtime_error(final_.string() + " is not empty: a backup needs a folder of its own");
        }
        folder_ = final_;
        folder_ += ".unfinished";
        fs::create_directories(folder_);
        lock_ = std::make_unique<files::Descriptor>(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (::flock(lock_->get(), LOCK_EX | LOCK_NB) != 0) {
            throw std::runtime_error("another backup is writing " + folder_.string());
        }
        owned_ = true;
        // What a killed one has left.
        for (const auto& item : fs::directory_iterator(folder_)) fs::remove_all(item.path());
    }
    ~Draft() {
        std::error_code ignored;
        if (owned_) fs::remove_all(folder_, ignored);
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    const fs::path& folder() const { return folder_; }
    void publish() {
        // Replaces an empty folder in one step.
        if (::rename(folder_.c_str(), final_.c_str()) != 0) {
            throw std::runtime_error(fmt::format("{}: {}; if it is a mount point, name a folder in it", final_.string(),
                                                 std::strerror(errno)));
        }
        owned_ = false;
        sync_folder(final_.parent_path());
    }

private:
    fs::path final_;
    fs::path folder_;
    std::unique_ptr<files::Descriptor> lock_;
    bool owned_ = false;
};

/// The log, and the schema that a Redis finds in it: what no Redis can read is no backup. 0: nothing is there.
std::int64_t take_live(const Stores& stores, const std::string& site, const fs::path& folder) {
    const auto part = folder / kLivePart;
    require(stores.private_redis ? copy_private_log(stores.data / "redis", part)
                                 : take_foreign_log(stores.redis, site, part));
    if (fs::is_empty(part)) return 0;
    LogServer copy(folder);
    require(copy.start());
    auto redis = copy.connect(stores.private_redis ? 0 : stores.redis.database);
    const auto schema = live::stored_schema(redis, site);
    if (schema > live::kLiveSchema) throw std::runtime_error(live::newer_schema_message(schema));
    return schema;
}

Manifest take_all(const Stores& stores, const std::string& site, const fs::path& configuration,
                  const fs::path& folder) {
    Manifest manifest;
    manifest.version = VENTANILLA_VERSION;
    manifest.site = site;
    manifest.at = wall_clock_ms();
    manifest.database = stores.database.backend == record::Backend::sqlite ? "sqlite" : "postgresql";
    manifest.live_database = stores.private_redis ? 0 : stores.redis.database;
    manifest.live_schema = take_live(stores, site, folder);
    fs::create_directory(folder / kRecordPart);
    manifest.record_schema = record::copy_record(stores.database, folder / kRecordPart);
    copy_tree(stores.data / "files", folder / kFilesPart, "incoming");
    const files::Descriptor words(::open(configuration.c_str(), O_RDONLY | O_CLOEXEC));
    if (words.get() < 0) throw std::system_error(errno, std::generic_category(), configuration.string());
    copy_bytes(words.get(), fs::file_size(configuration), folder / kConfigurationPart);
    seal(folder, manifest);
    return manifest;
}

}  // namespace

tl::expected<Manifest, std::string> take(const Stores& stores, const std::string& site, const fs::path& configuration,
                                         const fs::path& to) {
    ::umask(0077);  // it holds secrets and people's words
    try {
        Draft draft(to);
        remember_backup(stores.data, to);
        auto manifest = take_all(stores, site, configuration, draft.folder());
        draft.publish();
        catch_up(stores.data, to, manifest.at);
        return manifest;
    } catch (const std::exception& error) {
        return tl::unexpected(std::string(error.what()));
    }
}

}  // namespace ventanilla::backup
