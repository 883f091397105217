#pragma once
// Blobs as files in folders. Everything here blocks; file_store.hpp has it done on its threads.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace ventanilla::files {

/// Bytes that an ordinary process may still write where `path` lies. Throws std::system_error.
std::uint64_t free_bytes(const std::filesystem::path& path);

/// An open file; closed when destroyed.
class Descriptor {
public:
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const noexcept { return fd_; }

private:
    int fd_;
};

/// A folder of blobs. Functions throw std::system_error unless they say otherwise.
class Blobs {
public:
    /// `root` is DATA/files; it is made, with mode 0700.
    explicit Blobs(std::filesystem::path root);

    /// A file that is being written, under a temporary name. It holds a lock on it, so that the sweep of another server on
    /// the same data does not take it for one that was left behind. Deleted with the object unless it was kept.
    class Draft {
    public:
        explicit Draft(const Blobs& blobs);
        ~Draft();
        Draft(const Draft&) = delete;
        Draft& operator=(const Draft&) = delete;

        const std::string& blob() const noexcept { return blob_; }
        void write(std::string_view bytes);
        void sync();
        void keep();

    private:
        std::string blob_;
        std::filesystem::path temporary_;
        std::filesystem::path final_;
        Descriptor file_;
        bool kept_ = false;
    };

    class Opened {
    public:
        /// Takes the descriptor over.
        explicit Opened(int fd);
        std::uint64_t size() const noexcept { return size_; }
        std::string read(std::uint64_t offset, std::size_t most) const;

    private:
        Descriptor file_;
        std::uint64_t size_ = 0;
    };

    /// Null if there is no such blob, or the name is not one of a blob.
    std::shared_ptr<Opened> open(std::string_view blob) const;
    void remove(std::string_view blob) const;
    /// Deletes temporary files that nobody writes any more. How many they were.
    std::size_t sweep() const;

    const std::filesystem::path& root() const noexcept { return root_; }
    /// Where the blob lies. Throws std::invalid_argument for what is no name of a blob: nothing else becomes a path.
    std::filesystem::path path_of(std::string_view blob) const;

private:
    std::filesystem::path root_;
};

}  // namespace ventanilla::files
