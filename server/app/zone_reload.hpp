#pragma once
// Reads the system's time zones again: daily, and with the configuration.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <thread>
#include <vector>

#include "zones/zones.hpp"

namespace ventanilla::app {

/// Files are read by a thread of their own, which lives as long as that takes. The loop outlives this.
class ZoneReload {
public:
    /// `changed` is called on the loop when a zone has other rules than before.
    ZoneReload(boost::asio::io_context& io, std::function<void()> changed);
    ~ZoneReload();
    ZoneReload(const ZoneReload&) = delete;
    ZoneReload& operator=(const ZoneReload&) = delete;

    /// Begins; while a reading goes on, another follows it. What a file says is logged, and what is wrong with one: then the
    /// rules from before stay.
    void begin();

private:
    void take(const std::vector<zones::Reloaded>& found, const std::string& release);

    boost::asio::io_context& io_;
    std::function<void()> changed_;
    std::thread reading_;
    bool again_ = false;
};

}  // namespace ventanilla::app
