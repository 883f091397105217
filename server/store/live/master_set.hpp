#pragma once
// How --redis names what Sentinel watches.

#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::live {

struct MasterSet {
    std::string name;
    std::string user, password;  ///< of its Redises, not of the sentinels; empty: none is asked for

    /// `[user:password@]NAME`. Nothing if there is a user without a password, or no name.
    static std::optional<MasterSet> parse(std::string_view text);
};

}  // namespace ventanilla::live
