#include "modules/operations/installation_http.hpp"

#include <sys/statvfs.h>

#include <mutex>

#include "base/text.hpp"
#include "modules/operations/operations.hpp"

namespace shanqi::operations {
namespace {

struct CheckView {
    std::string key, severity, title, mend;
    bool ok = true;
};
BOOST_DESCRIBE_STRUCT(CheckView, (), (key, severity, title, mend, ok))
struct SmsView {
    bool reaches_phones = false;
    std::string sign_name;
};
BOOST_DESCRIBE_STRUCT(SmsView, (), (reaches_phones, sign_name))
struct MailView {
    bool reaches_mail = false;
    std::string from;
};
BOOST_DESCRIBE_STRUCT(MailView, (), (reaches_mail, from))
struct BackupView {
    std::string file;
    Instant time;
    std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(BackupView, (), (file, time, bytes))

struct InstallationView {
    std::string version, database, data_folder;
    std::int64_t free_bytes = 0;
    std::vector<CheckView> checks;
    std::string public_url;
    bool public_url_configured = false;  // in the configuration file: it cannot be changed here
    bool tls = false;
    std::string icp_number;
    SmsView sms;
    MailView mail;
    std::vector<BackupView> backups;
};
BOOST_DESCRIBE_STRUCT(InstallationView, (),
                      (version, database, data_folder, free_bytes, checks, public_url, public_url_configured, tls,
                       icp_number, sms, mail, backups))

// What every page shows, of people who have not signed in too.
struct SiteView {
    std::string icp_number;
};
BOOST_DESCRIBE_STRUCT(SiteView, (), (icp_number))

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())
struct NetworkIn {
    std::string public_url, icp_number;
};
BOOST_DESCRIBE_STRUCT(NetworkIn, (), (public_url, icp_number))
struct SmsTestIn {
    std::string phone;
};
BOOST_DESCRIBE_STRUCT(SmsTestIn, (), (phone))
struct MailTestIn {
    std::string address;
};
BOOST_DESCRIBE_STRUCT(MailTestIn, (), (address))
struct TestView {
    bool left_the_house = false;  // false: no gateway is set up, the message went to the terminal
};
BOOST_DESCRIBE_STRUCT(TestView, (), (left_the_house))
struct BackupIn {
    std::string passphrase;
};
BOOST_DESCRIBE_STRUCT(BackupIn, (), (passphrase))
struct BackupList {
    std::vector<BackupView> items;
};
BOOST_DESCRIBE_STRUCT(BackupList, (), (items))

// These calls name no organisation: their entries stand in the installation's own chain.
Result<> note(store::Writer& writer, const house::House& house, const http::Call& call, std::string action,
              std::vector<std::pair<std::string, std::string>> details = {}) {
    return store::append_audit(writer, house.clock,
                               {.org = store::installation_org(),
                                .actor = call.who.actor(),
                                .action = std::move(action),
                                .object = "installation:1",
                                .details = std::move(details),
                                .request_id = call.request.request_id});
}

std::vector<BackupView> backups_in(const std::filesystem::path& folder) {
    std::vector<BackupView> all;
    for (const KeptBackup& backup : list_backups(folder)) all.push_back({backup.file, backup.time, backup.bytes});
    return all;
}

std::string name_of(Severity severity) {
    switch (severity) {
        case Severity::good:
            return "good";
        case Severity::notice:
            return "notice";
        case Severity::warning:
            return "warning";
        default:
            return "error";
    }
}

Result<InstallationView> look(house::House& house, const Settings& settings, const http::Call& call) {
    const Language language = call.request.language;
    InstallationView view{.version = settings.version,
                          .database = settings.database,
                          .data_folder = settings.data_folder.string(),
                          .checks = {},
                          .public_url = house.public_url,
                          .public_url_configured = !settings.configured_public_url.empty(),
                          .tls = settings.tls || call.request.secure,
                          .icp_number = {},
                          .sms = {house.messenger.reaches_phones(), settings.sms_sign_name},
                          .mail = {house.messenger.reaches_mail(), settings.mail_from},
                          .backups = backups_in(settings.backup_folder)};
    struct statvfs space{};
    if (::statvfs(settings.data_folder.c_str(), &space) == 0)
        view.free_bytes = static_cast<std::int64_t>(space.f_bavail) * static_cast<std::int64_t>(space.f_frsize);
    const InstallationSettings kept =
        TRY(house.database.read([](store::Reader& reader) { return read_settings(reader); }));
    if (const auto found = kept.find("icp_number"); found != kept.end()) view.icp_number = found->second;
    std::vector<Finding> findings = settings.checks();
    findings.push_back(check_public_url(view.public_url));
    findings.push_back(check_messages(view.sms.reaches_phones, view.mail.reaches_mail));
    findings.push_back(check_backup(view.backups.empty() ? Instant{} : view.backups.front().time, house.clock.now()));
    for (const Finding& finding : findings) {
        const bool ok = finding.severity == Severity::good;
        view.checks.push_back(
            {finding.key, name_of(finding.severity), title_of(finding, language), text_of(finding, language), ok});
    }
    return view;
}

Result<SiteView> site(house::House& house) {
    const InstallationSettings kept =
        TRY(house.database.read([](store::Reader& reader) { return read_settings(reader); }));
    const auto found = kept.find("icp_number");
    return SiteView{found != kept.end() ? found->second : std::string()};
}

Result<InstallationView> change_network(house::House& house, const Settings& settings, http::Call& call,
                                        const NetworkIn& in) {
    const std::string url = TRY(checked_public_url(in.public_url));
    const std::string icp = TRY(checked_icp_number(in.icp_number));
    if (!settings.configured_public_url.empty() && url != settings.configured_public_url)
        return fail(ErrorKind::conflict, "installation.url_is_configured", {{"url", settings.configured_public_url}},
                    {.field = "/public_url"});
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        TRY_DO(write_setting(writer, "public_url", url, house.clock.now()));
        TRY_DO(write_setting(writer, "icp_number", icp, house.clock.now()));
        return note(writer, house, call, "operations.network_change");
    }));
    house.public_url = url;
    return look(house, settings, call);
}

