// The rule after a zone's last listed change: what it says, and what is no rule.
#include "zones/posix_rule.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include <date/date.h>

namespace ventanilla::zones {
namespace {

/// Seconds of a time in UTC, "2040-03-11 10:00".
std::int64_t utc(const std::string& text) {
    std::istringstream in(text);
    date::sys_time<std::chrono::minutes> at;
    in >> date::parse("%F %H:%M", at);
    EXPECT_FALSE(in.fail()) << text;
    return std::chrono::seconds(at.time_since_epoch()).count();
}

Stretch at(const std::string& rule, const std::string& when) {
    const auto parsed = PosixRule::parse(rule);
    EXPECT_TRUE(parsed) << rule << ": " << parsed.error();
    return parsed ? parsed->at(utc(when)) : Stretch{};
}

TEST(PosixRuleTest, WithoutSummerIsOneStretch) {
    EXPECT_EQ(at("CST6", "2040-07-01 00:00"), (Stretch{kEver, kAlways, -6 * 3600}));
    EXPECT_EQ(at("<+0545>-5:45", "1970-01-01 00:00").offset_s, 5 * 3600 + 45 * 60);
    EXPECT_EQ(at("<-03>3", "1970-01-01 00:00").offset_s, -3 * 3600);
    EXPECT_EQ(at("ABC-1:02:03", "1970-01-01 00:00").offset_s, 3723);
    EXPECT_EQ(at("ABC+24", "1970-01-01 00:00").offset_s, -86400);
}

TEST(PosixRuleTest, HasSummerAndWinterInTheNorth) {
    constexpr auto tijuana = "PST8PDT,M3.2.0,M11.1.0";
    const Stretch summer{utc("2040-03-11 10:00"), utc("2040-11-04 09:00"), -7 * 3600};
    EXPECT_EQ(at(tijuana, "2040-03-11 10:00"), summer);
    EXPECT_EQ(at(tijuana, "2040-11-04 08:59"), summer);
    const Stretch winter{utc("2040-11-04 09:00"), utc("2041-03-10 10:00"), -8 * 3600};
    EXPECT_EQ(at(tijuana, "2040-11-04 09:00"), winter);
    EXPECT_EQ(at(tijuana, "2041-01-01 00:00"), winter);
    EXPECT_EQ(at(tijuana, "2041-03-10 09:59"), winter);
}

TEST(PosixRuleTest, HasSummerOverTheNewYearInTheSouth) {
    constexpr auto santiago = "<-04>4<-03>,M9.1.6/24,M4.1.6/24";
    const Stretch summer{utc("2040-09-02 04:00"), utc("2041-04-07 03:00"), -3 * 3600};
    EXPECT_EQ(at(santiago, "2040-12-31 23:59"), summer);
    EXPECT_EQ(at(santiago, "2041-01-01 00:00"), summer);
    EXPECT_EQ(at(santiago, "2041-04-07 03:00").offset_s, -4 * 3600);
}

TEST(PosixRuleTest, TakesHoursBeyondTheDayNegativeSummersAndHalfHours) {
    // Godthab: the change is on Saturday at 22:00, written as Sunday −2 h.
    EXPECT_EQ(at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2040-07-01 00:00").from_s, utc("2040-03-25 01:00"));
    // Gaza: the hour 50 of a Thursday is a Saturday's 02:00.
    EXPECT_EQ(at("EET-2EEST,M3.4.4/50,M10.4.4/50", "2040-07-01 00:00").from_s, utc("2040-03-24 00:00"));
    // Dublin: winter is the exception.
    EXPECT_EQ(at("IST-1GMT0,M10.5.0,M3.5.0/1", "2040-12-01 00:00"),
              (Stretch{utc("2040-10-28 01:00"), utc("2041-03-31 01:00"), 0}));
    EXPECT_EQ(at("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2041-01-01 00:00").offset_s, 11 * 3600);
}

TEST(PosixRuleTest, CountsDaysOfTheYear) {
    // J60 is 1 March in every year, 59 only where there is no 29 February.
    EXPECT_EQ(at("AAA0BBB,J60/0,J300/0", "2040-07-01 00:00").from_s, utc("2040-03-01 00:00"));
    EXPECT_EQ(at("AAA0BBB,J60/0,J300/0", "2041-07-01 00:00").from_s, utc("2041-03-01 00:00"));
    EXPECT_EQ(at("AAA0BBB,59/0,300/0", "2040-07-01 00:00").from_s, utc("2040-02-29 00:00"));
    EXPECT_EQ(at("AAA0BBB,59/0,300/0", "2041-07-01 00:00").from_s, utc("2041-03-01 00:00"));
    EXPECT_EQ(at("AAA0BBB,0/0,J365/0", "2041-07-01 00:00").from_s, utc("2041-01-01 00:00"));
}

TEST(PosixRuleTest, SummerAllYearIsNeverInterrupted) {
    // RFC 8536 3.3.1: ends where the next one begins.
    for (const auto* when : {"2040-01-01 04:59", "2040-01-01 05:00", "2040-07-01 00:00", "2040-12-31 23:59"}) {
        EXPECT_EQ(at("EST5EDT,0/0,J365/25", when).offset_s, -4 * 3600) << when;
    }
}

TEST(PosixRuleTest, RefusesWhatIsNoRule) {
    for (const auto* text : {"",
                             "C",
                             "CS6",
                             "CST",
                             "CST6X",
                             "CST25",
                             "CST6:60",
                             "CST6CDT",
                             "CST6CDT,",
                             "CST6CDT,M3.2.0",
                             "CST6CDT,M3.2.0,",
                             "CST6CDT,M13.2.0,M11.1.0",
                             "CST6CDT,M3.6.0,M11.1.0",
                             "CST6CDT,M3.0.0,M11.1.0",
                             "CST6CDT,M3.2.7,M11.1.0",
                             "CST6CDT,M3.2,M11.1.0",
                             "CST6CDT,J0,J365",
                             "CST6CDT,J1,J366",
                             "CST6CDT,0,366",
                             "CST6CDT,M3.2.0/168,M11.1.0",
                             "CST6CDT,M3.2.0,M11.1.0x",
                             "<CST6",
                             "<C>6",
                             "CST6CDT,M3.2.0/,M11.1.0",
                             "CST--6",
                             "6",
                             "CST6 CDT,J1,J2",
                             "CST99999999999999999999"}) {
        EXPECT_FALSE(PosixRule::parse(text)) << text;
    }
}

}  // namespace
}  // namespace ventanilla::zones
