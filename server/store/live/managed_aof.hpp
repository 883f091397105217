#pragma once
// An AOF that ends in zero bytes (a file system after power loss) makes Redis refuse to start.

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

namespace ventanilla::live {

/// Where the last whole command of an AOF ends.
struct AofTail {
    std::uintmax_t whole = 0;  ///< bytes up to the end of the last whole command
    bool harmless = false;     ///< what follows is only zeros, or one incomplete command and then zeros
};

/// Reads the commands of one AOF file. Error: one line.
tl::expected<AofTail, std::string> inspect_aof(const std::filesystem::path& file);

/// Looks at the last AOF file in `directory`/appendonlydir. If its tail is zeros, the directory is copied aside and the tail cut,
/// provided that nothing but zeros or one incomplete command is lost; else an error that says what was found.
tl::expected<void, std::string> mend_aof(const std::filesystem::path& directory);

}  // namespace ventanilla::live
