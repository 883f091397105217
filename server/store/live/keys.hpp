#pragma once
// How keys are spelled, without the site's prefix. The Lua side spells them as x.p .. '<the same>'; docs/live-store.md
// lists what they hold.

#include <string>
#include <string_view>

namespace ventanilla::live::key {

/// Every key of a site begins so: the braces are a hash tag that keeps a site's keys together.
inline std::string site_prefix(std::string_view site) {
    return "v:{" + std::string(site) + "}:";
}

inline const std::string meta = "meta";
inline const std::string everybody = "all";

inline std::string chat(const std::string& id) {
    return "c:" + id;
}
inline std::string log(const std::string& id) {
    return "c:" + id + ":log";
}
inline std::string notes(const std::string& id) {
    return "c:" + id + ":notes";
}
inline std::string decisions(const std::string& id) {
    return "c:" + id + ":why";
}
inline std::string visitor(const std::string& id) {
    return "vis:" + id;
}
inline std::string token(const std::string& hash) {
    return "t:" + hash;
}
inline std::string agent(const std::string& id) {
    return "a:" + id;
}
inline std::string session(const std::string& hash) {
    return "s:" + hash;
}
inline std::string failures(const std::string& name) {
    return "f:" + name;
}
inline std::string node(const std::string& incarnation) {
    return "n:" + incarnation;
}

}  // namespace ventanilla::live::key
