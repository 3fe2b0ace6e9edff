// The server and what keeps it alive: commands over an installation.
#include "app/command_line.hpp"
#include "app/commands/house_options.hpp"
#include "app/commands/master_key.hpp"

namespace shanqi::app {
namespace {

using Run = int (*)(const HouseOptions&, Language, std::FILE*);

struct Command {
    CLI::App* app;
    HouseOptions& options;
};

// A flag that stands for a setting.
void setting_flag(CommandLine& line, const Command& command, const std::string& flag, const char* setting,
                  const std::string& help, const char* type) {
    command.app
        ->add_option_function<std::string>(
            flag,
            [&options = command.options, setting, flag](const std::string& value) {
                options.settings.flags.push_back({setting, value, flag});
            },
            line.text(help))
        ->type_name(type);
}

Command add(CommandLine& line, CLI::App& parent, const std::string& name, std::string_view help, Run run) {
    auto& options = line.keep<HouseOptions>();
    CLI::App* app =
        line.command(parent, name, help, [&line, &options, run] { return run(options, line.language(), stdout); });
    const Command command{app, options};
    app->add_option("--config", options.settings.config_file, line.text("help.house.config"))->type_name("FILE");
    setting_flag(line, command, "--data", "data", "help.house.data", "DIR");
    setting_flag(line, command, "--database", "database", "help.house.database", "URL");
    setting_flag(line, command, "--master-key", "master_key.file", "help.house.master_key", "FILE");
    app->add_option_function<std::vector<std::string>>(
           "--set",
           [&options](const std::vector<std::string>& pairs) {
               for (const std::string& pair : pairs) {
                   const std::size_t equals = std::min(pair.find('='), pair.size());
                   options.settings.flags.push_back({pair.substr(0, equals),
                                                     pair.substr(std::min(equals + 1, pair.size())),
                                                     "--set " + pair.substr(0, equals)});
               }
           },
           line.text("help.house.set"))
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    return command;
}

void add_passphrase_file(CommandLine& line, const Command& command) {
    command.app
        ->add_option("--passphrase-file", command.options.passphrase_file, line.text("help.house.passphrase_file"))
        ->type_name("FILE");
}

void add_json(CommandLine& line, const Command& command) {
    command.app->add_flag("--json", command.options.json, line.text("help.json"));
}

}  // namespace

void define_house_commands(CommandLine& line) {
    CLI::App& root = line.root();
    const Command serve = add(line, root, "serve", "help.serve", run_serve);
    setting_flag(line, serve, "--address", "http.address", "help.serve.address", "ADDRESS");
    setting_flag(line, serve, "--port", "http.port", "help.serve.port", "PORT");
    setting_flag(line, serve, "--web", "web", "help.serve.web", "DIR");
    setting_flag(line, serve, "--public-url", "public_url", "help.serve.public_url", "URL");

    add_json(line, add(line, root, "config", "help.config", run_config));

    const Command migrate = add(line, root, "migrate", "help.migrate", run_migrate);
    migrate.app->add_flag("--dry-run", migrate.options.dry_run, line.text("help.migrate.dry_run"));
    migrate.app->add_option("--program-role", migrate.options.program_role, line.text("help.migrate.program_role"))
        ->type_name("ROLE");

    const Command backup = add(line, root, "backup", "help.backup", run_backup);
    backup.app->add_option("FILE", backup.options.file, line.text("help.backup.file"))->required()->type_name("FILE");
    add_passphrase_file(line, backup);

    const Command restore = add(line, root, "restore", "help.restore", run_restore);
    restore.app->add_option("FILE", restore.options.file, line.text("help.restore.file"))
        ->required()
        ->type_name("FILE");
    add_passphrase_file(line, restore);

    const Command doctor = add(line, root, "doctor", "help.doctor", run_doctor);
    doctor.app->add_flag("--full", doctor.options.full, line.text("help.doctor.full"));
    add_json(line, doctor);

    CLI::App* audit = line.command(root, "audit", "help.audit");
    const Command verify = add(line, *audit, "verify", "help.audit.verify", run_audit_verify);
    verify.app->add_option("--organisation", verify.options.organisation, line.text("help.audit.organisation"))
        ->type_name("ID");
    verify.app->add_option("--head", verify.options.expected_head, line.text("help.audit.head"))->type_name("HEAD");
    add_json(line, verify);

    CLI::App* master_key = line.command(root, "master-key", "help.master_key");
    const Command rotate = add(line, *master_key, "rotate", "help.master_key.rotate", run_master_key_rotate);
    rotate.app->add_option("--new-key", rotate.options.file, line.text("help.master_key.new_key"))->type_name("FILE");
    const Command passphrase =
        add(line, *master_key, "passphrase", "help.master_key.passphrase", run_master_key_passphrase);
    passphrase.app
        ->add_option("--new-passphrase-file", passphrase.options.passphrase_file,
                     line.text("help.house.passphrase_file"))
        ->type_name("FILE");

    add(line, root, "openapi", "help.openapi", run_openapi);
}

}  // namespace shanqi::app
