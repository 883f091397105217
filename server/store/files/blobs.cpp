#include "store/files/blobs.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/random.hpp"

namespace ventanilla::files {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameSize = 32;  ///< hexadecimal digits: 128 random bits
constexpr const char* kIncoming = "incoming";
constexpr ::mode_t kFileMode = 0600;
constexpr ::mode_t kFolderMode = 0700;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

bool is_blob_name(std::string_view name) noexcept {
    const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return name.size() == kNameSize && std::all_of(name.begin(), name.end(), fits);
}

int open_checked(const fs::path& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, kFileMode);
    if (fd < 0) fail("open");
    return fd;
}

void make_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), kFolderMode) != 0 && errno != EEXIST) fail("mkdir");
}

/// A new name lasts only once its folder is on disk.
void sync_folder(const fs::path& path) {
    const Descriptor folder(open_checked(path, O_RDONLY | O_DIRECTORY));
    if (::fsync(folder.get()) != 0) fail("fsync of a folder");
}

int open_locked(const fs::path& path) {
    const int fd = open_checked(path, O_WRONLY | O_CREAT | O_EXCL);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int why = errno;
        ::close(fd);
        errno = why;
        fail("flock");
    }
    return fd;
}

}  // namespace

std::uint64_t free_bytes(const fs::path& path) {
    struct ::statvfs about {};
    if (::statvfs(path.c_str(), &about) != 0) fail("statvfs");
    return static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
}

Descriptor::~Descriptor() {
    ::close(fd_);
}

Blobs::Blobs(fs::path root) : root_(std::move(root)) {
    make_folder(root_);
    make_folder(root_ / kIncoming);
}

fs::path Blobs::path_of(std::string_view blob) const {
    if (!is_blob_name(blob)) throw std::invalid_argument("not the name of a blob");
    return root_ / blob.substr(0, 2) / blob.substr(2, 2) / blob;
}

Blobs::Draft::Draft(const Blobs& blobs)
    : blob_(token_hash(random_token()).substr(0, kNameSize)),
      temporary_(blobs.root_ / kIncoming / blob_),
      final_(blobs.path_of(blob_)),
      file_(open_locked(temporary_)) {}

Blobs::Draft::~Draft() {
    if (!kept_) ::unlink(temporary_.c_str());
}

void Blobs::Draft::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void Blobs::Draft::sync() {
    if (::fsync(file_.get()) != 0) fail("fsync");
}

void Blobs::Draft::keep() {
    const auto inner = final_.parent_path();
    const auto outer = inner.parent_path();
    make_folder(outer);
    make_folder(inner);
    if (::rename(temporary_.c_str(), final_.c_str()) != 0) fail("rename");
    kept_ = true;
    sync_folder(inner);
    sync_folder(outer);
    sync_folder(outer.parent_path());
}

Blobs::Opened::Opened(int fd) : file_(fd) {
    struct ::stat about {};
    if (::fstat(fd, &about) != 0) fail("fstat");
    size_ = static_cast<std::uint64_t>(about.st_size);
}

std::string Blobs::Opened::read(std::uint64_t offset, std::size_t most) const {
    std::string bytes(most, '\0');
    std::size_t have = 0;
    while (have < most) {
        const auto got = ::pread(file_.get(), bytes.data() + have, most - have, static_cast<::off_t>(offset + have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read");
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
}

std::shared_ptr<Blobs::Opened> Blobs::open(std::string_view blob) const {
    if (!is_blob_name(blob)) return nullptr;
    const int fd = ::open(path_of(blob).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) return nullptr;
    if (fd < 0) fail("open");
    return std::make_shared<Opened>(fd);
}

void Blobs::remove(std::string_view blob) const {
    if (::unlink(path_of(blob).c_str()) != 0 && errno != ENOENT) fail("unlink");
}

std::size_t Blobs::sweep() const {
    std::size_t swept = 0;
    for (const auto& entry : fs::directory_iterator(root_ / kIncoming)) {
        const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0) continue;  // gone meanwhile, or nothing of ours
        const Descriptor file(fd);
        if (::flock(fd, LOCK_EX | LOCK_NB) != 0) continue;
        if (::unlink(entry.path().c_str()) == 0) ++swept;
    }
    return swept;
}

}  // namespace ventanilla::files
