#include "app/command_line.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace shanqi::app {
namespace {

// Of the options and commands that could stand where the parser is.
std::vector<std::string> names_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(sub->get_name());
        if (!sub->parsed()) continue;
        for (std::string& name : names_of(*sub)) names.push_back(std::move(name));
    }
    return names;
}

}  // namespace

CommandLine::CommandLine(Language language) : language_(language) {
    app_.name("shanqi");
    app_.description(text("help.program"));
    app_.require_subcommand(1);
    app_.set_help_flag("-h,--help", text("help.help"));
    app_.set_version_flag("--version", std::string("shanqi ") + SHANQI_VERSION, text("help.version"));
    app_.get_formatter()->label("OPTIONS", text("help.options"));
    app_.get_formatter()->label("SUBCOMMANDS", text("help.commands"));
    app_.get_formatter()->column_width(34);
}

int CommandLine::run(int argc, char** argv) {
    try {
        app_.parse(argc, argv);
    } catch (const CLI::Success& shown) {  // --help, --version
        return app_.exit(shown);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "{}\n", message("app.bad_option", {{"reason", reason(error)}}, language_));
        return 1;
    }
    return command_ ? command_() : 1;
}

CLI::App* CommandLine::command(CLI::App& parent, const std::string& name, std::string_view key,
                               std::function<int()> run) {
    CLI::App* sub = parent.add_subcommand(name, text(key));
    sub->set_help_flag("-h,--help", text("help.help"));
    if (run) {
        sub->callback([this, run = std::move(run)] { command_ = run; });
    } else {
        sub->require_subcommand(1);
    }
    return sub;
}

// What the library says in English only. It names the option in the middle of its sentence.
std::string CommandLine::reason(const CLI::ParseError& error) const {
    const std::string sentence = error.what();
    const std::size_t begin = std::min(sentence.find("--"), sentence.size());
    const std::string option = sentence.substr(begin, sentence.find_first_of(": ", begin) - begin);
    const auto said = [&](std::string_view key) { return message(key, {{"option", option}}, language_); };
    // A mistyped command is met as a missing one first.
    if (const std::vector<std::string> unknown = app_.remaining(true); option.empty() && !unknown.empty())
        return unknown_option(unknown.front());
    switch (static_cast<CLI::ExitCodes>(error.get_exit_code())) {
        case CLI::ExitCodes::ExtrasError:
            return unknown_option(app_.remaining(true).front());
        case CLI::ExitCodes::RequiredError:
            return said(option.empty() ? "app.no_command" : "app.option_missing");
        case CLI::ExitCodes::ValidationError:
            return said("app.option_out_of_range");
        case CLI::ExitCodes::ArgumentMismatch:
            return said(sentence.find("At Most") != sentence.npos ? "app.option_twice" : "app.option_without_value");
        default:
            return said("app.option_not_a_number");
    }
}

std::string CommandLine::unknown_option(const std::string& unknown) const {
    const std::optional<std::string> near = nearest(unknown, names_of(app_));
    return message(near ? "app.unknown_option_near" : "app.unknown_option",
                   {{"option", unknown}, {"suggestion", near.value_or("")}}, language_);
}

}  // namespace shanqi::app
