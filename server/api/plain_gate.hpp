#pragma once
// Whether a plain form may bring a file. Asked when one begins: what strangers send touches the disk only after that.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "api/plain_form.hpp"
#include "api/routes.hpp"
#include "api/upload_places.hpp"
#include "protocol/codes.hpp"
#include "store/record/files.hpp"

namespace ventanilla::api {

/// The challenge that a form's files were kept for first, else the one that it shows now.
std::string files_challenge(const PlainForm& form);

/// Who the files of a ticket form belong to until there is a ticket, whether their challenge has expired since or not; "" for
/// a challenge that is none of ours.
std::string uploader_of(const Services& services, const PlainForm& form);

/// How many files this uploader may leave unattached: those of one form and what is chosen in their place. A ticket's
/// requester as with POST /api/v1/files.
std::int64_t most_unattached(const std::string& uploader);

/// One form's. Its first file takes one of the places for uploads, which it holds until the form is done with.
class PlainGate final : public FileGate {
public:
    /// `uploader`: a requester, by the key. "": whoever holds the challenge in the form, which has to be genuine, not expired
    /// and not spent.
    PlainGate(Services& services, std::string peer, std::string uploader)
        : services_(services), peer_(std::move(peer)), uploader_(std::move(uploader)) {}

    boost::asio::awaitable<protocol::Result<void>> admit(PlainForm before) override;

private:
    boost::asio::awaitable<protocol::Result<void>> check_store(PlainForm before);

    Services& services_;
    std::string peer_;
    std::string uploader_;
    std::unique_ptr<UploadPlaces::Place> place_;
    std::int64_t begun_ = 0;  ///< files of this form, which no row tells of yet
};

}  // namespace ventanilla::api
