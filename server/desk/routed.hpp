#pragma once
// An agent of the record store as the live store knows one.

#include "config/site.hpp"
#include "store/live/types.hpp"
#include "store/record/types.hpp"

namespace ventanilla::desk {

/// The agent as the live store routes by it: its own capacity, or the largest of its departments'.
live::AgentMeta routed(const record::Agent& agent, const config::Site& site);

}  // namespace ventanilla::desk
