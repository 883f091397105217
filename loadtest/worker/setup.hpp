#pragma once
// What a run is made of: the flags, and what was found out before it began.

#include <cstdint>
#include <string>
#include <vector>

#include "loadtest/measure/pacer.hpp"
#include "loadtest/wire/target.hpp"

namespace ventanilla::load {

struct Setup {
    Target target;
    std::string channel;
    std::string department;
    std::string tag;                  ///< of this run: tells its messages from those of others
    std::vector<std::string> tokens;  ///< of the agents, one each
    std::size_t visitors = 0;
    std::size_t workers = 1;
    std::size_t text_bytes = 200;
    std::uint64_t seed = 1;
    double haste = 1;  ///< `mixed`: thinking takes a `haste`th of a person's time
    Arrivals arrivals = Arrivals::poisson;
    bool agents_sync = true;      ///< agents read what was said before they got a chat
    bool may_be_refused = false;  ///< `offline` and the like are part of the scenario
};

}  // namespace ventanilla::load
