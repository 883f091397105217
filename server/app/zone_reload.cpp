#include "app/zone_reload.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace ventanilla::app {

ZoneReload::ZoneReload(boost::asio::io_context& io, std::function<void()> changed)
    : io_(io), changed_(std::move(changed)) {}

ZoneReload::~ZoneReload() {
    if (reading_.joinable()) reading_.join();
}

void ZoneReload::begin() {
    if (reading_.joinable()) {
        again_ = true;
        return;
    }
    reading_ = std::thread([this] {
        boost::asio::post(io_, [this, found = zones::reload(), release = zones::release()] { take(found, release); });
    });
}

void ZoneReload::take(const std::vector<zones::Reloaded>& found, const std::string& release) {
    reading_.join();
    for (const auto& zone : found) {
        if (!zone.problem.empty()) {
            spdlog::warn("the rules of time zone {} stay as they are: {}", zone.name, zone.problem);
        } else if (zone.changed) {
            spdlog::info("time zone {} has other rules now (tzdata {})", zone.name, release);
        }
    }
    if (std::ranges::any_of(found, [](const auto& zone) { return zone.changed; })) changed_();
    if (std::exchange(again_, false)) begin();
}

}  // namespace ventanilla::app
