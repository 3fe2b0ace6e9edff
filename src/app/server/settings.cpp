#include "app/server/settings.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <thread>

extern char** environ;  // POSIX: all of the environment

namespace shanqi::app {
namespace {

namespace fs = std::filesystem;
using enum SettingKind;

constexpr Setting table[] = {
    {.name = "data", .help = "setting.data"},
    {.name = "database", .help = "setting.database"},
    {.name = "web", .help = "setting.web"},
    {.name = "public_url", .help = "setting.public_url"},

    {.name = "http.address", .built_in = "127.0.0.1", .help = "setting.http.address"},
    {.name = "http.port", .kind = integer, .built_in = "8440", .help = "setting.http.port", .largest = 65'535},
    {.name = "http.io_threads",
     .kind = integer,
     .built_in = "1",
     .help = "setting.http.io_threads",
     .smallest = 1,
     .largest = 64},
    {.name = "http.workers",
     .kind = integer,
     .built_in = "64",  // a write waits for its commit on one of them: so many can share one
     .help = "setting.http.workers",
     .smallest = 1,
     .largest = 1'024},
    {.name = "http.certificate", .help = "setting.http.certificate"},
    {.name = "http.key", .help = "setting.http.key"},
    {.name = "http.trusted_proxies", .kind = list, .help = "setting.http.trusted_proxies"},
    {.name = "http.metrics_open", .kind = flag, .built_in = "false", .help = "setting.http.metrics_open"},
    {.name = "http.drain_seconds",
     .kind = integer,
     .built_in = "10",
     .help = "setting.http.drain_seconds",
     .largest = 600},

    {.name = "master_key.file", .help = "setting.master_key.file"},
    {.name = "master_key.ask", .kind = flag, .built_in = "false", .help = "setting.master_key.ask"},
    {.name = "master_key.passphrase_file", .help = "setting.master_key.passphrase_file"},

    {.name = "files.s3_endpoint", .help = "setting.files.s3_endpoint"},
    {.name = "files.s3_bucket", .help = "setting.files.s3_bucket"},
    {.name = "files.s3_region", .built_in = "us-east-1", .help = "setting.files.s3_region"},
    {.name = "files.s3_access_key", .help = "setting.files.s3_access_key", .secret = true},
    {.name = "files.s3_secret_key", .help = "setting.files.s3_secret_key", .secret = true},

    {.name = "mail.url", .help = "setting.mail.url"},
    {.name = "mail.user", .help = "setting.mail.user"},
    {.name = "mail.password", .help = "setting.mail.password", .secret = true},
    {.name = "mail.from", .help = "setting.mail.from"},
    {.name = "mail.require_tls", .kind = flag, .built_in = "true", .help = "setting.mail.require_tls"},

    {.name = "sms.provider", .help = "setting.sms.provider"},
    {.name = "sms.key_id", .help = "setting.sms.key_id", .secret = true},
    {.name = "sms.key_secret", .help = "setting.sms.key_secret", .secret = true},
    {.name = "sms.app_id", .help = "setting.sms.app_id"},
    {.name = "sms.region", .built_in = "ap-guangzhou", .help = "setting.sms.region"},
    {.name = "sms.url", .help = "setting.sms.url", .secret = true},
    {.name = "sms.headers", .kind = list, .help = "setting.sms.headers", .secret = true},
    {.name = "sms.body", .help = "setting.sms.body", .secret = true},
    {.name = "sms.sign_name", .help = "setting.sms.sign_name"},
    {.name = "sms.accepted", .built_in = "\"OK\"", .help = "setting.sms.accepted"},
    {.name = "sms.templates", .kind = list, .help = "setting.sms.templates"},
    {.name = "messages.file", .help = "setting.messages.file"},

    {.name = "oidc.id", .built_in = "oidc", .help = "setting.oidc.id"},
    {.name = "oidc.name", .help = "setting.oidc.name"},
    {.name = "oidc.issuer", .help = "setting.oidc.issuer"},
    {.name = "oidc.client_id", .help = "setting.oidc.client_id"},
    {.name = "oidc.client_secret", .help = "setting.oidc.client_secret", .secret = true},
    {.name = "wecom.corp_id", .help = "setting.wecom.corp_id"},
    {.name = "wecom.agent_id", .help = "setting.wecom.agent_id"},
    {.name = "wecom.secret", .help = "setting.wecom.secret", .secret = true},

    {.name = "jobs.threads",
     .kind = integer,
     .built_in = "2",
     .help = "setting.jobs.threads",
     .smallest = 1,
     .largest = 64},
    {.name = "backup.folder", .help = "setting.backup.folder"},
    {.name = "log.level", .built_in = "info", .help = "setting.log.level"},
    {.name = "log.form", .built_in = "auto", .help = "setting.log.form"},
};

// Read while one thread runs: at start.
std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::string() : std::string(value);
}

fs::path home() {
    const std::string home = environment("HOME");
    return home.empty() ? fs::path("/") : fs::path(home);
}

fs::path config_home() {
    const std::string folder = environment("XDG_CONFIG_HOME");
    return (folder.empty() ? home() / ".config" : fs::path(folder)) / "shanqi";
}

}  // namespace

std::span<const Setting> settings_table() { return table; }

fs::path config_file_in_force(const SettingsInputs& inputs) {
    if (!inputs.config_file.empty()) return inputs.config_file;
    std::error_code ignored;
    for (const fs::path& file : {config_home() / "shanqi.toml", fs::path("/etc/shanqi/shanqi.toml")})
        if (fs::exists(file, ignored)) return file;
    return {};
}

Result<Config> load_settings(const SettingsInputs& inputs) {
    ConfigInputs all{.file = config_file_in_force(inputs), .environment = {}, .flags = inputs.flags};
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view pair(*entry);
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos)
            all.environment.emplace_back(std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1)));
    }
    Config config = TRY(Config::load(table, all));
    const auto one_of = [&](std::string_view name, std::initializer_list<std::string_view> choices) -> Result<> {
        std::string listed;
        for (const std::string_view choice : choices) {
            if (config.text(name) == choice) return {};
            listed += (listed.empty() ? "" : ", ") + std::string(choice);
        }
        return fail(ErrorKind::invalid, "config.not_a_choice", {{"choices", listed}},
                    {.file = config.value(name).where, .field = std::string(name)});
    };
    TRY_DO(one_of("log.level", {"debug", "info", "warning", "error", "none"}));
    TRY_DO(one_of("log.form", {"auto", "json", "text"}));
    return config;
}

