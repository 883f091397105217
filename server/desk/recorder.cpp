#include "desk/recorder.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <iterator>
#include <memory>
#include <spdlog/spdlog.h>
#include <utility>

#include "desk/at_once.hpp"
#include "desk/convert.hpp"
#include "desk/follow_up.hpp"
#include "desk/rights.hpp"

namespace ventanilla::desk {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kAtOnce = 50;        // chats of a transaction: other calls of SQL wait meanwhile
constexpr std::size_t kLoadedAtOnce = 10;  // one chat may be as large as a batch
constexpr std::size_t kBatchBytes = 4U << 20U;
constexpr std::size_t kSuspects = 1000;

std::size_t bytes_of(const std::vector<Filing>& batch) {
    std::size_t bytes = 0;
    for (const auto& filing : batch) {
        for (const auto& entry : filing.chat->entries) bytes += entry.frame.size();
    }
    return bytes;
}

asio::awaitable<void> load_one(Desk& desk, std::string chat, std::vector<Filing>* batch) {
    const auto loaded = co_await desk.live.archive_load(std::move(chat));
    if (!loaded) co_return;
    Filing filing;
    filing.chat = std::make_shared<const record::ChatRecord>(to_record(*loaded));
    filing.follow_up = follow_up(*filing.chat, desk.site);
    batch->push_back(std::move(filing));
}

asio::awaitable<void> forget_one(Desk& desk, std::string chat, std::int64_t last, std::vector<std::string>* grown) {
    const auto deleted = co_await desk.live.archived(chat, last);
    if (deleted && !*deleted) grown->push_back(std::move(chat));
}

}  // namespace

Recorder::Recorder(Desk& desk) : desk_(desk) {}

void Recorder::wake() {
    if (!desk_.record.healthy()) return;  // no use in loading chats
    // All connections but one, which is for what people wait for; SQLite has but one.
    const auto most = std::max<std::size_t>(desk_.record.threads(), 2) - 1;
    for (auto more = most - at_it_; more > 0; --more) {
        ++at_it_;
        asio::co_spawn(desk_.io, record_all(), [this](std::exception_ptr failure) {
            --at_it_;
            try {
                if (failure) std::rethrow_exception(failure);
            } catch (const std::exception& error) {
                spdlog::error("recording failed: {}", error.what());
            }
        });
    }
}

asio::awaitable<void> Recorder::record_all() {
    away_ = false;
    for (bool more = true; more && running_ && !away_;) {
        const auto offered = co_await desk_.live.closing(kAtOnce);
        if (!offered) co_return;
        more = offered->size() == kAtOnce;
        std::deque<std::string> chats(offered->begin(), offered->end());
        co_await record(std::move(chats));
    }
}

// What cannot be done now is offered again.
asio::awaitable<void> Recorder::record(std::deque<std::string> chats) {
    std::stable_partition(chats.begin(), chats.end(), [this](const auto& chat) { return !suspects_.contains(chat); });
    while (!chats.empty() && running_ && !away_) {
        const bool alone = suspects_.contains(chats.front());
        Batch batch;
        do {
            auto part = co_await load(take(chats));
            std::move(part.begin(), part.end(), std::back_inserter(batch));
        } while (!alone && !chats.empty() && !suspects_.contains(chats.front()) && bytes_of(batch) < kBatchBytes);
        if (batch.empty()) continue;
        // Two servers that file the same chats take their rows in the same order.
        std::sort(batch.begin(), batch.end(), [](const auto& a, const auto& b) { return a.chat->id < b.chat->id; });
        auto recorded = co_await file(std::move(batch));
        // An entry may have come between reading and deleting: what SQL has committed must be all there was.
        const auto grown = co_await forget(std::move(recorded));
        chats.insert(chats.end(), grown.begin(), grown.end());
    }
}

// A part of a batch: some, or one that is suspected.
std::vector<std::string> Recorder::take(std::deque<std::string>& chats) const {
    std::vector<std::string> part;
    const bool alone = suspects_.contains(chats.front());
    do {
        part.push_back(std::move(chats.front()));
        chats.pop_front();
    } while (!alone && !chats.empty() && part.size() < kLoadedAtOnce && !suspects_.contains(chats.front()));
    return part;
}

asio::awaitable<Recorder::Batch> Recorder::load(std::vector<std::string> chats) {
    Batch batch;
    std::vector<asio::awaitable<void>> tasks;
    tasks.reserve(chats.size());
    for (auto& chat : chats) tasks.push_back(load_one(desk_, std::move(chat), &batch));
    co_await at_once(desk_.io, std::move(tasks));
    co_return batch;
}

// All together; if that fails although SQL is there, each by itself: one bad chat does not hold up the others.
asio::awaitable<std::vector<Recorder::Recorded>> Recorder::file(Batch batch) {
    auto recorded = co_await commit(batch);
    if (!recorded.empty()) co_return recorded;
    const bool there = co_await answers();
    away_ = !there;
    if (there && batch.size() == 1) suspect(batch.front().chat->id);
    if (batch.size() == 1) co_return recorded;
    for (const auto& filing : batch) {
        if (away_ || !running_) break;
        Batch one(1, filing);
        auto done = co_await file(std::move(one));
        std::move(done.begin(), done.end(), std::back_inserter(recorded));
    }
    co_return recorded;
}

// None if the transaction failed.
asio::awaitable<std::vector<Recorder::Recorded>> Recorder::commit(Batch batch) {
    std::vector<Recorded> recorded;
    auto work = [batch, policy = desk_.ticket_policy()](record::Database& database) {
        return file_chats(database, batch, *policy, wall_clock_ms());
    };
    const auto filed = co_await desk_.record.run(std::move(work));
    if (!filed) co_return recorded;
    bool opened = false;
    for (std::size_t i = 0; i < filed->size(); ++i) {
        const auto& one = (*filed)[i];
        recorded.push_back(Recorded{batch[i].chat->id, one.last});
        suspects_.erase(batch[i].chat->id);
        for (const auto& ticket : one.changed) tell_ticket(desk_, ticket, &ticket);
        if (one.opened) tell_ticket(desk_, *one.opened, nullptr);
        opened = opened || one.opened;
    }
    if (opened) co_await deliver_ticket_entries(desk_);
    co_return recorded;
}

asio::awaitable<bool> Recorder::answers() {
    auto probe = [](record::Database& database) { database.probe(); };
    const auto answer = co_await desk_.record.run(std::move(probe));
    co_return answer.has_value();
}

// Those that have grown meanwhile.
asio::awaitable<std::vector<std::string>> Recorder::forget(std::vector<Recorded> recorded) {
    std::vector<std::string> grown;
    std::vector<asio::awaitable<void>> tasks;
    tasks.reserve(recorded.size());
    for (auto& one : recorded) tasks.push_back(forget_one(desk_, std::move(one.chat), one.last, &grown));
    co_await at_once(desk_.io, std::move(tasks));
    co_return grown;
}

void Recorder::suspect(const std::string& chat) {
    if (suspects_.size() >= kSuspects) suspects_.clear();
    if (suspects_.insert(chat).second) {
        spdlog::error("chat {} cannot be recorded; it waits in the live store and is tried again, by itself", chat);
    }
}

}  // namespace ventanilla::desk
