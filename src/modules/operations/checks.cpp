#include "modules/operations/checks.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <random>

#include "base/http_client.hpp"
#include "modules/accounts/accounts.hpp"
#include "modules/operations/evidence.hpp"
#include "office/fonts/fonts.hpp"
#include "store/audit.hpp"
#include "store/migrations.hpp"

namespace shanqi::operations {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t day_us = 86'400'000'000;

Finding found(std::string key, std::string finding, Severity severity, Error::Arguments arguments = {}) {
    return {std::move(key), std::move(finding), severity, std::move(arguments)};
}

Finding not_possible(std::string key, const Error& error) {
    return found(std::move(key), "not_possible", Severity::error, {{"reason", error.key}});
}

}  // namespace

std::string title_of(const Finding& finding, Language language) {
    return message("check." + finding.key, {}, language);
}

std::string text_of(const Finding& finding, Language language) {
    if (finding.finding == "not_possible") {
        // The reason is a message key itself.
        const std::string reason = finding.arguments.empty() ? "" : message(finding.arguments[0].second, {}, language);
        return message("check.not_possible", {{"reason", reason}}, language);
    }
    return message("check." + finding.key + "." + finding.finding, finding.arguments, language);
}

Finding check_data_folder(const fs::path& folder) {
    struct stat status{};
    const Error::Arguments where = {{"folder", folder.string()}};
    if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return found("data_folder", "missing", Severity::error, where);
    if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0)
        return found("data_folder", "not_writable", Severity::error, where);
    if ((status.st_mode & 0077U) != 0) return found("data_folder", "open_to_others", Severity::warning, where);
    return found("data_folder", "good", Severity::good, where);
}

Finding check_private_file(std::string key, const fs::path& file) {
    struct stat status{};
    const Error::Arguments where = {{"file", file.string()}};
    if (::stat(file.c_str(), &status) != 0) return found(std::move(key), "missing", Severity::error, where);
    if ((status.st_mode & 0077U) != 0) return found(std::move(key), "open_to_others", Severity::error, where);
    return found(std::move(key), "good", Severity::good, where);
}

Finding check_disk_space(const fs::path& folder) {
    struct statvfs status{};
    if (::statvfs(folder.c_str(), &status) != 0)
        return found("disk_space", "unknown", Severity::warning, {{"folder", folder.string()}});
    const std::uint64_t free_bytes = static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
    const Error::Arguments arguments = {{"free", std::to_string(free_bytes >> 20U)}};
    if (free_bytes < limits::free_bytes_error || status.f_favail == 0)
        return found("disk_space", "none", Severity::error, arguments);
    if (free_bytes < limits::free_bytes_warning) return found("disk_space", "low", Severity::warning, arguments);
    return found("disk_space", "good", Severity::good, arguments);
}

Finding check_database(store::Database& database, bool full) {
    if (database.dialect() == store::Dialect::postgres) {
        const auto asked = database.read([](store::Reader& reader) { return reader.query_text("SELECT 1"); });
        return asked ? found("database", "good", Severity::good) : not_possible("database", asked.error());
    }
    const auto asked = database.read([&](store::Reader& reader) {
        return reader.query_text(full ? "PRAGMA integrity_check(5)" : "PRAGMA quick_check(5)");
    });
    if (!asked) return not_possible("database", asked.error());
    if (asked->size() == 1 && asked->front().text(0) == "ok") return found("database", "good", Severity::good);
    return found("database", "damaged", Severity::error,
                 {{"reason", asked->empty() ? std::string() : asked->front().text(0)}});
}

Finding check_migrations(store::Database& database, const std::vector<std::string_view>& order) {
    const auto report = store::migrate(database, order, true);
    if (!report) return not_possible("migrations", report.error());
    if (report->pending.empty()) return found("migrations", "good", Severity::good);
    return found("migrations", "pending", Severity::warning, {{"count", std::to_string(report->pending.size())}});
}

Finding check_files(store::FileStore& files, bool full) {
    std::vector<std::string> keys;
    const Result<> listed = files.list([&](const store::StoredFile& file) -> Result<> {
        keys.push_back(file.key);
        return {};
    });
    if (!listed) return not_possible("files", listed.error());
    const std::size_t all = keys.size();
    if (!full && keys.size() > limits::files_sampled) {
        std::ranges::shuffle(keys, std::mt19937_64(std::random_device()()));
        keys.resize(limits::files_sampled);
    }
    std::size_t damaged = 0;
    std::string first;
    for (const std::string& key : keys) {
        if (files.get(key, [](std::string_view) { return Result<>{}; })) continue;
        if (damaged++ == 0) first = key;
    }
    const Error::Arguments arguments = {{"all", std::to_string(all)},
                                        {"looked", std::to_string(keys.size())},
                                        {"damaged", std::to_string(damaged)},
                                        {"first", first}};
    if (damaged > 0) return found("files", "damaged", Severity::error, arguments);
    return found("files", keys.size() < all ? "sample_good" : "good", Severity::good, arguments);
}

