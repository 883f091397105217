#pragma once
// The rule that a zone follows after its last listed change: a TZ string as POSIX has it, with the hours from -167 to 167 that
// RFC 8536 3.3.1 adds ("PST8PDT,M3.2.0,M11.1.0"). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "zones/stretch.hpp"

namespace ventanilla::zones {

/// A day of every year, and the local time on it.
struct RuleDay {
    enum class Kind : std::uint8_t {
        weekday,      ///< "Mm.w.d": the w-th weekday d of month m, 5 is the last
        without_29th  ///< "Jn": day 1 to 365, 29 February is never counted
        ,
        with_29th  ///< "n": day 0 to 365
    };
    Kind kind = Kind::weekday;
    int month = 1;
    int week = 1;
    int day = 0;  ///< of the week (0 is Sunday) or of the year
    std::int64_t time_s = 7200;

    /// The instant on the clock that shows local time, as if it were UTC.
    std::int64_t in_year(int year) const;
};

class PosixRule {
public:
    /// The error says what was expected, and where.
    static tl::expected<PosixRule, std::string> parse(std::string_view text);

    Stretch at(std::int64_t at_s) const;

private:
    struct Summer {
        std::int64_t offset_s = 0;
        RuleDay begins;  ///< local time as it was before
        RuleDay ends;
    };
    std::int64_t offset_s_ = 0;
    std::optional<Summer> summer_;
};

}  // namespace ventanilla::zones
