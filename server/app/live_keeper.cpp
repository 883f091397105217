#include "app/live_keeper.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "app/durable_redis.hpp"
#include "app/live_identity.hpp"
#include "config/load.hpp"
#include "store/live/master_set.hpp"
#include "store/live/schema.hpp"
#include "store/record/live_store_id.hpp"

namespace ventanilla::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kRegisterPause = 500ms;
constexpr auto kCheckEvery = 60s;
constexpr auto kAskRecord = 1s;
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
    links.inspection = inspect();
    links.wait_replicas = site_.store.wait_replicas;
    protocol::Result<live::RedisAddress> address;
    if (site_.store.sentinels.empty()) {
        address = live::RedisAddress::parse(options_.redis);
    } else if (!ask_sentinels(links, *address)) {
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

live::Inspection LiveKeeper::inspect() {
    auto wanted = inspection(site_.store);
    wanted.questions.push_back(identity_question(site_.site));
    wanted.objection = [this, durable = std::move(wanted.objection)](const live::RedisValue::Array& answers) {
        auto why = durable(answers);
        if (!why.empty() || known_store_.empty()) return why;
        const auto store = found_store(answers.back());
        tell_foreign(store ? foreign_store_message(*store, known_store_, site_.site) : std::string());
        return foreign_;
    };
    return wanted;
}

// An automatic failover loses what no replica had: said at once, not after a search for the primary.
bool LiveKeeper::ask_sentinels(live::RedisPool::Options& links, live::RedisAddress& primary) const {
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
    const auto set = live::MasterSet::parse(options_.redis);
    if (!set) {
        spdlog::critical("cannot start: --redis is not the name of a master set, nor USER:PASSWORD@NAME");
        return false;
    }
    links.master_set = set->name;
    primary.user = set->user;
    primary.password = set->password;
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
    routing_ = routing.dump();
    routing_version_ = config::routing_version(routing);
    const bool registered = co_await join();
    const bool own = co_await check_identity();
    co_return registered&& own;
}

asio::awaitable<void> LiveKeeper::begin_anew() {
    asio::steady_timer pause(io_);
    bool registered = false;
    while (!stopped_) {
        // Another installation's store is not asked to take this server as long as it is there.
        if (!foreign_.empty()) co_await check_identity();
        if (foreign_.empty() && !registered) registered = co_await join();
        const bool own = co_await check_identity();
        if (own && registered) co_return;
        pause.expires_after(foreign_.empty() ? kRegisterPause : kCheckAgain);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// Nearly always the store is the one that was there before, and SQL need not be asked, which may be away. What a store that
// begins takes the place of only SQL knows: another server may have seen one come and go meanwhile.
asio::awaitable<bool> LiveKeeper::join() {
    auto same = expected_store(known_store_);
    if (!same.id.empty()) {
        same.replaces.clear();
        const auto started = co_await store_->start(routing_, routing_version_, std::move(same));
        if (started) co_return true;
    }
    const bool asked = co_await ask_record();
    if (!asked) co_return false;
    auto expected = expected_store(known_store_);
    const auto started = co_await store_->start(routing_, routing_version_, std::move(expected));
    co_return started.has_value();
}

asio::awaitable<bool> LiveKeeper::ask_record() {
    auto ask = [](record::Database& database) { return database.store_id(); };
    const auto known = co_await record_->run(std::move(ask), kAskRecord);
    if (!known) co_return false;
    known_store_ = *known;
    co_return true;
}

// The live store must be the one that the record knows. If it was begun in the place of that one, what only the other knew
// is lost: nothing brings it back, so people are told the truth (their chats are gone) and work goes on with the store that
// is there. If it is another installation's, nothing of it is touched.
asio::awaitable<bool> LiveKeeper::check_identity() {
    auto ask = identity_question(site_.site);
    const auto answer = co_await pool_->command("identity", std::move(ask));
    const auto store = answer ? found_store(*answer) : std::nullopt;
    if (answer && !store) tell_foreign({});
    if (!store) co_return false;  // emptied just now: the next sweep finds this server fenced
    auto adopt = [found = *store](record::Database& database) { return adopt_live_store(database, found); };
    const auto adopted = co_await record_->run(std::move(adopt));
    if (!adopted) co_return false;
    tell_foreign(adopted->foreign ? foreign_store_message(*store, adopted->before, site_.site) : std::string());
    known_store_ = adopted->foreign ? adopted->before : store->id;
    if (adopted->replaced) {
        spdlog::critical(
            "the live store {} is lost: Redis was emptied. Chats that were open, visitors' tokens and agents' "
            "sign-ins that only it knew are gone; {} goes on ({} files of lost chats are freed)",
            adopted->before, store->id, adopted->files_freed);
    }
    co_return !adopted->foreign;
}

void LiveKeeper::tell_foreign(std::string why) {
    if (std::exchange(foreign_, std::move(why)) == foreign_) return;
    if (foreign_.empty()) {
        spdlog::info("the live store of another installation is not there any more");
    } else {
        spdlog::critical("not used: {}", foreign_);
    }
    hold_content();
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
    if (!later_release_.empty()) return later_release_;
    if (!foreign_.empty()) return foreign_;
    const auto why = lossy_objection();
    if (why.empty()) return {};
    return "Redis is not durable (" + why + "); allow_lossy_redis = true accepts that data may be lost";
}

std::string LiveKeeper::lossy_objection() const {
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
    pool_->hold_content(disk_low_ || !foreign_.empty() || (!lossy_.empty() && !site_.store.allow_lossy_redis));
}

// A Redis of somebody else's may be reconfigured while it runs, and a record restored.
asio::awaitable<void> LiveKeeper::rounds() {
    while (!stopped_) {
        const bool good = lossy_.empty() || site_.store.allow_lossy_redis;
        timer_.expires_after(good && pool_->objection().empty() && foreign_.empty() ? kCheckEvery : kCheckAgain);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (stopped_) co_return;
        // Links go by what the record knew last: another server may have seen a store come in its place.
        if (!foreign_.empty()) co_await ask_record();
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
    if (!pool_->healthy() || may_lose || !foreign_.empty()) parts.emplace_back("redis");
    if (disk_low_) parts.emplace_back("disk");
    return parts;
}

std::vector<std::string> LiveKeeper::warnings() const {
    auto warnings = lossy_;
    const auto why = foreign_.empty() ? pool_->objection() : foreign_;
    if (!why.empty() && std::find(warnings.begin(), warnings.end(), why) == warnings.end()) warnings.push_back(why);
    return warnings;
}

}  // namespace ventanilla::app
