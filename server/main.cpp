// ventanilla: flags, then the command, then its exit code.

#include <cstdio>
#include <variant>

#include "app/commands.hpp"
#include "config/options.hpp"

int main(int argc, char** argv) {
    using namespace ventanilla;
    const auto command = config::parse(argc, argv, config::system_environment());
    if (!command) {
        const auto& usage = command.error();
        std::fputs(usage.text.c_str(), usage.exit_code == 0 ? stdout : stderr);
        return usage.exit_code;
    }
    return std::visit([](const auto& wanted) { return app::run(wanted); }, *command);
}
