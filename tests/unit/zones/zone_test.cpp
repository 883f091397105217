// Zones as the system has them: the same as the C library's and the date library's; broken files; files that are replaced.
#include "zones/zone.hpp"

#include <gtest/gtest.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include <date/tz.h>

#include "support/tzif.hpp"
#include "zones/zones.hpp"

namespace ventanilla::zones {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFrom = 0;                // 1970
constexpr std::int64_t kTo = 4'102'444'800;      // 2100
constexpr std::int64_t kListed = 2'145'916'800;  // 2038: what the date library knows ends before
constexpr unsigned kSeed = 20261130;

/// Sets a variable of the environment, and puts it back.
class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() {
        if (before_) {
            ::setenv(name_, before_->c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
        ::tzset();
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

/// The offset that the C library finds, in the zone that TZ names.
std::int64_t c_offset(std::int64_t at_s) {
    const time_t at = at_s;
    struct tm local {};
    ::localtime_r(&at, &local);
    return local.tm_gmtoff;
}

ZonePtr zone(const std::string& name) {
    auto found = find(name);
    EXPECT_TRUE(found) << name << ": " << found.error();
    return found.value_or(nullptr);
}

/// All names that the system's list of links and zones has.
std::set<std::string> all_names() {
    std::set<std::string> names;
    std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string kind;
        std::string first;
        std::string second;
        words >> kind >> first >> second;
        if (kind == "Z") names.insert(first);
        if (kind == "L") names.insert(second);
    }
    return names;
}

TEST(ZoneTest, HasEveryChangeOf130YearsWhereTheCLibraryHasIt) {
    for (const auto* name : {"America/Mexico_City", "America/Tijuana", "America/Cancun", "Europe/Madrid",
                             "Europe/Dublin", "Europe/London", "America/Santiago", "Australia/Lord_Howe",
                             "Asia/Kathmandu", "Africa/Casablanca", "Asia/Gaza", "America/Nuuk", "Africa/Monrovia"}) {
        const auto ours = zone(name);
        ASSERT_TRUE(ours);
        const Variable tz("TZ", std::string(":") + name);
        ::tzset();
        int stretches = 0;
        for (std::int64_t at = kFrom; at < kTo; ++stretches) {
            const auto stretch = ours->at(at);
            ASSERT_LE(stretch.from_s, at) << name;
            ASSERT_GT(stretch.to_s, at) << name;
            EXPECT_EQ(stretch.offset_s, c_offset(at)) << name << " at " << at;
            // Nothing changes inside of it: the C library is asked at its ends, and once a month between them.
            const auto end = std::min(stretch.to_s, kTo);
            EXPECT_EQ(stretch.offset_s, c_offset(end - 1)) << name << " before " << end;
            for (auto inside = at; inside < end; inside += 30LL * 86400) {
                ASSERT_EQ(stretch.offset_s, c_offset(inside)) << name << " at " << inside;
                ASSERT_EQ(ours->at(inside), stretch) << name << " at " << inside;
            }
            at = end;
        }
        EXPECT_GT(stretches, 0);
    }
}

TEST(ZoneTest, HasTheChangesThatTheDateLibraryLists) {
    for (const auto* name : {"America/Mexico_City", "America/Tijuana", "Europe/Madrid", "Australia/Lord_Howe"}) {
        const auto ours = zone(name);
        ASSERT_TRUE(ours);
        const auto* theirs = date::locate_zone(name);
        int changes = 0;
        for (std::int64_t at = kFrom; at < kListed; ++changes) {
            const auto info = theirs->get_info(date::sys_seconds{std::chrono::seconds{at}});
            const auto stretch = ours->at(at);
            EXPECT_EQ(stretch.offset_s, info.offset.count()) << name << " at " << at;
            const auto end = info.end.time_since_epoch().count();
            if (end < kListed) {
                EXPECT_EQ(stretch.to_s, end) << name << " at " << at;
            }
            at = std::min(end, stretch.to_s);
        }
        EXPECT_GT(changes, 10) << name;
    }
}

TEST(ZoneTest, AgreesWithTheCLibraryInEveryZoneOfTheSystem) {
    std::mt19937 dice(kSeed);
    std::uniform_int_distribution<std::int64_t> when(kFrom, kTo);
    const auto names = all_names();
    ASSERT_GT(names.size(), 400U);
    for (const auto& name : names) {
        if (!fs::exists("/usr/share/zoneinfo/" + name)) continue;
        const auto ours = zone(name);
        ASSERT_TRUE(ours) << name;
        const Variable tz("TZ", ":" + name);
        ::tzset();
        for (int i = 0; i < 200; ++i) {
            const auto at = when(dice);
            ASSERT_EQ(ours->at(at).offset_s, c_offset(at)) << name << " at " << at << ", seed " << kSeed;
        }
    }
}

TEST(ZoneTest, KeepsToTheFirstTimeBeforeTheFirstChangeAndToTheRuleForEver) {
    const auto tijuana = zone("America/Tijuana");
    EXPECT_EQ(tijuana->at(kEver).from_s, kEver);
    EXPECT_EQ(tijuana->at(kEver).offset_s, -28084) << "local mean time";
    EXPECT_EQ(tijuana->at(32'503'680'000 + 15'552'000).offset_s, -7 * 3600) << "summer of the year 3000";
    EXPECT_EQ(tijuana->at(kAlways).to_s, kAlways);
}

std::string mexico() {
    return zone("America/Mexico_City")->data();
}

TEST(ZoneFileTest, RefusesWhatIsCutOffAnywhere) {
    const auto whole = mexico();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(Zone::parse(whole.substr(0, size))) << size;
    }
    EXPECT_TRUE(Zone::parse(whole));
}

TEST(ZoneFileTest, SurvivesEveryByteBeingAnother) {
    const auto whole = mexico();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (const char c : {'\0', '\x7f', '\xff', static_cast<char>(whole[i] ^ 1)}) {
            auto broken = whole;
            broken[i] = c;
            const auto parsed = Zone::parse(broken);
            if (!parsed) continue;
            for (const std::int64_t at : {kEver, std::int64_t{0}, kListed, kAlways}) {
                const auto stretch = (*parsed)->at(at);
                EXPECT_LE(stretch.from_s, at);
                EXPECT_LT(std::abs(stretch.offset_s), 100'000);
            }
        }
    }
}

TEST(ZoneFileTest, RefusesLeapSecondsAndWhatIsNoZone) {
    EXPECT_FALSE(Zone::parse(""));
    EXPECT_FALSE(Zone::parse(std::string(10'000, '\0')));
    EXPECT_TRUE(Zone::parse(test::tzif_with_rule("XXX6")));
    EXPECT_TRUE(Zone::parse(test::tzif_with_rule("")));
    EXPECT_FALSE(Zone::parse(test::tzif_with_rule("nonsense")));
    auto leaps = test::tzif_block() + test::tzif_block();
    leaps[test::tzif_block().size() + 31] = 1;
    const auto refused = Zone::parse(leaps + std::string(12, '\0') + "\n\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), "the TZif file counts leap seconds");
}

/// A directory of zones of one's own.
class ZonesTest : public testing::Test {
protected:
    ZonesTest() : directory_(fs::temp_directory_path() / ("zones-" + std::to_string(::getpid()))) {
        fs::create_directories(directory_ / "Test");
    }
    ~ZonesTest() override { fs::remove_all(directory_); }

    void write(const std::string& name, const std::string& bytes) {
        std::ofstream(directory_ / name, std::ios::binary) << bytes;
    }
    static std::int64_t offset_of(const std::string& name) { return find(name).value()->at(0).offset_s; }
    static Reloaded reloaded(const std::string& name) {
        for (auto& found : reload()) {
            if (found.name == name) return found;
        }
        return {};
    }

    fs::path directory_;
    Variable tzdir_{"TZDIR", directory_.string()};
};

TEST_F(ZonesTest, AreReadAgainWhenAsked) {
    write("Test/Moves", test::tzif_with_rule("AAA6"));
    const auto before = find("Test/Moves").value();
    EXPECT_FALSE(reloaded("Test/Moves").changed);
    write("Test/Moves", test::tzif_with_rule("BBB5"));
    EXPECT_EQ(offset_of("Test/Moves"), -6 * 3600) << "not before";
    EXPECT_TRUE(reloaded("Test/Moves").changed);
    EXPECT_EQ(offset_of("Test/Moves"), -5 * 3600);
    EXPECT_EQ(before->at(0).offset_s, -6 * 3600) << "whoever has the old one keeps it";
    EXPECT_EQ(find_by_id(before->id()), before);
    EXPECT_NE(find("Test/Moves").value()->id(), before->id());
}

TEST_F(ZonesTest, StayAsTheyAreWhereTheFileIsBrokenOrGone) {
    write("Test/Stays", test::tzif_with_rule("AAA6"));
    EXPECT_EQ(offset_of("Test/Stays"), -6 * 3600);
    write("Test/Stays", test::tzif_with_rule("AAA5").substr(0, 40));
    EXPECT_NE(reloaded("Test/Stays").problem.find("not a TZif file"), std::string::npos);
    EXPECT_EQ(offset_of("Test/Stays"), -6 * 3600);
    fs::remove(directory_ / "Test/Stays");
    EXPECT_NE(reloaded("Test/Stays").problem.find("there is no file"), std::string::npos);
    EXPECT_EQ(offset_of("Test/Stays"), -6 * 3600);
    write("Test/Stays", test::tzif_with_rule("AAA5"));
    const auto healed = reloaded("Test/Stays");
    EXPECT_TRUE(healed.changed);
    EXPECT_EQ(healed.problem, "");
    EXPECT_EQ(offset_of("Test/Stays"), -5 * 3600);
}

TEST_F(ZonesTest, NamesLeadNowhereElse) {
    write("secret", test::tzif_with_rule("AAA6"));
    write("Test/Huge", test::tzif_with_rule("AAA6") + std::string(300 * 1024, '\n'));
    for (const std::string name : {"", "/etc/localtime", "../secret", "Test/../secret", "Test", "Test/",
                                   "Test/Not_There", "Test/Huge", "Test/\n", "Test/%s"}) {
        EXPECT_FALSE(find(name)) << name;
    }
    EXPECT_FALSE(find(std::string(65, 'a')));
    EXPECT_FALSE(find(std::string("secret\0x", 8)));
    EXPECT_TRUE(find("secret"));
}

}  // namespace
}  // namespace ventanilla::zones
