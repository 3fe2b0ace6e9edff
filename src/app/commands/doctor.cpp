#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>

#include "app/commands/house_options.hpp"
#include "app/server/installation.hpp"

namespace shanqi::app {
namespace {

using operations::Finding;
using operations::Severity;

std::vector<Finding> examine(const Config& config, const SettingsInputs& inputs, bool full, Language language) {
    using namespace operations;
    std::vector<Finding> findings;
    const Instant now = system_clock().now();
    // A file without secrets may be read by anybody (a service of its own user must read it).
    const bool secrets = std::ranges::any_of(config.table(), [&](const Setting& setting) {
        return setting.secret && config.value(setting.name).source == SettingSource::file;
    });
    if (const auto file = config_file_in_force(inputs); secrets && !file.empty())
        findings.push_back(check_private_file("config_file", file));
    findings.push_back(
        check_port(config.text("http.address"), static_cast<std::uint16_t>(config.integer("http.port"))));
    findings.push_back(check_fonts());
    const auto installation = Installation::open(config, {});
    if (!installation) {
        findings.push_back(check_data_folder(data_folder(config)));
        findings.push_back(
            {"installation", "not_open", Severity::error, {{"reason", message(installation.error(), language)}}});
        return findings;
    }
    for (Finding& finding : live_checks(config, **installation, full)) findings.push_back(std::move(finding));
    findings.push_back({"key_fits", "good", Severity::good, {}});  // else it would not have opened
    if (!full) findings.push_back(check_files((*installation)->files(), false));
    house::House& house = (*installation)->house();
    findings.push_back(check_messages(house.messenger.reaches_phones(), house.messenger.reaches_mail()));
    findings.push_back(check_public_url(house.public_url));
    const std::vector<KeptBackup> backups = list_backups(backup_folder(config));
    findings.push_back(check_backup(backups.empty() ? Instant{} : backups.front().time, now));
    return findings;
}

std::string_view sign_of(Severity severity) {
    switch (severity) {
        case Severity::good:
            return "✓";
        case Severity::notice:
            return "·";
        case Severity::warning:
            return "!";
        default:
            return "✗";
    }
}

}  // namespace

// The command line's own text is red, amber or green by signs, not colours.
int run_doctor(const HouseOptions& options, Language language, std::FILE* out) {
    const Result<Config> config = load_settings(options.settings);
    if (!config) return failed(config.error(), language);
    std::vector<Finding> findings = examine(*config, options.settings, options.full, language);
    std::ranges::stable_sort(findings, std::ranges::greater{}, &Finding::severity);
    boost::json::array json;
    int wrong = 0;
    for (const Finding& finding : findings) {
        if (finding.severity >= Severity::warning) ++wrong;
        if (options.json) {
            json.push_back(boost::json::object{{"key", finding.key},
                                               {"finding", finding.finding},
                                               {"severity", static_cast<int>(finding.severity)},
                                               {"text", text_of(finding, language)}});
        } else {
            fmt::print(out, "{} {}: {}\n", sign_of(finding.severity), title_of(finding, language),
                       text_of(finding, language));
        }
    }
    if (options.json) fmt::print(out, "{}\n", boost::json::serialize(json));
    if (!options.json)
        fmt::print(
            out, "\n{}\n",
            message(wrong == 0 ? "doctor.well" : "doctor.to_mend", {{"count", std::to_string(wrong)}}, language));
    const bool error = std::ranges::any_of(findings, [](const Finding& f) { return f.severity == Severity::error; });
    return error ? 3 : 0;
}

}  // namespace shanqi::app
