// The command line: names, flags and their meaning; each command is a file under commands/.
#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/countersign.hpp"
#include "app/commands/data_check.hpp"
#include "app/commands/key_new.hpp"
#include "app/commands/seal.hpp"
#include "app/commands/seal_image.hpp"
#include "app/commands/verify.hpp"
#include "base/messages.hpp"
#include "base/text.hpp"
#include <CLI/CLI.hpp>

namespace shanqi::app {
namespace {

// Help in the user's language: "help.<command>.<option>" in i18n.
class Program {
public:
    explicit Program(Language language) : language_(language) {
        app_.name("shanqi");
        app_.description(text("help.program"));
        app_.require_subcommand(1);
        app_.set_help_flag("-h,--help", text("help.help"));
        app_.set_version_flag("--version", std::string("shanqi ") + SHANQI_VERSION, text("help.version"));
        app_.get_formatter()->label("OPTIONS", text("help.options"));
        app_.get_formatter()->label("SUBCOMMANDS", text("help.commands"));
        app_.get_formatter()->column_width(34);
        add_seal();
        add_seal_image();
        add_key();
        add_data();
        add_verify();
        add_countersign();
        add_time_stamp();
    }

    int run(int argc, char** argv) {
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

private:
    // What the library says in English only. It names the option in the middle of its sentence.
    std::string reason(const CLI::ParseError& error) const {
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
                return said(sentence.find("At Most") != sentence.npos ? "app.option_twice"
                                                                      : "app.option_without_value");
            default:
                return said("app.option_not_a_number");
        }
    }

    std::string unknown_option(const std::string& unknown) const {
        const std::optional<std::string> near = nearest(unknown, names_of(app_));
        return message(near ? "app.unknown_option_near" : "app.unknown_option",
                       {{"option", unknown}, {"suggestion", near.value_or("")}}, language_);
    }

    // Of the options and commands that could stand where the parser is.
    static std::vector<std::string> names_of(const CLI::App& app) {
        std::vector<std::string> names;
        for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
        for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
            names.push_back(sub->get_name());
            if (!sub->parsed()) continue;
            for (std::string& name : names_of(*sub)) names.push_back(std::move(name));
        }
        return names;
    }

    std::string text(std::string_view key) const { return message(key, {}, language_); }

    CLI::App* command(CLI::App& parent, const std::string& name, std::string_view key, std::function<int()> run) {
        CLI::App* sub = parent.add_subcommand(name, text(key));
        sub->set_help_flag("-h,--help", text("help.help"));
        sub->callback([this, run = std::move(run)] { command_ = run; });
        return sub;
    }

    void add_seal() {
        CLI::App* sub = command(app_, "seal", "help.seal", [this] { return run_seal(seal_, language_, stdout); });
        documents::SealBatch& batch = seal_.batch;
        sub->add_option("--template", batch.template_file, text("help.seal.template"))->required()->type_name("DOCX");
        sub->add_option("--data", batch.data_file, text("help.seal.data"))->required()->type_name("XLSX|CSV");
        sub->add_option("--key", batch.key_file, text("help.seal.key"))->required()->type_name("P12");
        sub->add_option("--password-file", seal_.password_file, text("help.seal.password_file"))
            ->required()
            ->type_name("FILE");
        sub->add_option("--out", batch.out, text("help.seal.out"))->required()->type_name("DIR");
        sub->add_option("--sheet", batch.sheet, text("help.seal.sheet"))->type_name("NAME");
        sub->add_option("--image", batch.image_file, text("help.seal.image"))->type_name("PNG");
        sub->add_option("--name", batch.name_pattern, text("help.seal.name"))->type_name("PATTERN");
        sub->add_option("--number", batch.number_pattern, text("help.seal.number"))
            ->type_name("PATTERN")
            ->capture_default_str();
        sub->add_option("--verify-url", batch.verify_url, text("help.seal.verify_url"))->type_name("URL");
        sub->add_option("--tsa", batch.tsa_url, text("help.tsa"))->type_name("URL");
        sub->add_option("--jobs", batch.jobs, text("help.seal.jobs"))->type_name("N")->check(CLI::Range(1, 256));
        sub->add_flag("--json", seal_.json, text("help.json"));
    }

    void add_seal_image() {
        CLI::App* sub =
            command(app_, "seal-image", "help.image", [this] { return run_seal_image(image_, language_, stdout); });
        sub->add_option("--name", image_.picture.name, text("help.image.name"))->required()->type_name("NAME");
        sub->add_option("--kind", image_.picture.kind, text("help.image.kind"))->type_name("KIND");
        sub->add_option("--diameter-mm", image_.picture.diameter_mm, text("help.image.diameter"))->type_name("MM");
        sub->add_option("--code", image_.picture.code, text("help.image.code"))->type_name("CODE");
        sub->add_option("--out", image_.out, text("help.image.out"))->required()->type_name("PNG|SVG");
    }

