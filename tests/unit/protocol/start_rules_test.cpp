#include <gtest/gtest.h>

#include "protocol/decode.hpp"

namespace ventanilla::protocol {
namespace {

const StartRules support{{"message", "name", "email", "department"}, {"contable", "tecnico"}, true};

ChatStart whole_start() {
    return ChatStart{"m-1", "tecnico", "Ana", "ana@example.mx", "Hola", {}};
}

std::string wrong_field(const ChatStart& start, const StartRules& rules) {
    const auto error = check_start(start, rules);
    if (error) {
        EXPECT_EQ(error->code, Code::bad_field);
    }
    return error ? error->field : "";
}

TEST(StartRules, TakeAStartWithAllThatIsAskedFor) {
    EXPECT_EQ(wrong_field(whole_start(), support), "");
}

TEST(StartRules, NameWhatIsMissing) {
    auto start = whole_start();
    start.department.reset();
    EXPECT_EQ(wrong_field(start, support), "department");
    start = whole_start();
    start.name.reset();
    EXPECT_EQ(wrong_field(start, support), "name");
    start = whole_start();
    start.email.reset();
    EXPECT_EQ(wrong_field(start, support), "email");
    start = whole_start();
    start.message.reset();
    EXPECT_EQ(wrong_field(start, support), "message");
}

TEST(StartRules, NeedNothingThatIsNotAskedFor) {
    EXPECT_EQ(wrong_field(ChatStart{"m-1", {}, {}, {}, {}, {}}, StartRules{{}, {"ventas"}, false}), "");
}

TEST(StartRules, KnowTheDepartmentsOfTheChannel) {
    auto start = whole_start();
    start.department = "ventas";
    EXPECT_EQ(wrong_field(start, support), "department");
    start.department = "any";
    EXPECT_EQ(wrong_field(start, support), "");
    EXPECT_EQ(wrong_field(start, StartRules{support.ask, support.departments, false}), "department");
}

TEST(StartRules, SendAStartWithoutDepartmentToTheOnlyOneOrAny) {
    const ChatStart nowhere{"m-1", {}, {}, {}, {}, {}};
    EXPECT_EQ(start_department(whole_start(), support), "tecnico");
    EXPECT_EQ(start_department(nowhere, StartRules{{}, {"ventas"}, false}), "ventas");
    EXPECT_EQ(start_department(nowhere, support), "any");
}

}  // namespace
}  // namespace ventanilla::protocol
