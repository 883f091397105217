#pragma once
// Who asks for a file, and who may have it (protocol.md 3.7).

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "api/authenticate.hpp"
#include "api/routes.hpp"
#include "store/record/files.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// One of these, and the name under which uploads of theirs are kept (record::FileRecord::uploader).
struct FileCaller {
    std::string uploader;
    std::optional<live::AgentMeta> agent = {};
    std::string visitor = {};
    std::optional<std::int64_t> ticket = {};  ///< by its key
    std::string challenge = {};
};

/// By `Authorization: Bearer` (an agent's session or a visitor's token), `?key=` with `ticket=`, X-Captcha, or the cookie: the
/// first that is there decides, so that what a page states on purpose goes before the cookie that browsers add. `ticket` is
/// whose key it is where the query does not say. 401 if there is nothing, 404 for a wrong key.
boost::asio::awaitable<OrRefusal<FileCaller>> identify(Services& services, web::Request request,
                                                       std::optional<std::int64_t> ticket = std::nullopt);

/// The ticket that holds the file, if one does.
std::optional<std::int64_t> held_ticket(const record::FileRecord& file);

/// Whether the caller may read what holds the file, or has uploaded it while nothing does. not_found if not.
desk::Task<void> check_readable(Services& services, FileCaller caller, record::FileRecord file);

}  // namespace ventanilla::api
