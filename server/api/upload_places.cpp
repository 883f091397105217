#include "api/upload_places.hpp"

#include <utility>

namespace ventanilla::api {

UploadPlaces::Place::Place(std::shared_ptr<Taken> taken, std::string address)
    : taken_(std::move(taken)), address_(std::move(address)) {
    ++taken_->all;
    if (address_.empty()) return;
    ++taken_->of_strangers;
    ++taken_->by_address[address_];
}

UploadPlaces::Place::~Place() {
    --taken_->all;
    if (address_.empty()) return;
    --taken_->of_strangers;
    const auto found = taken_->by_address.find(address_);
    if (--found->second == 0) taken_->by_address.erase(found);
}

std::unique_ptr<UploadPlaces::Place> UploadPlaces::for_stranger(const std::string& address) {
    const auto found = taken_->by_address.find(address);
    const auto has = found == taken_->by_address.end() ? 0 : found->second;
    if (taken_->all >= most || taken_->of_strangers >= most_of_strangers || has >= most_of_address) return nullptr;
    return std::make_unique<Place>(taken_, address);
}

std::unique_ptr<UploadPlaces::Place> UploadPlaces::for_agent() {
    if (taken_->all >= most) return nullptr;
    return std::make_unique<Place>(taken_, "");
}

}  // namespace ventanilla::api
