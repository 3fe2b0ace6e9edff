#include "app/server/installation.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "app/modules.hpp"
#include "app/server/key_change.hpp"
#include "app/server/restore.hpp"
#include "app/server/settings.hpp"
#include "app/server/terminal.hpp"
#include "base/files.hpp"
#include "base/mac.hpp"
#include "modules/documents/module.hpp"
#include "store/master_key.hpp"
#include "store/migrations.hpp"

namespace shanqi::app {
namespace {

namespace fs = std::filesystem;

Result<> make_private_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) return {};
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return system_error(errno, folder);
    return {};
}

// Temporary files of a run that ended: nobody knows them any more.
void empty_folder(const fs::path& folder) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) fs::remove_all(entry.path(), error);
}

Result<std::string> passphrase_from_terminal(bool first) {
    return first ? ask_new_secret("app.new_passphrase", "app.passphrase_again") : ask_secret("app.passphrase");
}

operations::MessengerSettings messenger_settings(const Config& config) {
    operations::MessengerSettings settings;
    settings.mail.url = config.text("mail.url");
    settings.mail.user = config.text("mail.user");
    settings.mail.password = config.text("mail.password");
    settings.mail.from = config.text("mail.from");
    settings.mail.require_tls = config.flag("mail.require_tls");
    settings.sms.provider = config.text("sms.provider");
    settings.sms.key_id = config.text("sms.key_id");
    settings.sms.key_secret = config.text("sms.key_secret");
    settings.sms.app_id = config.text("sms.app_id");
    settings.sms.region = config.text("sms.region");
    settings.sms.url = config.text("sms.url");
    settings.sms.headers = config.list("sms.headers");
    settings.sms.body = config.text("sms.body");
    settings.sms.sign_name = config.text("sms.sign_name");
    settings.sms.accepted = config.text("sms.accepted");
    settings.sms.templates = config.list("sms.templates");
    settings.file = config.text("messages.file");
    settings.to_terminal = ::isatty(STDERR_FILENO) == 1;
    return settings;
}

ModuleSettings module_settings(const Config& config, Installation& installation) {
    ModuleSettings settings;
    settings.accounts.version = SHANQI_VERSION;
    if (!config.text("oidc.issuer").empty()) {
        accounts::OidcProvider provider;
        provider.id = config.text("oidc.id");
        provider.name = config.text("oidc.name");
        provider.issuer = config.text("oidc.issuer");
        provider.client_id = config.text("oidc.client_id");
        provider.client_secret = config.text("oidc.client_secret");
        settings.accounts.oidc.push_back(std::move(provider));
    }
    if (!config.text("wecom.corp_id").empty()) {
        accounts::WecomApp app;
        app.corp_id = config.text("wecom.corp_id");
        app.agent_id = config.text("wecom.agent_id");
        app.secret = config.text("wecom.secret");
        settings.accounts.wecom = std::move(app);
    }
    settings.operations.version = SHANQI_VERSION;
    settings.operations.data_folder = installation.folder();
    settings.operations.backup_folder = backup_folder(config);
    settings.operations.database = without_password(database_url(config));
    settings.operations.master_key = installation.master_key();
    settings.operations.tls = !config.text("http.certificate").empty();
    settings.operations.configured_public_url = config.text("public_url");
    settings.operations.sms_sign_name = config.text("sms.sign_name");
    settings.operations.mail_from = config.text("mail.from");
    settings.operations.organisation_key = [&installation](const OrgId& org) {
        return documents::key_without_person(installation.house(), org);
    };
    settings.operations.checks = [&config, &installation] { return live_checks(config, installation, false); };
    return settings;
}

}  // namespace

store::MasterKeySource key_source(const Config& config, const fs::path& folder) {
    store::MasterKeySource source{.data_folder = folder, .credentials_folder = {}, .key_file = {}, .passphrase = {}};
    if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY"))  // NOLINT(concurrency-mt-unsafe): at start
        source.credentials_folder = credentials;
    if (!config.text("master_key.passphrase_file").empty()) {
        source.passphrase = [file = config.text("master_key.passphrase_file")](bool) {
            return read_password_file(file);
        };
    } else if (config.flag("master_key.ask")) {
        source.passphrase = passphrase_from_terminal;
    } else {
        source.key_file = master_key_file(config);
    }
    return source;
}

