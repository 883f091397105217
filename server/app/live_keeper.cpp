#include "app/live_keeper.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <chrono>
#include <exception>
#include <utility>

#include "app/durable_redis.hpp"
#include "config/load.hpp"
#include "store/live/keys.hpp"
#include "store/live/schema.hpp"
#include "store/record/live_store_id.hpp"

namespace ventanilla::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kRegisterPause = 500ms;
constexpr auto kCheckEvery = 60s;
// What is wrong is looked at again soon: it may have been put right.
constexpr auto kCheckAgain = 2s;

void log_failure(std::exception_ptr failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        spdlog::error("the live store is watched no longer: {}", error.what());
    }
}

std::int64_t number_in(const live::RedisValue& value) {
    std::int64_t number = 0;
    if (const auto* text = value.text()) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

}  // namespace

LiveKeeper::LiveKeeper(asio::io_context& io, const config::Options& options, const config::Site& site)
    : io_(io), options_(options), site_(site), timer_(io) {}

LiveKeeper::~LiveKeeper() = default;

bool LiveKeeper::open() {
    const bool opened = options_.redis.empty() ? open_private() : open_shared();
    if (opened) store_ = std::make_unique<live::LiveStore>(io_, *pool_, site_.site);
    return opened;
}

bool LiveKeeper::open_private() {
    live::ManagedRedis::Options options;
    options.data = options_.data;
    managed_ = std::make_unique<live::ManagedRedis>(io_, std::move(options));
    if (auto started = managed_->start(); !started) {
        spdlog::critical("cannot start: {}", started.error());
        return false;
    }
    managed_->watch();
    live::RedisAddress address;
    address.unix_path = managed_->socket_path();
    pool_ = std::make_unique<live::RedisPool>(io_, std::move(address), live::RedisPool::Options{});
    return true;
}

bool LiveKeeper::open_shared() {
    live::RedisPool::Options links;
    links.inspection = inspection(site_.store);
    links.wait_replicas = site_.store.wait_replicas;
    protocol::Result<live::RedisAddress> address;
    if (site_.store.sentinels.empty()) {
        address = live::RedisAddress::parse(options_.redis);
    } else if (!ask_sentinels(links)) {
        return false;
    }
    if (!address) {
        spdlog::critical("cannot start: --redis is neither redis://HOST[:PORT] nor unix:PATH, nor are there sentinels");
        return false;
    }
    auto lock = live::DataLock::take(options_.data, live::DataLock::Mode::shared);
    if (!lock) {
        spdlog::critical("cannot start: {}", lock.error());
        return false;
    }
    shared_lock_ = std::move(*lock);
    pool_ = std::make_unique<live::RedisPool>(io_, std::move(*address), std::move(links));
    return true;
}

// An automatic failover loses what no replica had: said at once, not after a search for the primary.
bool LiveKeeper::ask_sentinels(live::RedisPool::Options& links) const {
    if (site_.store.wait_replicas == 0 && !site_.store.allow_lossy_redis) {
        spdlog::critical("cannot start: with sentinels Redis fails over automatically, and wait_replicas is 0: what no "
                         "replica had would be "
                         "lost; set wait_replicas, or allow_lossy_redis = true to accept that");
        return false;
    }
    for (const auto& sentinel : site_.store.sentinels) {
        auto& address = links.sentinels.emplace_back();
        address.host = sentinel.host;
        address.port = sentinel.port;
    }
    links.master_set = options_.redis;
    return true;
}

void LiveKeeper::start(record::Worker& record) {
    record_ = &record;
    pool_->start();
}

asio::awaitable<bool> LiveKeeper::begin() {
    const bool durable = co_await check_durability();
    if (!durable) co_return false;
    const auto schema = co_await live::stored_schema(*pool_, site_.site);
    if (!schema) co_return false;
    later_release_ = *schema > live::kLiveSchema ? live::newer_schema_message(*schema) : std::string();
    if (!later_release_.empty()) co_return false;
    const auto routing = config::routing_json(site_);
    routing_version_ = config::routing_version(routing);
    const auto registered = co_await store_->start(routing.dump(), routing_version_);
    if (!registered) co_return false;
    co_return co_await check_identity();
}

