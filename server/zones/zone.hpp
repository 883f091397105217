#pragma once
// One time zone, as a TZif file has it (RFC 8536): the changes that it lists, and the rule for all time after them. Immutable.
// Pure: whoever reads the file hands over its bytes.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "zones/posix_rule.hpp"
#include "zones/stretch.hpp"

namespace ventanilla::zones {

class Zone;
using ZonePtr = std::shared_ptr<const Zone>;

class Zone {
public:
    /// From the bytes of a file. Files with leap seconds are refused: the clocks of this world do not count them. The error
    /// says what is wrong.
    static tl::expected<ZonePtr, std::string> parse(std::string_view tzif);

    /// The stretch that an instant lies in.
    Stretch at(std::int64_t at_s) const;

    /// Tells these rules from all others: SHA-256 of the file, in hex.
    const std::string& id() const { return id_; }
    /// The file's bytes.
    const std::string& data() const { return data_; }

private:
    struct Change {
        std::int64_t at_s = 0;
        std::int64_t offset_s = 0;
    };
    Zone() = default;
    friend class TzifReader;

    std::string id_;
    std::string data_;
    std::int64_t before_s_ = 0;  ///< the offset before the first change
    std::vector<Change> changes_;
    std::optional<PosixRule> rule_;
};

}  // namespace ventanilla::zones
