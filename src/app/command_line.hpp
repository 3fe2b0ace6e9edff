// The command line: names, flags and their meaning in the user's language. The commands of one kind are defined in one
// file (document_commands.cpp, house_commands.cpp); what they do stands under commands/.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/messages.hpp"
#include <CLI/CLI.hpp>

namespace shanqi::app {

class CommandLine {
public:
    explicit CommandLine(Language);
    int run(int argc, char** argv);

    // Help stands in i18n: "help.<command>.<option>".
    std::string text(std::string_view key) const { return message(key, {}, language_); }
    Language language() const { return language_; }
    CLI::App& root() { return app_; }
    // A command that runs something, or (without `run`) one that has commands of its own.
    CLI::App* command(CLI::App& parent, const std::string& name, std::string_view key, std::function<int()> run = {});
    // The options of a command live as long as the command line.
    template <class Options>
    Options& keep() {
        auto options = std::make_shared<Options>();
        kept_.push_back(options);
        return *options;
    }

private:
    std::string reason(const CLI::ParseError&) const;
    std::string unknown_option(const std::string& unknown) const;

    Language language_;
    CLI::App app_;
    std::function<int()> command_;
    std::vector<std::shared_ptr<void>> kept_;
};

void define_document_commands(CommandLine&);
void define_house_commands(CommandLine&);

}  // namespace shanqi::app