Finding check_clock(store::Database& database, const Clock& clock) {
    const Instant now = clock.now();
    const auto newest = database.read([](store::Reader& reader) -> Result<Instant> {
        Instant latest;
        for (const accounts::Organisation& organisation : TRY(accounts::list_organisations(reader)))
            for (const store::AuditLine& line : TRY(store::list_audit(reader, organisation.id, {.limit = 1})))
                latest = std::max(latest, line.time);
        return latest;
    });
    if (newest && newest->us > now.us + 60'000'000)
        return found("clock", "behind", Severity::error, {{"now", iso_china(now)}});
    struct timex state{};
    const int clock_state = ::adjtimex(&state);
    // A service that may not touch the clock may not ask for it either (ProtectClock=, systemd.exec(5)).
    if (clock_state < 0) return found("clock", "not_known", Severity::notice, {{"now", iso_china(now)}});
    if (clock_state == TIME_ERROR || (static_cast<unsigned>(state.status) & STA_UNSYNC) != 0)
        return found("clock", "not_synchronised", Severity::notice, {{"now", iso_china(now)}});
    return found("clock", "good", Severity::good, {{"now", iso_china(now)}});
}

Finding check_certificate(const fs::path& certificate_file, Instant now) {
    const Error::Arguments where = {{"file", certificate_file.string()}};
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(certificate_file.c_str(), "re"), std::fclose);
    if (!file) return found("certificate", "unreadable", Severity::error, where);
    const std::unique_ptr<X509, void (*)(X509*)> certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr),
                                                             X509_free);
    if (!certificate) return found("certificate", "unreadable", Severity::error, where);
    int days = 0, seconds = 0;
    const std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> at(ASN1_TIME_set(nullptr, now.us / 1'000'000),
                                                              ASN1_TIME_free);
    if (ASN1_TIME_diff(&days, &seconds, at.get(), X509_get0_notAfter(certificate.get())) != 1)
        return found("certificate", "unreadable", Severity::error, where);
    const Error::Arguments left = {{"days", std::to_string(days)}};
    if (days < 0 || seconds < 0) return found("certificate", "expired", Severity::error, left);
    if (days < limits::certificate_days_warning) return found("certificate", "expires_soon", Severity::warning, left);
    return found("certificate", "good", Severity::good, left);
}

Finding check_web(const fs::path& folder) {
    std::error_code ignored;
    const bool there = !folder.empty() && fs::exists(folder / "index.html", ignored);
    return found("web", there ? "good" : "missing", there ? Severity::good : Severity::error,
                 {{"folder", folder.string()}});
}

Finding check_fonts() {
    const auto library = office::FontLibrary::open();
    if (library) return found("fonts", "good", Severity::good);
    std::string packages;
    for (const auto& [name, value] : library.error().arguments) packages += (packages.empty() ? "" : " ") + value;
    return found("fonts", "missing", Severity::error, {{"packages", packages}});
}

Finding check_messages(bool reaches_phones, bool reaches_mail) {
    if (reaches_phones && reaches_mail) return found("messages", "good", Severity::good);
    return found("messages", reaches_phones ? "no_mail" : reaches_mail ? "no_phones" : "none", Severity::notice);
}

Finding check_public_url(const std::string& public_url) {
    if (public_url.empty()) return found("public_url", "missing", Severity::notice);
    return found("public_url", public_url.starts_with("https://") ? "good" : "not_secure",
                 public_url.starts_with("https://") ? Severity::good : Severity::warning, {{"url", public_url}});
}

Finding check_backup(Instant last, Instant now) {
    if (last.us == 0) return found("backup", "never", Severity::warning);
    const std::int64_t days = (now.us - last.us) / day_us;
    const Error::Arguments age = {{"days", std::to_string(days)}};
    if (days > limits::backup_days_warning) return found("backup", "old", Severity::warning, age);
    return found("backup", "good", Severity::good, age);
}

Finding check_audit(house::House& house) {
    const auto organisations =
        house.database.read([](store::Reader& reader) { return accounts::list_organisations(reader); });
    if (!organisations) return not_possible("audit", organisations.error());
    std::int64_t entries = 0, heads = 0;
    for (const accounts::Organisation& organisation : *organisations) {
        const Result<TrailReport> trail = verify_trail(house, organisation.id);
        if (!trail) return not_possible("audit", trail.error());
        entries += trail->entries;
        heads += trail->heads;
        if (!trail->is_whole())
            return found("audit", "broken", Severity::error, {{"organisation", organisation.id.text()}});
    }
    return found("audit", "good", Severity::good,
                 {{"entries", std::to_string(entries)}, {"heads", std::to_string(heads)}});
}

Finding check_audit_protection(store::Database& database) {
    if (database.dialect() == store::Dialect::sqlite) return found("audit_protection", "file", Severity::good);
    const Result<bool> is_protected = store::audit_is_protected(database);
    if (!is_protected) return not_possible("audit_protection", is_protected.error());
    return *is_protected ? found("audit_protection", "good", Severity::good)
                         : found("audit_protection", "none", Severity::notice);
}

Finding check_port(const std::string& address, std::uint16_t port) {
    const Error::Arguments where = {{"address", address + ":" + std::to_string(port)}};
    const auto client = make_http_client();
    const std::string host = address == "0.0.0.0"                     ? "127.0.0.1"
                             : address == "::"                        ? "[::1]"
                             : address.find(':') != std::string::npos ? "[" + address + "]"
                                                                      : address;
    const auto reply = client->send({.url = "http://" + host + ":" + std::to_string(port) + "/healthz",
                                     .timeout = std::chrono::milliseconds(2'000)});
    if (!reply && reply.error().key == "http.unreachable") return found("port", "free", Severity::good, where);
    if (reply && reply->status == 200 && reply->body.find("shanqi") != std::string::npos)
        return found("port", "ours", Severity::good, where);
    return found("port", "taken", Severity::error, where);
}

}  // namespace shanqi::operations
