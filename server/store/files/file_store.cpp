#include "store/files/file_store.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

namespace ventanilla::files {

FileStore::FileStore(boost::asio::any_io_executor executor, const std::filesystem::path& data, Options options)
    : executor_(std::move(executor)),
      blobs_(data / "files"),
      options_(std::move(options)),
      queue_(std::make_shared<Queue>(options_.queue)) {
    if (const auto swept = blobs_.sweep(); swept > 0) spdlog::info("files: {} unfinished uploads swept away", swept);
    for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

FileStore::~FileStore() {
    queue_->close();
    for (auto& thread : threads_) thread.join();
}

void FileStore::work() {
    while (!queue_->closed()) {
        if (const auto job = queue_->pop(std::chrono::hours(1))) (*job)();
    }
}

void FileStore::complain(const char* what) {
    spdlog::error("file store: {}", what);
}

FileStore::Room::Room(std::shared_ptr<Promised> promised, std::uint64_t bytes)
    : promised_(std::move(promised)), left_(bytes) {
    *promised_ += left_;
}

FileStore::Room::~Room() {
    *promised_ -= left_;
}

void FileStore::Room::use(std::uint64_t bytes) {
    const auto used = std::min(bytes, left_);
    left_ -= used;
    *promised_ -= used;
}

Task<std::shared_ptr<Incoming>> FileStore::receive(std::uint64_t most) {
    // Promised before it is looked: many that begin at once must not all be promised the same room.
    auto room = std::make_shared<Room>(promised_, most);
    auto begin = [this]() -> protocol::Result<std::shared_ptr<Blobs::Draft>> {
        if (options_.free_bytes(blobs_.root()) < options_.reserve_bytes + promised_->load()) {
            spdlog::warn("file store: the disk is nearly full, uploads are refused");
            return record::unavailable();
        }
        return std::make_shared<Blobs::Draft>(blobs_);
    };
    auto draft = co_await run(std::move(begin));
    if (!draft) co_return tl::unexpected(draft.error());
    co_return std::make_shared<Incoming>(*this, std::move(*draft), std::move(room));
}

Task<std::shared_ptr<Outgoing>> FileStore::open(std::string blob) {
    auto begin = [this, blob = std::move(blob)] { return blobs_.open(blob); };
    auto opened = co_await run(std::move(begin));
    if (!opened) co_return tl::unexpected(opened.error());
    if (!*opened) co_return protocol::fail(protocol::Code::not_found);
    co_return std::make_shared<Outgoing>(*this, std::move(*opened));
}

Task<void> FileStore::remove(std::string blob) {
    auto remove = [this, blob = std::move(blob)] { blobs_.remove(blob); };
    co_return co_await run(std::move(remove));
}

bool FileStore::remove_now(const std::string& blob) const {
    try {
        blobs_.remove(blob);
        return true;
    } catch (const std::exception& error) {
        spdlog::error("file store: a blob cannot be deleted: {}", error.what());
        return false;
    }
}

Incoming::~Incoming() {
    // Closed and, if it was not kept, deleted by a thread of the pool: that is disk work too.
    queue_->push([draft = std::move(draft_)] {});
}

Task<void> Incoming::write(std::string bytes) {
    auto write = [draft = draft_, room = room_, bytes = std::move(bytes)] {
        draft->write(bytes);
        room->use(bytes.size());
    };
    co_return co_await store_.run(std::move(write));
}

Task<void> Incoming::sync() {
    auto sync = [draft = draft_] { draft->sync(); };
    co_return co_await store_.run(std::move(sync));
}

Task<void> Incoming::keep() {
    auto keep = [draft = draft_] { draft->keep(); };
    co_return co_await store_.run(std::move(keep));
}

Task<std::string> Outgoing::read(std::uint64_t offset, std::size_t most) {
    auto read = [opened = opened_, offset, most] { return opened->read(offset, most); };
    co_return co_await store_.run(std::move(read));
}

}  // namespace ventanilla::files
