// The command line's entry.
#include <fmt/core.h>

#include <exception>

#include "app/command_line.hpp"

int main(int argc, char** argv) {
    const shanqi::Language language = shanqi::language_of_environment();
    try {
        shanqi::app::CommandLine line(language);
        shanqi::app::define_document_commands(line);
        shanqi::app::define_house_commands(line);
        return line.run(argc, argv);
    } catch (const std::exception& bug) {
        fmt::print(stderr, "{}\n", shanqi::message("app.internal", {{"reason", bug.what()}}, language));
        return 1;
    }
}
