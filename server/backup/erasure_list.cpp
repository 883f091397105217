#include "backup/erasure_list.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "store/files/blobs.hpp"

namespace ventanilla::backup {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kKnownBackups = "backups.txt";

// One write of one line: lines of two commands do not mix.
void append_line(const fs::path& file, const std::string& line) {
    const files::Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    const auto text = line + "\n";
    const bool written =
        out.get() >= 0 && ::write(out.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (!written || ::fsync(out.get()) != 0) throw std::system_error(errno, std::generic_category(), file.string());
}

std::string to_line(const record::Erasure& erasure) {
    return json{{"email_hash", erasure.email_hash}, {"at", erasure.at}}.dump();
}

}  // namespace

void note_erasure(const fs::path& data, const record::Erasure& erasure) {
    const auto line = to_line(erasure);
    append_line(data / kErasureList, line);
    std::ifstream known(data / kKnownBackups);
    for (std::string folder; std::getline(known, folder);) {
        std::error_code gone;
        if (!fs::is_directory(folder, gone)) continue;
        try {
            append_line(fs::path(folder) / kErasureList, line);
        } catch (const std::system_error&) {  // read-only by now: DATA's own list has it
            continue;
        }
    }
}

void remember_backup(const fs::path& data, const fs::path& backup) {
    append_line(data / kKnownBackups, fs::absolute(backup).lexically_normal().string());
}

void catch_up(const fs::path& data, const fs::path& backup, std::int64_t since) {
    for (const auto& erasure : read_erasures(data)) {
        if (erasure.at >= since) append_line(backup / kErasureList, to_line(erasure));
    }
}

std::vector<record::Erasure> read_erasures(const fs::path& folder) {
    std::vector<record::Erasure> list;
    std::ifstream in(folder / kErasureList);
    for (std::string line; std::getline(in, line);) {
        const auto object = json::parse(line, nullptr, false);
        const bool good = object.is_object() && object.contains("email_hash") && object["email_hash"].is_string() &&
                          object.contains("at") && object["at"].is_number_integer();
        if (good) list.push_back({object["email_hash"].get<std::string>(), object["at"].get<std::int64_t>()});
    }
    return list;
}

}  // namespace ventanilla::backup
