#pragma once
// Forms that browsers post without a script.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/authenticate.hpp"
#include "api/routes.hpp"
#include "store/files/file_store.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// The fields of a plain form. What a browser sends of a text area has CR LF where its writer saw the end of a line: they
/// come out as LF.
class PlainForm {
public:
    explicit PlainForm(web::Pairs fields = {});

    /// "" where it was not sent.
    std::string value(std::string_view name) const;
    /// Of boxes that may be ticked several times.
    std::vector<std::string> values(std::string_view name) const;

private:
    web::Pairs fields_;
};

/// A file that came with a form. Its bytes are on disk while `bytes` lives, and stay there only if it is kept.
struct PlainFile {
    std::string name = {};
    std::string media_type = {};  ///< by its content; "" for what is of no known type
    std::uint64_t size = 0;
    bool too_big = false;  ///< then its bytes were thrown away
    std::shared_ptr<files::Incoming> bytes = {};
};

/// What of a form could be read. Whoever sent it gets the page again with all that came, so hardly anything ends the reading.
struct PlainBody {
    PlainForm form;
    std::vector<PlainFile> files = {};            ///< of the field `files`, in their order
    std::size_t too_many = 0;                     ///< that came beyond those
    std::size_t unknown = 0;                      ///< that came without a challenge that is good for them
    bool too_big = false;                         ///< all of it together: the rest was not read
    bool complete = true;                         ///< false: more may have been typed
    std::optional<protocol::Error> failure = {};  ///< why files were not taken: `slow_down` or `unavailable`
};

/// Decides about the files of a form.
class FileGate {
public:
    /// When a file begins, `before` it these fields. not_found: nobody we know, bad_field: one too many; slow_down and
    /// unavailable go for all that follow.
    virtual boost::asio::awaitable<protocol::Result<void>> admit(PlainForm before) = 0;

protected:
    ~FileGate() = default;
};

/// The route of a plain form: its body is read while it comes.
web::RouteOptions plain_form_options();

/// The form, urlencoded or multipart. Refuses with 415 what is neither, with 400 what is malformed or no UTF-8, with 413 what
/// has too much text. `gate` lives until it is done.
boost::asio::awaitable<OrRefusal<PlainBody>> read_plain_form(Services& services, web::Request request, FileGate& gate);

}  // namespace ventanilla::api
