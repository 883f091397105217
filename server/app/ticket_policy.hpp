#pragma once
// The rules of tickets as the configuration is now: made at the start, anew when the address is known and after a reload.

#include <string>
#include <utility>

#include "config/site.hpp"
#include "ticketing/commands.hpp"

namespace ventanilla::app {

class TicketPolicy {
public:
    explicit TicketPolicy(std::string key_secret) : key_secret_(std::move(key_secret)) {}

    /// `address` is what this server listens on: the origin of links while the configuration names none.
    void make(const config::Site& site, std::string address) {
        address_ = std::move(address);
        renew(site);
    }
    /// After a reload.
    void renew(const config::Site& site) {
        public_url_ = site.public_url.empty() ? address_ : site.public_url;
        policy_ = ticketing::make_policy(site, public_url_, key_secret_);
    }

    const ticketing::PolicyPtr& policy() const { return policy_; }
    /// Without a slash at the end.
    const std::string& public_url() const { return public_url_; }

private:
    std::string key_secret_;
    std::string address_;
    std::string public_url_;
    ticketing::PolicyPtr policy_;
};

}  // namespace ventanilla::app
