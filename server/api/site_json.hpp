#pragma once
// The site as pages and the widget know it. Pure.

#include <cstdint>
#include <nlohmann/json.hpp>

#include "config/site.hpp"
#include "desk/board.hpp"

namespace ventanilla::api {

/// The body of GET /api/v1/site at `now_ms`: schema Site of protocol/openapi.yaml.
nlohmann::json site_json(const config::Site& site, const desk::Board& board, std::int64_t now_ms);

/// What of it does not change while the server runs, as the widget carries it (interface Site in widget/visitor).
nlohmann::json site_words(const config::Site& site);

}  // namespace ventanilla::api
