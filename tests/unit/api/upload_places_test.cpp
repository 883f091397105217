#include "api/upload_places.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ventanilla::api {
namespace {

TEST(UploadPlaces, OneAddressHasFew) {
    UploadPlaces places;
    std::vector<std::unique_ptr<UploadPlaces::Place>> held;
    for (std::size_t i = 0; i < UploadPlaces::most_of_address; ++i) held.push_back(places.for_stranger("10.0.0.1"));
    for (const auto& place : held) EXPECT_TRUE(place);
    EXPECT_FALSE(places.for_stranger("10.0.0.1"));
    EXPECT_TRUE(places.for_stranger("10.0.0.2"));
    EXPECT_TRUE(places.for_agent());
    held.pop_back();
    EXPECT_TRUE(places.for_stranger("10.0.0.1")) << "one that has ended makes room";
    held.clear();
    EXPECT_EQ(places.taken(), 0U);
}

TEST(UploadPlaces, SomeAreKeptForAgents) {
    UploadPlaces places;
    std::vector<std::unique_ptr<UploadPlaces::Place>> held;
    while (auto place = places.for_stranger("10.0.0." + std::to_string(held.size()))) held.push_back(std::move(place));
    EXPECT_EQ(held.size(), UploadPlaces::most_of_strangers);
    while (auto place = places.for_agent()) held.push_back(std::move(place));
    EXPECT_EQ(held.size(), UploadPlaces::most);
    EXPECT_EQ(places.taken(), UploadPlaces::most);
}

TEST(UploadPlaces, AnUploadMayOutliveThem) {
    std::unique_ptr<UploadPlaces::Place> place;
    {
        UploadPlaces places;
        place = places.for_stranger("10.0.0.1");
    }
    EXPECT_TRUE(place);
}

}  // namespace
}  // namespace ventanilla::api
