#include "desk/board.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "desk/convert.hpp"
#include "desk/rights.hpp"
#include "protocol/encode.hpp"

namespace ventanilla::desk {

namespace asio = boost::asio;
using protocol::OpenState;

namespace {

asio::awaitable<void> over(std::shared_ptr<asio::steady_timer> reading) {
    boost::system::error_code woken;
    co_await reading->async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

}  // namespace

Board::Board(const config::Site& site, live::LiveStore& live) : site_(site), live_(live) {
    configure();
}

void Board::configure() {
    calendars_.clear();
    for (const auto& department : site_.departments) {
        calendars_.emplace(department.id, site_.calendar(department.hours));
    }
    touch();
}

asio::awaitable<void> Board::refresh() {
    // A reading under way may have begun before what the caller knows of; one that begins while it waits will do.
    if (reading_) co_await over(reading_);
    if (reading_) co_return co_await over(reading_);
    if (!std::exchange(stale_, false)) co_return;
    reading_ =
        std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    try {
        co_await read();
    } catch (...) {
        end_reading();
        throw;
    }
    end_reading();
}

// Moving the expiry wakes those who wait, and also one that has yet to begin waiting. Not from a destructor: a coroutine
// that the end of the process destroys would come here after the board.
void Board::end_reading() {
    std::exchange(reading_, nullptr)->expires_at(asio::steady_timer::time_point::min());
}

asio::awaitable<void> Board::read() {
    auto queues = co_await live_.queues();
    auto agents = co_await live_.agents();
    if (!queues || !agents) {
        stale_ = true;
        co_return;
    }
    queues_ = std::move(*queues);
    agents_ = std::move(*agents);
    auto fingerprint =
        protocol::dump(protocol::to_json_array(wire_queues())) + protocol::dump(protocol::to_json_array(wire_agents()));
    if (fingerprint != fingerprint_) {
        fingerprint_ = std::move(fingerprint);
        ++revision_;
    }
}

std::vector<protocol::Queue> Board::wire_queues() const {
    std::vector<protocol::Queue> wire;
    for (const auto& queue : queues_) wire.push_back(to_wire(queue));
    return wire;
}

std::vector<protocol::Queue> Board::wire_queues(const live::AgentMeta& agent) const {
    auto wire = wire_queues();
    const auto visible = visible_departments(agent);
    if (!visible) return wire;
    for (auto& queue : wire) {
        if (std::find(visible->begin(), visible->end(), queue.department) == visible->end()) queue.chats.clear();
    }
    return wire;
}

const live::AgentMeta* Board::agent(std::string_view id) const {
    const auto found = std::find_if(agents_.begin(), agents_.end(), [&](const auto& item) { return item.id == id; });
    return found == agents_.end() ? nullptr : &*found;
}

std::vector<protocol::AgentInfo> Board::wire_agents() const {
    std::vector<protocol::AgentInfo> wire;
    for (const auto& agent : agents_) {
        if (!agent.disabled) wire.push_back(to_wire(agent));
    }
    return wire;
}

protocol::DepartmentInfo Board::department(const config::Department& department, std::int64_t now_ms) const {
    protocol::DepartmentInfo info;
    info.id = department.id;
    info.name = department.name;
    const auto queue = std::find_if(queues_.begin(), queues_.end(),
                                    [&](const auto& item) { return item.department == department.id; });
    if (queue == queues_.end()) return info;
    info.waiting = queue->waiting;
    info.wait_s = queue->wait_s;
    const auto calendar = calendars_.find(department.id);
    const bool open = calendar == calendars_.end() || calendar->second.is_open(now_ms);
    if (!open || queue->agents_online == 0) {
        info.state = OpenState::closed;
    } else {
        info.state = queue->waiting >= department.max_waiting ? OpenState::busy : OpenState::open;
    }
    return info;
}

protocol::ChannelInfo Board::channel(const config::Channel& channel, std::int64_t now_ms) const {
    protocol::ChannelInfo info;
    info.id = channel.id;
    info.title = channel.title;
    info.greeting = channel.greeting;
    for (const auto ask : channel.ask) info.ask.emplace_back(config::to_string(ask));
    bool busy = false;
    bool within_hours = false;
    for (const auto* department : site_.departments_of(channel.id)) {
        info.departments.push_back(this->department(*department, now_ms));
        if (info.departments.back().state == OpenState::open) info.state = OpenState::open;
        busy = busy || info.departments.back().state == OpenState::busy;
        const auto calendar = calendars_.find(department->id);
        if (calendar == calendars_.end() || calendar->second.is_open(now_ms)) {
            within_hours = true;
        } else if (const auto opens = calendar->second.next_opening(now_ms)) {
            info.opens_at = std::min(info.opens_at.value_or(*opens), *opens);
        }
    }
    if (info.state != OpenState::open && busy) info.state = OpenState::busy;
    if (within_hours) info.opens_at.reset();
    for (const auto& phone : site_.phones) info.phones.push_back({phone.label, phone.number});
    info.ticket_url = "/ticket";
    return info;
}

std::vector<std::string> Board::open_departments(const config::Channel& channel, std::int64_t now_ms) const {
    std::vector<std::string> open;
    for (const auto* department : site_.departments_of(channel.id)) {
        const auto calendar = calendars_.find(department->id);
        if (calendar == calendars_.end() || calendar->second.is_open(now_ms)) open.push_back(department->id);
    }
    return open;
}

}  // namespace ventanilla::desk
