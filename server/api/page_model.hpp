#pragma once
// What the pages say, as data for their templates. Pure: the clock and the language are arguments.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "config/site.hpp"
#include "desk/board.hpp"
#include "protocol/words.hpp"

namespace ventanilla::api {

/// How a page was asked for.
struct PageRequest {
    std::string path;  ///< for the link to the other language
    protocol::Locale locale = protocol::Locale::es_mx;
    bool chosen = false;  ///< by ?lang=: links keep it
    std::int64_t now_ms = 0;
};

/// "Abierto ahora · hasta las 18:00", "Cerrado · abre mañana a las 9:00". `words` are those of one language.
std::string opening_text(const tickets::Calendar& calendar, std::int64_t now_ms, std::string_view zone,
                         std::string_view locale, const nlohmann::json& words);

/// "tel:" links keep the digits of a number and a leading "+".
std::string phone_link(std::string_view number);

/// Everything that the contact page and its sisters show; `title` is the page's own.
nlohmann::json page_model(const config::Site& site, const desk::Board& board, const nlohmann::json& words,
                          const PageRequest& request, std::string_view title);

}  // namespace ventanilla::api
