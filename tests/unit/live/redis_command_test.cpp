#include "store/live/redis_command.hpp"

#include <gtest/gtest.h>

namespace ventanilla::live {
namespace {

TEST(RedisCommand, IsWrittenAsItIsSent) {
    EXPECT_EQ(RedisCommand({"PING"}).bytes(), "*1\r\n$4\r\nPING\r\n");
    EXPECT_EQ(RedisCommand(std::vector<std::string>{"SET", "", "a\r\nb"}).bytes(),
              "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\r\nb\r\n");
}

TEST(RedisCommand, TakesWordsOfTwoParts) {
    RedisCommand command(3, 0);
    command.word("GET").word("v:{x}:", "cfg").word(std::string(1000, 'z'));
    EXPECT_EQ(command.bytes(), "*3\r\n$3\r\nGET\r\n$9\r\nv:{x}:cfg\r\n$1000\r\n" + std::string(1000, 'z') + "\r\n");
}

}  // namespace
}  // namespace ventanilla::live
