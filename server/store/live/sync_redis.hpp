#pragma once
// A blocking connection to Redis, for the commands of the command line. Servers use RedisPool.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "store/live/redis_pool.hpp"

struct redisContext;

namespace ventanilla::live {

class SyncRedis {
public:
    /// Nothing if nobody answers there. `patience` holds for connecting (1 s at most) and for each reply.
    static std::optional<SyncRedis> connect(const RedisAddress& address,
                                            std::chrono::milliseconds patience = std::chrono::seconds(1));

    /// One command and its reply. A lost connection is a Fault.
    RedisValue ask(const std::vector<std::string>& words);
    /// Pipelining: what is sent now is answered by `next`, in the same order.
    void send(const std::vector<std::string>& words);
    RedisValue next();

    /// Has Redis write everything it holds, as it is at one moment after this call, into `file`, as it does for a
    /// replica. The connection is of no use afterwards. Error: one line.
    tl::expected<void, std::string> take_snapshot(const std::filesystem::path& file);

private:
    struct Close {
        void operator()(redisContext* context) const;
    };
    explicit SyncRedis(redisContext* context) : context_(context) {}
    std::unique_ptr<redisContext, Close> context_;
};

/// The schema number of the site's data there; 0 if there are none.
std::int64_t stored_schema(SyncRedis& redis, std::string_view site);

/// The ids of the sites whose data are there; none either if it does not list its keys.
std::vector<std::string> stored_sites(SyncRedis& redis);

/// Copies every key of the site, with what is left of its life. The mark of a whole store (`meta`) comes last.
/// Returns how many; error: one line.
tl::expected<std::uint64_t, std::string> copy_site(SyncRedis& from, SyncRedis& to, std::string_view site);

}  // namespace ventanilla::live