Result<TestView> test_message(house::House& house, http::Call& call, bool sms, const std::string& to) {
    const Language language = call.request.language;
    const std::string key = "test/" + call.request.request_id;
    const Result<> sent =
        sms ? house.messenger.send_sms(to, "test", {}, key)
            : house.messenger.send_mail(to, message("installation.test_subject", {}, language),
                                        message("installation.test_text", {{"url", house.public_url}}, language), key);
    if (!sent) return std::unexpected(sent.error());
    TRY_DO(house.database.write([&](store::Writer& writer) {
        return note(writer, house, call, sms ? "operations.sms_test" : "operations.mail_test");
    }));
    return TestView{sms ? house.messenger.reaches_phones() : house.messenger.reaches_mail()};
}

Result<BackupView> make_backup(house::House& house, const Settings& settings, http::Call& call, const BackupIn& in) {
    static std::mutex one_at_a_time;  // a backup reads everything: two at once help nobody
    const std::unique_lock lock(one_at_a_time, std::try_to_lock);
    if (!lock) return fail(ErrorKind::conflict, "backup.running");
    const Instant now = house.clock.now();
    std::error_code error;
    std::filesystem::create_directories(settings.backup_folder, error);
    const std::filesystem::path file = settings.backup_folder / backup_name(now);
    const BackupSummary summary = TRY(
        create_backup(house.database, house.files, settings.master_key, file, in.passphrase, now, settings.version));
    TRY_DO(house.database.write([&](store::Writer& writer) {
        return note(writer, house, call, "operations.backup_create",
                    {{"rows", std::to_string(summary.rows)}, {"files", std::to_string(summary.files)}});
    }));
    return BackupView{file.filename().string(), now, static_cast<std::int64_t>(summary.bytes)};
}

http::Route administrators(http::Method method, const char* path, const char* operation, const char* summary) {
    return {.method = method,
            .path = path,
            .operation = operation,
            .permission = "administrator",
            .rate = method == http::Method::get ? "" : "heavy",
            .summary = summary};
}

}  // namespace

Result<std::string> checked_public_url(std::string text) {
    text = trimmed(text);
    while (text.ends_with('/')) text.pop_back();
    if (text.empty()) return text;
    const Place place{.field = "/public_url"};
    const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
    const std::string_view host = std::string_view(text).substr(scheme);
    if (scheme == 0 || host.empty() || host.size() > 255)
        return fail(ErrorKind::invalid, "installation.bad_url", {}, place);
    for (const char c : host) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                          c == '-' || c == ':' || c == '[' || c == ']';
        if (!fits) return fail(ErrorKind::invalid, "installation.bad_url", {}, place);
    }
    return text;
}

Result<std::string> checked_icp_number(std::string text) {
    text = trimmed(text);
    // The province's character, "ICP备", eight digits or more, "号", and a number of the site: its form is told, what
    // it says is the ministry's to know (非经营性互联网信息服务备案管理办法).
    if (text.empty()) return text;
    const std::size_t mark = text.find("ICP备");
    if (text.size() > 64 || mark == std::string::npos || mark == 0 || text.find("号", mark) == std::string::npos)
        return fail(ErrorKind::invalid, "installation.bad_icp", {}, {.field = "/icp_number"});
    return text;
}

void add_installation_routes(http::Router& router, house::House& house,
                             const std::shared_ptr<const Settings>& settings) {
    using http::Method;
    router.add<Nothing, InstallationView>(
        administrators(Method::get, "/api/v1/installation", "installation_get", "How the installation is"),
        [&house, settings](http::Call& call, Nothing) { return look(house, *settings, call); });
    router.add<Nothing, SiteView>({.path = "/api/v1/site",
                                   .operation = "site_get",
                                   .open = true,
                                   .summary = "What stands on the foot of every page"},
                                  [&house](http::Call&, Nothing) { return site(house); });
    router.add<NetworkIn, InstallationView>(
        administrators(Method::put, "/api/v1/installation/network", "installation_network", "Public address and 备案"),
        [&house, settings](http::Call& call, const NetworkIn& in) {
            return change_network(house, *settings, call, in);
        });
    router.add<SmsTestIn, TestView>(
        administrators(Method::post, "/api/v1/installation/sms_test", "installation_sms_test",
                       "A text message to oneself"),
        [&house](http::Call& call, const SmsTestIn& in) { return test_message(house, call, true, in.phone); });
    router.add<MailTestIn, TestView>(
        administrators(Method::post, "/api/v1/installation/mail_test", "installation_mail_test", "A mail to oneself"),
        [&house](http::Call& call, const MailTestIn& in) { return test_message(house, call, false, in.address); });
    router.add<Nothing, BackupList>(
        administrators(Method::get, "/api/v1/installation/backups", "backups_list", "Backups on this machine"),
        [settings](http::Call&, Nothing) -> Result<BackupList> {
            return BackupList{backups_in(settings->backup_folder)};
        });
    router.add<BackupIn, BackupView>(
        administrators(Method::post, "/api/v1/installation/backups", "backup_create",
                       "Everything into one file, encrypted by a passphrase"),
        [&house, settings](http::Call& call, const BackupIn& in) { return make_backup(house, *settings, call, in); });
}

}  // namespace shanqi::operations