bool has_credential(const store::MasterKeySource& source) {
    std::error_code error;
    return !source.credentials_folder.empty() &&
           fs::exists(fs::path(source.credentials_folder) / "shanqi-master-key", error);
}

Result<int> lock_data_folder(const fs::path& folder) {
    const fs::path lock_file = folder / "lock";
    const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return system_error(errno, lock_file);
    // Goes with the process, however it ends.
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        return fail(ErrorKind::conflict, "app.folder_in_use", {{"folder", folder.string()}});
    }
    return lock;
}

Installation::~Installation() {
    modules_.clear();
    house_.reset();
    messenger_.reset();
    vault_.reset();
    files_.reset();
    database_.reset();  // the last checkpoint, while the lock is still ours
    wipe(master_key_.bytes);
    if (lock_ >= 0) ::close(lock_);
}

Result<std::unique_ptr<Installation>> Installation::open(const Config& config, const OpenOptions& options) {
    std::unique_ptr<Installation> installation(new Installation());
    TRY_DO(no_unfinished_restore(config));
    // A server's first look, before it makes a folder that the next restore would find not empty.
    const bool sqlite = database_url(config).starts_with("sqlite:");
    if (!sqlite) TRY_DO(installation->open_database(config, options));
    TRY_DO(installation->prepare_folder(config, options));
    if (sqlite) TRY_DO(installation->open_database(config, options));
    TRY_DO(installation->open_store(config, options));
    TRY_DO(installation->open_vault(config, options));
    TRY_DO(installation->open_house(config));
    return installation;
}

Result<> Installation::prepare_folder(const Config& config, const OpenOptions& options) {
    folder_ = data_folder(config);
    std::error_code error;
    if (!fs::is_directory(folder_, error)) {
        if (!options.create)
            return fail(ErrorKind::not_found, "app.data_folder_missing", {{"folder", folder_.string()}});
        TRY_DO(make_private_folder(folder_));
    }
    for (const char* name : {"scratch", "uploads", "work"}) TRY_DO(make_private_folder(folder_ / name));
    if (!options.server) return {};
    lock_ = TRY(lock_data_folder(folder_));
    empty_folder(folder_ / "scratch");
    empty_folder(folder_ / "uploads");
    return {};
}

Result<> Installation::open_database(const Config& config, const OpenOptions& options) {
    // PostgreSQL: of the 100 connections that it gives by default, enough for writes that wait for its disk.
    store::DatabaseOptions database{.url = database_url(config), .readers = 8, .writers = 32};
    database.server = options.server;
    std::error_code error;
    if (database.url.starts_with("sqlite:") && !options.create && !fs::exists(database.url.substr(7), error))
        return fail(ErrorKind::not_found, "app.no_database", {{"database", without_password(database.url)}});
    database_ = TRY(store::open_database(database));
    return no_unfinished_restore(*database_, without_password(database.url));
}

Result<> Installation::open_store(const Config& config, const OpenOptions& options) {
    const auto planned = TRY(store::migrate(*database_, rooms_in_order(), true));
    if (!planned.pending.empty()) {
        if (!options.may_migrate)
            return fail(ErrorKind::conflict, "app.not_migrated", {{"count", std::to_string(planned.pending.size())}});
        applied_ = TRY(store::migrate(*database_, rooms_in_order())).applied;
    }
    files_ = TRY(open_file_store(config, folder_));
    return {};
}

