#include "store/record/zone_data.hpp"

#include <sodium.h>

#include "store/record/database.hpp"
#include "store/record/sql.hpp"

namespace ventanilla::record {
namespace {

std::string to_hex(std::string_view bytes) {
    std::string hex(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    hex.pop_back();  // the terminating NUL
    return hex;
}

std::optional<std::string> from_hex(std::string_view hex) {
    std::string bytes(hex.size() / 2, '\0');
    std::size_t size = 0;
    const int failed = sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(),
                                      hex.size(), nullptr, &size, nullptr);
    if (failed != 0 || size != bytes.size()) return std::nullopt;
    return bytes;
}

}  // namespace

void ZoneDataRepository::keep(const std::string& id, std::string_view data) {
    const std::string hex = to_hex(data);
    database_.sql() << "INSERT INTO zone_data (id, data) VALUES (:id, :data) ON CONFLICT DO NOTHING", soci::use(id),
        soci::use(hex);
}

std::optional<std::string> ZoneDataRepository::find(const std::string& id) {
    std::string hex;
    database_.sql() << "SELECT data FROM zone_data WHERE id = :id", soci::use(id), soci::into(hex);
    if (!database_.sql().got_data()) return std::nullopt;
    return from_hex(hex);
}

}  // namespace ventanilla::record