fs::path data_folder(const Config& config) {
    if (!config.text("data").empty()) return fs::absolute(config.text("data"));
    if (const std::string state = environment("STATE_DIRECTORY"); !state.empty()) return state;
    const std::string data_home = environment("XDG_DATA_HOME");
    return (data_home.empty() ? home() / ".local/share" : fs::path(data_home)) / "shanqi";
}

fs::path backup_folder(const Config& config) {
    return config.text("backup.folder").empty() ? data_folder(config) / "backups"
                                                : fs::path(config.text("backup.folder"));
}

fs::path master_key_file(const Config& config) {
    return config.text("master_key.file").empty() ? config_home() / "master.key"
                                                  : fs::path(config.text("master_key.file"));
}

std::string database_url(const Config& config) {
    return config.text("database").empty() ? "sqlite:" + (data_folder(config) / "shanqi.db").string()
                                           : config.text("database");
}

fs::path web_folder(const Config& config) {
    if (!config.text("web").empty()) return config.text("web");
    std::error_code ignored;
    const fs::path beside = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const fs::path& folder : {beside / "web/dist", beside / "../../web/dist", beside / "../share/shanqi/web",
                                   fs::path("/usr/share/shanqi/web")})
        if (fs::exists(folder / "index.html", ignored)) return fs::weakly_canonical(folder, ignored);
    return {};
}

}  // namespace shanqi::app