Result<> Installation::open_vault(const Config& config, const OpenOptions& options) {
    const store::MasterKeySource source = key_source(config, folder_);
    std::error_code error;
    if (!source.key_file.empty() && !has_credential(source) && !fs::exists(source.key_file, error)) {
        // A key that is made for a database that has another one would hide what is wrong.
        if (!options.create || TRY(store::has_wrapped_keys(*database_)))
            return fail(ErrorKind::not_found, "app.key_lost", {{"file", source.key_file.string()}});
        TRY_DO(make_private_folder(source.key_file.parent_path()));
        master_key_ = TRY(store::create_key_file(source.key_file, folder_));
        new_key_file_ = source.key_file;
    } else {
        master_key_ = TRY(store::load_master_key(source));
    }
    const auto checked = store::check_master_key(*database_, system_clock(), master_key_);
    if (!checked) return std::unexpected(told_of_key_change(checked.error(), source));
    vault_ = store::make_vault(*database_, system_clock(), master_key_);
    return {};
}

Result<> Installation::open_house(const Config& config) {
    network_ = make_http_client();
    operations::MessengerSettings messages = messenger_settings(config);
    TRY_DO(operations::check_sms(messages.sms));
    messenger_ = operations::make_messenger(*database_, system_clock(), *network_, std::move(messages));
    std::string public_url = TRY(operations::checked_public_url(config.text("public_url")));
    if (public_url.empty()) {
        const auto kept = TRY(database_->read([](store::Reader& reader) { return operations::read_settings(reader); }));
        if (const auto found = kept.find("public_url"); found != kept.end()) public_url = found->second;
    }
    house_.reset(new house::House{.database = *database_,
                                  .files = *files_,
                                  .vault = *vault_,
                                  .clock = system_clock(),
                                  .network = *network_,
                                  .messenger = *messenger_,
                                  .scratch = folder_ / "scratch",
                                  .work = folder_ / "work",
                                  .public_url = public_url,
                                  .permissions = {},
                                  .sensitive_fields = {},
                                  .today = {},
                                  .file_keys = {}});
    modules_ = all_modules(module_settings(config, *this));
    for (house::Module& module : modules_) {
        std::ranges::copy(module.permissions, std::back_inserter(house_->permissions));
        std::ranges::copy(module.sensitive_fields, std::back_inserter(house_->sensitive_fields));
        std::ranges::copy(module.file_keys, std::back_inserter(house_->file_keys));
        if (module.today) house_->today.push_back(module.today);
    }
    return {};
}

Result<std::unique_ptr<store::FileStore>> open_file_store(const Config& config, const fs::path& folder) {
    if (config.text("files.s3_endpoint").empty()) {
        TRY_DO(make_private_folder(folder / "files"));
        return store::make_folder_store(folder / "files");
    }
    return store::make_s3_store({.endpoint = config.text("files.s3_endpoint"),
                                 .bucket = config.text("files.s3_bucket"),
                                 .region = config.text("files.s3_region"),
                                 .access_key = config.text("files.s3_access_key"),
                                 .secret_key = config.text("files.s3_secret_key")});
}

Result<store::MasterKey> existing_master_key(const Config& config, const fs::path& folder) {
    const store::MasterKeySource source = key_source(config, folder);
    std::error_code error;
    if (!source.key_file.empty() && !has_credential(source) && !fs::exists(source.key_file, error))
        return fail(ErrorKind::not_found, "app.key_lost", {{"file", source.key_file.string()}});
    return store::load_master_key(source);
}

std::vector<operations::Finding> live_checks(const Config& config, Installation& installation, bool full) {
    using namespace operations;
    std::vector<Finding> findings = {check_data_folder(installation.folder()),
                                     check_disk_space(installation.folder()),
                                     check_database(installation.database(), full),
                                     check_migrations(installation.database(), rooms_in_order()),
                                     check_audit_protection(installation.database()),
                                     check_clock(installation.database(), system_clock()),
                                     check_web(web_folder(config))};
    std::error_code error;
    if (const fs::path key = master_key_file(config); fs::exists(key, error))
        findings.push_back(check_private_file("master_key", key));
    if (!config.text("http.certificate").empty())
        findings.push_back(check_certificate(config.text("http.certificate"), system_clock().now()));
    if (full) {
        findings.push_back(check_files(installation.files(), true));
        findings.push_back(check_audit(installation.house()));
    }
    return findings;
}

}  // namespace shanqi::app
