#pragma once
// The bytes of uploaded files: DATA/files/ab/cd/abcd… with random names, mode 0600; what is still coming lies in
// DATA/files/incoming/. A few threads read and write them, so that nothing on the event loop waits for the disk. Who a file
// belongs to stands in SQL (record::FileRepository).

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "protocol/codes.hpp"
#include "store/files/blobs.hpp"
#include "store/record/bounded_queue.hpp"
#include "store/record/call.hpp"

namespace ventanilla::files {

template <typename T>
using Task = boost::asio::awaitable<protocol::Result<T>>;

struct FileStoreOptions {
    std::size_t threads = 2;
    std::size_t queue = 256;
    std::chrono::milliseconds deadline{10'000};  ///< of one step: a piece written, a file made durable
    /// What uploads must leave free for the databases.
    std::uint64_t reserve_bytes = 256UL * 1024 * 1024;
    std::function<std::uint64_t(const std::filesystem::path&)> free_bytes = files::free_bytes;
};

/// One upload on its way to disk. Nothing is left of it when it is destroyed without having been kept.
class Incoming;
/// One stored file, open for reading.
class Outgoing;

/// Used on one event loop; destroyed before it.
class FileStore {
public:
    using Options = FileStoreOptions;

    /// Makes the folders, and sweeps away what uploads of processes that died have left. Throws std::filesystem_error.
    FileStore(boost::asio::any_io_executor executor, const std::filesystem::path& data, Options options = {});
    ~FileStore();
    FileStore(const FileStore&) = delete;
    FileStore& operator=(const FileStore&) = delete;

    /// Begins an upload of at most `most` bytes; `unavailable` if the disk has too little room for it beside what others that
    /// are coming in may still bring.
    Task<std::shared_ptr<Incoming>> receive(std::uint64_t most);
    /// not_found if there is no such blob.
    Task<std::shared_ptr<Outgoing>> open(std::string blob);
    /// Deletes the bytes; that there are none is no error.
    Task<void> remove(std::string blob);

    /// Deletes the bytes here and now, on the caller's thread: for jobs and commands. False, logged, if they stay.
    bool remove_now(const std::string& blob) const;
    /// Steps that wait for a thread: a metric.
    std::size_t waiting() const { return queue_->size(); }

private:
    friend class Incoming;
    friend class Outgoing;
    using Queue = record::BoundedQueue<std::function<void()>>;
    using Promised = std::atomic<std::uint64_t>;

    /// Bytes of the disk that an upload may still take; given back when it ends.
    class Room {
    public:
        Room(std::shared_ptr<Promised> promised, std::uint64_t bytes);
        ~Room();
        Room(const Room&) = delete;
        Room& operator=(const Room&) = delete;
        /// So many of them lie on disk now.
        void use(std::uint64_t bytes);

    private:
        std::shared_ptr<Promised> promised_;
        std::uint64_t left_;
    };

    /// f() on a thread of the pool; `unavailable` if too much waits, it took too long, or it threw (logged).
    template <typename F>
    auto run(F f) -> boost::asio::awaitable<record::ResultOf<std::invoke_result_t<F&>>>;
    void work();
    void complain(const char* what);

    boost::asio::any_io_executor executor_;
    Blobs blobs_;
    Options options_;
    std::shared_ptr<Queue> queue_;
    std::shared_ptr<Promised> promised_ = std::make_shared<Promised>(0);
    std::vector<std::thread> threads_;
};

class Incoming {
public:
    Incoming(FileStore& store, std::shared_ptr<Blobs::Draft> draft, std::shared_ptr<FileStore::Room> room)
        : store_(store), queue_(store.queue_), draft_(std::move(draft)), room_(std::move(room)) {}
    ~Incoming();
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;

    /// The name that it will have as a blob.
    const std::string& blob() const noexcept { return draft_->blob(); }
    /// Appends. One write at a time.
    Task<void> write(std::string bytes);
    /// Has all that was written on disk, still without being a blob: what follows hardly fails any more.
    Task<void> sync();
    /// Makes it a blob, durably.
    Task<void> keep();

private:
    FileStore& store_;
    std::shared_ptr<FileStore::Queue> queue_;  ///< an upload that the end of the server cuts off outlives the store
    std::shared_ptr<Blobs::Draft> draft_;
    std::shared_ptr<FileStore::Room> room_;
};

class Outgoing {
public:
    Outgoing(FileStore& store, std::shared_ptr<Blobs::Opened> opened) : store_(store), opened_(std::move(opened)) {}

    std::uint64_t size() const noexcept { return opened_->size(); }
    /// At most `most` bytes from `offset` on; none at the end.
    Task<std::string> read(std::uint64_t offset, std::size_t most);

private:
    FileStore& store_;
    std::shared_ptr<Blobs::Opened> opened_;
};

template <typename F>
auto FileStore::run(F f) -> boost::asio::awaitable<record::ResultOf<std::invoke_result_t<F&>>> {
    using Value = record::ResultOf<std::invoke_result_t<F&>>;
    const auto call = std::make_shared<record::Call<Value>>(executor_, options_.deadline);
    const auto task = std::make_shared<F>(std::move(f));
    std::function<void()> job = [this, call, task] {
        try {
            call->answer(record::invoke_for_result(*task));
        } catch (const std::exception& error) {
            complain(error.what());
            call->answer(record::unavailable());
        }
    };
    if (!queue_->push(std::move(job))) co_return record::unavailable();
    co_return co_await call->wait();
}

}  // namespace ventanilla::files