asio::awaitable<void> LiveKeeper::begin_anew() {
    const auto routing = config::routing_json(site_);
    asio::steady_timer pause(io_);
    bool registered = false;
    bool known = false;
    while (!stopped_ && !known) {
        if (!registered) {
            const auto started = co_await store_->start(routing.dump(), routing_version_);
            registered = started.has_value();
        }
        if (registered) known = co_await check_identity();
        if (known) co_return;
        pause.expires_after(kRegisterPause);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// The live store must be the one that the record knows. If it is not, what only the other knew is lost: nothing brings it
// back, so people are told the truth (their chats are gone) and work goes on with the store that is there.
asio::awaitable<bool> LiveKeeper::check_identity() {
    std::vector<std::string> ask{"HMGET", live::key::site_prefix(site_.site) + live::key::meta, "store_id", "made_at"};
    const auto answer = co_await pool_->command("identity", std::move(ask));
    const auto* words = answer ? answer->array() : nullptr;
    if (words == nullptr || words->size() != 2) co_return false;
    const auto* store_id = words->front().text();
    if (store_id == nullptr) co_return false;  // emptied just now: the next sweep finds this server fenced
    auto adopt = [id = *store_id, made_at = number_in(words->back())](record::Database& database) {
        return record::adopt_live_store(database, id, made_at);
    };
    const auto adopted = co_await record_->run(std::move(adopt));
    if (!adopted) co_return false;
    if (adopted->replaced) {
        spdlog::critical(
            "the live store {} is lost: Redis was emptied, or another one answers in its place. Chats that were open, "
            "visitors' tokens and agents' sign-ins that only it knew are gone; {} goes on ({} files of lost chats are "
            "freed)",
            adopted->before, *store_id, adopted->files_freed);
    }
    co_return true;
}

asio::awaitable<bool> LiveKeeper::check_durability() {
    auto reasons = co_await lossy_reasons(*pool_, site_.store);
    if (!reasons) co_return false;
    if (*reasons != lossy_) {
        lossy_ = std::move(*reasons);
        for (const auto& reason : lossy_) spdlog::warn("this Redis may lose what it acknowledges: {}", reason);
        if (lossy_.empty()) spdlog::info("this Redis keeps what it acknowledges");
    }
    hold_content();
    co_return true;
}

std::string LiveKeeper::objection() const {
    // Links that refuse say so; a private Redis, which is not inspected by them, is durable or the installation is broken.
    // With sentinels a replica may become the primary, or another one be named, any moment.
    const auto why = pool_->objection();
    const bool passes = !site_.store.sentinels.empty() && why.starts_with(kNoPrimary);
    if (!why.empty() && !passes) return why;
    return lossy_.empty() || site_.store.allow_lossy_redis ? std::string() : lossy_.front();
}

void LiveKeeper::watch() {
    asio::co_spawn(io_, rounds(), log_failure);
    if (!managed_) return;  // the disk is that of a Redis of somebody else's
    disk_ = std::make_unique<DiskWatch>(io_.get_executor(), options_.data, [this](bool low) {
        disk_low_ = low;
        hold_content();
    });
}

void LiveKeeper::hold_content() {
    pool_->hold_content(disk_low_ || (!lossy_.empty() && !site_.store.allow_lossy_redis));
}

// A Redis of somebody else's may be reconfigured while it runs, and a record restored.
asio::awaitable<void> LiveKeeper::rounds() {
    while (!stopped_) {
        timer_.expires_after(lossy_.empty() || site_.store.allow_lossy_redis ? kCheckEvery : kCheckAgain);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (stopped_) co_return;
        co_await check_durability();
        co_await check_identity();
    }
}

void LiveKeeper::stop_watching() {
    stopped_ = true;
    timer_.cancel();
    disk_.reset();
}

void LiveKeeper::close() {
    stop_watching();
    if (pool_) pool_->stop();
    if (managed_) managed_->stop();
}

std::vector<std::string> LiveKeeper::broken() const {
    std::vector<std::string> parts;
    const bool may_lose = !lossy_.empty() && !site_.store.allow_lossy_redis;
    if (!pool_->healthy() || may_lose) parts.emplace_back("redis");
    if (disk_low_) parts.emplace_back("disk");
    return parts;
}

}  // namespace ventanilla::app
