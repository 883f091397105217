#include "store/record/database.hpp"

namespace ventanilla::record {
namespace {

bool starts_with_any_of(std::string_view url, std::string_view first, std::string_view second) {
    return url.starts_with(first) || url.starts_with(second);
}

// SOCI reads key=value pairs out of whatever holds an equals sign, and has no way to escape a quote.
void check_path(std::string_view path) {
    const bool pairs = path.find('=') != std::string_view::npos && path.find(' ') != std::string_view::npos;
    if (pairs || path.find('"') != std::string_view::npos) {
        throw DatabaseError(DatabaseError::Kind::bad_url,
                            "the database's path must not hold a quote, nor an equals sign together with a blank");
    }
}

}  // namespace

DatabaseUrl DatabaseUrl::parse(std::string_view url, const std::filesystem::path& data) {
    constexpr std::string_view sqlite = "sqlite://";
    if (starts_with_any_of(url, "postgresql://", "postgres://")) {
        return {Backend::postgresql, std::string(url)};
    }
    std::string path;
    if (url.empty()) {
        path = (std::filesystem::absolute(data) / "ventanilla.db").string();
    } else if (url.starts_with(sqlite) && url.size() > sqlite.size() + 1 && url[sqlite.size()] == '/') {
        path = url.substr(sqlite.size());
    } else {
        throw DatabaseError(DatabaseError::Kind::bad_url,
                            "the database must be sqlite:///absolute/path or postgresql://user@host/name");
    }
    check_path(path);
    return {Backend::sqlite, path};
}

std::string DatabaseUrl::redacted() const {
    if (backend == Backend::sqlite) {
        return "sqlite://" + target;
    }
    // User and password stand before the last @ of the authority; a password may also be among the parameters.
    const std::string_view whole = target;
    const std::size_t begin = whole.find("://") + 3;
    const std::string_view rest = whole.substr(begin, whole.find('?', begin) - begin);
    const std::size_t at = rest.rfind('@');
    return "postgresql://" + std::string(at == std::string_view::npos ? rest : rest.substr(at + 1));
}

}  // namespace ventanilla::record
