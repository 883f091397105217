#pragma once
// The time zones of the system. A zone is read once and kept until `reload` reads its file again; whoever holds one keeps the
// rules that it had. The table is the process's, as the system's zones are; every function may be called by any thread.

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "zones/zone.hpp"

namespace ventanilla::zones {

/// The zone of an IANA name, as it was read last; one that was not asked for before is read now. The error says what is
/// wrong with the name or the file.
tl::expected<ZonePtr, std::string> find(std::string_view name);

/// The zone with that id, if this process has had it: also one whose file has changed since. Null if not.
ZonePtr find_by_id(const std::string& id);
/// Keeps a zone that was not read from a file here.
void remember(const ZonePtr& zone);

/// What `reload` found of one zone.
struct Reloaded {
    std::string name;
    bool changed = false;
    std::string problem = {};  ///< why its rules could not be read: those from before stay
};
/// Reads the files of all zones again that were asked for so far. It reads files: not for the event loop.
std::vector<Reloaded> reload();

/// Which release of the zone data the system has, such as "2025b"; "" if it does not say. It reads a file.
std::string release();

}  // namespace ventanilla::zones
