// Each Lua file is a contract: its head, the number of its keys and the call site say the same.

#include "store/live/function_library.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace ventanilla::live {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(VENTANILLA_SOURCE_DIR) / "server/store/live/functions";

std::string read(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::map<std::string, std::string> files() {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::directory_iterator(folder)) found[entry.path().stem()] = read(entry.path());
    return found;
}

// The text of the head's line that begins with "-- <label>: ".
std::string head_line(const std::string& source, const std::string& label) {
    const auto begin = "-- " + label + ": ";
    std::istringstream lines(source);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(begin)) return line.substr(begin.size());
    }
    return {};
}

TEST(LiveFunctions, EveryFileHasACallerAndEveryCallerAFile) {
    const auto sources = files();
    EXPECT_EQ(sources.size(), fn::all.size());
    for (const auto& function : fn::all) EXPECT_TRUE(sources.contains(std::string(function.name))) << function.name;
}

TEST(LiveFunctions, HeadsSayWhatTheCallerGives) {
    const auto sources = files();
    for (const auto& function : fn::all) {
        const std::string name(function.name);
        const auto& source = sources.at(name);
        EXPECT_TRUE(source.starts_with("-- " + name + ": ")) << name;
        for (const auto* label : {"Guarantee", "Arguments", "Result", "Errors"}) {
            EXPECT_FALSE(head_line(source, label).empty()) << name << " " << label;
        }
        const auto keys = head_line(source, "Keys");
        EXPECT_EQ(static_cast<std::size_t>(std::count(keys.begin(), keys.end(), ',')) + 1, function.keys) << name;
        EXPECT_TRUE(head_line(source, "Arguments").starts_with("incarnation, deadline")) << name;
    }
}

TEST(LiveFunctions, HeadsSayTheKindWithWhichTheyAreRegistered) {
    for (const auto& [name, source] : files()) {
        auto kind = head_line(source, "Kind");
        kind = kind.substr(0, kind.find('.'));
        EXPECT_NE(source.find("command('" + name + "', '" + kind + "', function("), std::string::npos) << name;
    }
}

TEST(LiveFunctions, HeadsSayTheKindThatTheCallerKnows) {
    const auto sources = files();
    const std::map<Kind, std::string> words{{Kind::read, "read"}, {Kind::content, "content"}, {Kind::always, "always"}};
    for (const auto& function : fn::all) {
        const auto kind = head_line(sources.at(std::string(function.name)), "Kind");
        EXPECT_EQ(kind.substr(0, kind.find('.')), words.at(function.kind)) << function.name;
    }
}

TEST(LiveFunctions, TheNameFollowsTheSource) {
    const auto library = build_function_library();
    EXPECT_EQ(library.name.substr(library.name.size() - library.suffix.size()), library.suffix);
    EXPECT_TRUE(library.source.starts_with("#!lua name=" + library.name + "\n"));
    EXPECT_EQ(library.function(fn::append), "append" + library.suffix);
    for (const auto& [name, source] : files()) EXPECT_NE(library.source.find(source), std::string::npos) << name;
}

}  // namespace
}  // namespace ventanilla::live
