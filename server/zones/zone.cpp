#include "zones/zone.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/random.hpp"

namespace ventanilla::zones {
namespace {

constexpr std::size_t kHeader = 44;
// RFC 8536 3.2: offsets that a file should keep to.
constexpr std::int64_t kLeastOffset = -89'999;
constexpr std::int64_t kMostOffset = 93'599;

/// What the header of a block counts.
struct Counts {
    std::uint32_t ut_flags = 0;
    std::uint32_t standard_flags = 0;
    std::uint32_t leaps = 0;
    std::uint32_t changes = 0;
    std::uint32_t types = 0;
    std::uint32_t characters = 0;

    /// Of the block behind the header, with times of so many bytes.
    std::uint64_t size(std::uint64_t time_bytes) const {
        return changes * (time_bytes + 1) + types * std::uint64_t{6} + characters + leaps * (time_bytes + 4) +
               standard_flags + std::uint64_t{ut_flags};
    }
};

/// A signed number, the highest byte first.
std::int64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return size == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
}

}  // namespace

/// Reads one file from front to back.
class TzifReader {
public:
    explicit TzifReader(std::string_view bytes) : bytes_(bytes) {}

    tl::expected<ZonePtr, std::string> read() {
        Counts counts;
        if (auto why = header(counts); !why.empty()) return tl::unexpected(why);
        std::size_t time_bytes = 4;
        if (version_ != '\0') {
            // The first block is for readers of 32-bit times.
            at_ += counts.size(4);
            if (auto why = header(counts); !why.empty()) return tl::unexpected(why);
            time_bytes = 8;
        }
        if (auto why = block(counts, time_bytes); !why.empty()) return tl::unexpected(why);
        if (auto why = footer(); !why.empty()) return tl::unexpected(why);
        zone_.id_ = token_hash(bytes_);
        zone_.data_ = bytes_;
        return std::make_shared<const Zone>(std::move(zone_));
    }

private:
    /// Leaves `at_` behind it; "" if it is good.
    std::string header(Counts& counts) {
        if (bytes_.size() < at_ || bytes_.size() - at_ < kHeader || bytes_.substr(at_, 4) != "TZif") {
            return "not a TZif file";
        }
        version_ = bytes_[at_ + 4];
        std::array<std::uint32_t*, 6> into{&counts.ut_flags, &counts.standard_flags, &counts.leaps,
                                           &counts.changes,  &counts.types,          &counts.characters};
        for (std::size_t i = 0; i < into.size(); ++i) {
            *into.at(i) = static_cast<std::uint32_t>(number_at(bytes_, at_ + 20 + 4 * i, 4));
        }
        at_ += kHeader;
        return {};
    }

    std::string block(const Counts& counts, std::size_t time_bytes) {
        const std::uint64_t size = counts.size(time_bytes);
        if (bytes_.size() - at_ < size) return "the TZif file is cut off";
        if (counts.types == 0) return "the TZif file names no local time";
        if (counts.leaps != 0) return "the TZif file counts leap seconds";
        const std::size_t indexes = at_ + counts.changes * time_bytes;
        const std::size_t types = indexes + counts.changes;
        for (std::size_t i = 0; i < counts.types; ++i) {
            const auto offset = number_at(bytes_, types + 6 * i, 4);
            if (offset < kLeastOffset || offset > kMostOffset) return "the TZif file has an offset beyond a day";
            offsets_.push_back(offset);
        }
        zone_.before_s_ = offsets_.front();
        for (std::size_t i = 0; i < counts.changes; ++i) {
            const Zone::Change change{number_at(bytes_, at_ + i * time_bytes, time_bytes),
                                      offset_of(static_cast<unsigned char>(bytes_[indexes + i]))};
            if (change.offset_s == kEver) return "the TZif file refers to a local time that it does not name";
            if (i > 0 && change.at_s <= zone_.changes_.back().at_s)
                return "the changes of the TZif file are not in order";
            zone_.changes_.push_back(change);
        }
        at_ += size;
        return {};
    }

    std::int64_t offset_of(std::size_t type) const { return type < offsets_.size() ? offsets_[type] : kEver; }

    std::string footer() {
        if (version_ == '\0') return {};
        const auto rest = bytes_.substr(at_);
        const auto end = rest.empty() || rest.front() != '\n' ? std::string_view::npos : rest.find('\n', 1);
        if (end == std::string_view::npos) return "the TZif file is cut off";
        const auto text = rest.substr(1, end - 1);
        if (text.empty()) return {};
        auto rule = PosixRule::parse(text);
        if (!rule) return "the rule of the TZif file: " + rule.error();
        zone_.rule_ = *rule;
        return {};
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    char version_ = '\0';
    std::vector<std::int64_t> offsets_;
    Zone zone_;
};

tl::expected<ZonePtr, std::string> Zone::parse(std::string_view tzif) {
    return TzifReader(tzif).read();
}

Stretch Zone::at(std::int64_t at_s) const {
    const auto next = std::ranges::upper_bound(changes_, at_s, {}, [](const Change& change) { return change.at_s; });
    if (next == changes_.end() && rule_) {
        auto stretch = rule_->at(at_s);
        if (!changes_.empty()) stretch.from_s = std::max(stretch.from_s, changes_.back().at_s);
        return stretch;
    }
    Stretch stretch;
    if (next != changes_.end()) stretch.to_s = next->at_s;
    if (next == changes_.begin()) {
        stretch.offset_s = before_s_;
    } else {
        stretch.from_s = std::prev(next)->at_s;
        stretch.offset_s = std::prev(next)->offset_s;
    }
    return stretch;
}

}  // namespace ventanilla::zones