    void add_key() {
        CLI::App* key = app_.add_subcommand("key", text("help.key"));
        key->set_help_flag("-h,--help", text("help.help"));
        key->require_subcommand(1);
        CLI::App* sub = command(*key, "new", "help.key.new", [this] { return run_key_new(key_, language_, stdout); });
        sub->add_option("--name", key_.name, text("help.image.name"))->required()->type_name("NAME");
        sub->add_option("--out", key_.folder, text("help.key.out"))->required()->type_name("DIR");
        sub->add_option("--password-file", key_.password_file, text("help.seal.password_file"))
            ->required()
            ->type_name("FILE");
        sub->add_option("--alg", key_.algorithm, text("help.key.alg"))->type_name("ALG")->capture_default_str();
    }

    void add_data() {
        CLI::App* data = app_.add_subcommand("data", text("help.data"));
        data->set_help_flag("-h,--help", text("help.help"));
        data->require_subcommand(1);
        CLI::App* sub =
            command(*data, "check", "help.data.check", [this] { return run_data_check(data_, language_, stdout); });
        sub->add_option("--data", data_.data_file, text("help.seal.data"))->required()->type_name("XLSX|CSV");
        sub->add_option("--template", data_.template_file, text("help.data.template"))->type_name("DOCX");
        sub->add_option("--sheet", data_.sheet, text("help.seal.sheet"))->type_name("NAME");
        sub->add_flag("--json", data_.json, text("help.json"));
    }

    void add_verify() {
        CLI::App* sub =
            command(app_, "verify", "help.verify", [this] { return run_verify(verify_, language_, stdout); });
        sub->add_option("FILE", verify_.files, text("help.verify.file"))->required()->type_name("PDF");
        sub->add_option("--trust", verify_.trust, text("help.verify.trust"))->type_name("PEM")->allow_extra_args(false);
        sub->add_option("--at", verify_.at, text("help.verify.at"))->type_name("TIME");
        sub->add_option("--crl", verify_.crls, text("help.verify.crl"))->type_name("DER")->allow_extra_args(false);
        sub->add_option("--ocsp", verify_.ocsp_responses, text("help.verify.ocsp"))
            ->type_name("DER")
            ->allow_extra_args(false)
            ->take_all();
        sub->add_flag("--json", verify_.json, text("help.verify.json"));
    }

    void add_countersign() {
        CLI::App* sub = command(app_, "countersign", "help.countersign",
                                [this] { return run_countersign(countersign_, language_, stdout); });
        sub->add_option("FILE", countersign_.file, text("help.countersign.file"))->required()->type_name("PDF");
        sub->add_option("--field", countersign_.field, text("help.countersign.field"))->required()->type_name("NAME");
        sub->add_option("--key", countersign_.key, text("help.seal.key"))->required()->type_name("P12");
        sub->add_option("--password-file", countersign_.password_file, text("help.seal.password_file"))
            ->required()
            ->type_name("FILE");
        sub->add_option("--picture", countersign_.picture, text("help.countersign.picture"))->type_name("PNG");
        sub->add_option("--reason", countersign_.reason, text("help.countersign.reason"))->type_name("TEXT");
        sub->add_option("--location", countersign_.location, text("help.countersign.location"))->type_name("TEXT");
        sub->add_option("--tsa", countersign_.tsa, text("help.tsa"))->type_name("URL");
        sub->add_option("--out", countersign_.out, text("help.countersign.out"))->type_name("PDF");
    }

    void add_time_stamp() {
        CLI::App* sub = command(app_, "timestamp", "help.timestamp",
                                [this] { return run_time_stamp(time_stamp_, language_, stdout); });
        sub->add_option("FILE", time_stamp_.file, text("help.countersign.file"))->required()->type_name("PDF");
        sub->add_option("--tsa", time_stamp_.tsa, text("help.tsa"))->required()->type_name("URL");
        sub->add_option("--out", time_stamp_.out, text("help.countersign.out"))->type_name("PDF");
    }

    Language language_;
    CLI::App app_;
    std::function<int()> command_;
    SealOptions seal_;
    SealImageOptions image_;
    KeyNewOptions key_;
    DataCheckOptions data_;
    VerifyCommand verify_;
    CountersignCommand countersign_;
    TimeStampCommand time_stamp_;
};

}  // namespace
}  // namespace shanqi::app

int main(int argc, char** argv) {
    const shanqi::Language language = shanqi::language_of_environment();
    try {
        return shanqi::app::Program(language).run(argc, argv);
    } catch (const std::exception& bug) {
        fmt::print(stderr, "{}\n", shanqi::message("app.internal", {{"reason", bug.what()}}, language));
        return 1;
    }
}
