#pragma once
// Files of plain forms between two of its pages: whatever else has to be corrected, nobody chooses them twice.

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "api/plain_form.hpp"
#include "api/routes.hpp"
#include "protocol/codes.hpp"
#include "store/record/files.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

struct KeptFiles {
    std::vector<record::FileRecord> files = {};  ///< not attached yet: the ones kept before, then the new ones
    std::vector<web::FieldError> errors = {};    ///< what is wrong with those that were not kept, all at `files`
};

/// Keeps the files that came with the form for `uploader`, and finds those that it kept before (boxes `file_id`). An empty
/// uploader has none, and a FileGate lets none of its files in.
boost::asio::awaitable<protocol::Result<KeptFiles>> keep_files(Services& services, PlainBody body, std::string uploader,
                                                               protocol::Locale locale);

}  // namespace ventanilla::api
