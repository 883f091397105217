#pragma once
// Files and folders: copied, summed, put on the disk. Everything here blocks and throws std::system_error.

#include <sodium.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::backup {

class Sha256 {
public:
    Sha256() { crypto_hash_sha256_init(&state_); }
    void add(std::string_view bytes) {
        crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
    /// Once, at the end.
    std::string hex();

private:
    crypto_hash_sha256_state state_{};
};

/// The regular files below `folder`, as paths relative to it with slashes, sorted.
std::vector<std::string> files_below(const std::filesystem::path& folder);

/// The sum of the file's bytes, and how many they are. `sync`: they are on the disk afterwards.
std::string sha256_of(const std::filesystem::path& file, std::uint64_t& size, bool sync);

/// Writes a file of mode 0600 and puts it on the disk.
void write_file(const std::filesystem::path& file, std::string_view bytes);

/// Copies the first `size` bytes of an open file, or fewer if it has become shorter. Mode 0600.
void copy_bytes(int from, std::uint64_t size, const std::filesystem::path& to);

/// Copies the regular files below `from`, except those in its folder `without`. What is deleted meanwhile is left out.
void copy_tree(const std::filesystem::path& from, const std::filesystem::path& to, std::string_view without = {});

/// Puts the entries of the folder and of all below it on the disk.
void sync_folders(const std::filesystem::path& folder);
void sync_folder(const std::filesystem::path& folder);

}  // namespace ventanilla::backup
