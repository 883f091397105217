#pragma once
// What the handlers of files share: where the bytes go, and what is counted.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "api/upload_places.hpp"
#include "captcha/captcha.hpp"
#include "store/files/file_store.hpp"

namespace ventanilla::api {

/// Why an upload was not taken.
enum class UploadRefusal : std::uint8_t {
    access,     ///< nobody who may upload
    rate,       ///< too many of one address, or at once
    count,      ///< the uploader has too many that nothing holds
    malformed,  ///< no form with one file
    too_big,
    type,     ///< its content is of no type that the site takes, or empty
    broken,   ///< the client went away or was too slow
    storage,  ///< the disk is full, or a store is away
    count_,
};
const char* to_string(UploadRefusal refusal) noexcept;

struct UploadCounters {
    std::uint64_t taken = 0;
    std::uint64_t bytes = 0;
    std::uint64_t downloads = 0;
    std::array<std::uint64_t, static_cast<std::size_t>(UploadRefusal::count_)> refused{};
};

struct Uploads {
    explicit Uploads(files::FileStore& file_store) : store(file_store) {}

    files::FileStore& store;
    UploadCounters counters;
    UploadPlaces places;
    // What the record store keeps for all servers, once it was asked for:
    std::string ticket_secret;  ///< of requesters' keys
    std::shared_ptr<const captcha::Captchas> captchas;
};

}  // namespace ventanilla::api
