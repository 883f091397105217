#include "loadtest/measure/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace ventanilla::load {
namespace {

TEST(LoadHistogram, IsEmptyAtFirst) {
    const auto histogram = std::make_unique<Histogram>();
    EXPECT_EQ(histogram->count(), 0U);
    EXPECT_EQ(histogram->at(0.5), 0U);
    EXPECT_EQ(histogram->max(), 0U);
    EXPECT_EQ(histogram->mean(), 0.0);
}

TEST(LoadHistogram, SmallValuesAreExact) {
    const auto histogram = std::make_unique<Histogram>();
    for (std::uint64_t i = 1; i <= 100; ++i) histogram->record(i);
    EXPECT_EQ(histogram->at(0.5), 50U);
    EXPECT_EQ(histogram->at(0.99), 99U);
    EXPECT_EQ(histogram->at(1.0), 100U);
    EXPECT_EQ(histogram->at(0.0), 1U);
    EXPECT_DOUBLE_EQ(histogram->mean(), 50.5);
}

// Every quantile of random values over the whole range lies at or above the exact one, by less than a step.
TEST(LoadHistogram, QuantilesAreWithinOnePart128) {
    const auto histogram = std::make_unique<Histogram>();
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> exponent(0.0, 39.9);
    std::vector<std::uint64_t> values(20000);
    for (auto& value : values) {
        value = static_cast<std::uint64_t>(std::exp2(exponent(random)));
        histogram->record(value);
    }
    std::sort(values.begin(), values.end());
    for (const double quantile : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const auto exact = values[static_cast<std::size_t>(std::ceil(quantile * 20000)) - 1];
        EXPECT_GE(histogram->at(quantile), exact) << quantile;
        EXPECT_LE(static_cast<double>(histogram->at(quantile)), static_cast<double>(exact) * (1.0 + 1.0 / 128))
            << quantile;
    }
}

TEST(LoadHistogram, PowersOfTwoAndTheirNeighboursKeepTheirOrder) {
    for (unsigned bit = 1; bit < 40; ++bit) {
        const auto power = std::uint64_t{1} << bit;
        const auto below = std::make_unique<Histogram>();
        below->record(power - 1);
        below->record(power);
        EXPECT_LT(below->at(0.5), power) << bit;
        EXPECT_GE(below->at(1.0), power) << bit;
    }
}

TEST(LoadHistogram, WhatIsTooLongForItKeepsItsMaximum) {
    const auto histogram = std::make_unique<Histogram>();
    histogram->record(5);
    histogram->record(std::uint64_t{1} << 50U);
    EXPECT_EQ(histogram->max(), std::uint64_t{1} << 50U);
    EXPECT_EQ(histogram->at(1.0), std::uint64_t{1} << 50U);
    EXPECT_EQ(histogram->at(0.5), 5U);
}

TEST(LoadHistogram, MergedIsAsIfRecordedTogether) {
    const auto one = std::make_unique<Histogram>();
    const auto two = std::make_unique<Histogram>();
    const auto both = std::make_unique<Histogram>();
    std::mt19937_64 random(11);
    for (int i = 0; i < 5000; ++i) {
        const auto value = random() >> (random() % 60 + 4);
        (i % 3 == 0 ? one : two)->record(value);
        both->record(value);
    }
    one->merge(*two);
    for (const double quantile : {0.01, 0.5, 0.9, 0.999}) EXPECT_EQ(one->at(quantile), both->at(quantile));
    EXPECT_EQ(one->count(), 5000U);
    EXPECT_EQ(one->max(), both->max());
    EXPECT_DOUBLE_EQ(one->mean(), both->mean());
}

}  // namespace
}  // namespace ventanilla::load
