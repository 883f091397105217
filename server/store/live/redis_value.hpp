#pragma once
// What Redis answers, in our hands.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ventanilla::live {

/// One reply of Redis, owned. Errors that Redis itself sent are values of type Fault.
struct RedisValue {
    struct Fault {
        std::string message;
    };
    using Array = std::vector<RedisValue>;
    std::variant<std::monostate, std::int64_t, std::string, Array, Fault> value;

    bool is_nil() const { return std::holds_alternative<std::monostate>(value); }
    const std::string* text() const { return std::get_if<std::string>(&value); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value); }
    const Array* array() const { return std::get_if<Array>(&value); }
    const Fault* fault() const { return std::get_if<Fault>(&value); }
};

}  // namespace ventanilla::live
