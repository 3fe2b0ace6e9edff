#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>

#include "app/commands/house_options.hpp"
#include "app/server/installation.hpp"
#include "modules/accounts/accounts.hpp"
#include "modules/operations/operations.hpp"
#include "store/audit.hpp"

namespace shanqi::app {
namespace {

Result<std::vector<std::pair<OrgId, std::string>>> organisations(store::Database& database, const std::string& wanted) {
    if (!wanted.empty()) {
        const auto id = OrgId::parse(wanted);
        if (!id) return fail(ErrorKind::invalid, "audit_verify.bad_organisation", {{"value", wanted}});
        return std::vector{std::pair{*id, wanted}};
    }
    return database.read([](store::Reader& reader) -> Result<std::vector<std::pair<OrgId, std::string>>> {
        std::vector<std::pair<OrgId, std::string>> all = {{store::installation_org(), "-"}};
        for (const accounts::Organisation& organisation : TRY(accounts::list_organisations(reader)))
            all.emplace_back(organisation.id, organisation.name);
        return all;
    });
}

Result<bool> verify(const HouseOptions& options, Language language, std::FILE* out) {
    const Config config = TRY(load_settings(options.settings));
    const auto installation = TRY(Installation::open(config, {}));
    bool whole = true;
    boost::json::array json;
    for (const auto& [id, name] : TRY(organisations(installation->database(), options.organisation))) {
        const operations::TrailReport trail =
            TRY(operations::verify_trail(installation->house(), id, options.expected_head));
        if (trail.entries == 0 && trail.faults.empty()) continue;
        if (!trail.is_whole()) whole = false;
        boost::json::array faults;
        for (const operations::TrailFault& fault : trail.faults)
            faults.push_back(
                boost::json::object{{"kind", fault.kind}, {"sequence", fault.sequence}, {"entry", fault.entry}});
        json.push_back(boost::json::object{{"organisation", id.text()},
                                           {"entries", trail.entries},
                                           {"head", trail.head},
                                           {"heads", trail.heads},
                                           {"faults", faults}});
        if (options.json) continue;
        fmt::print(out, "{}\n",
                   message("audit_verify.chain",
                           {{"organisation", name},
                            {"id", id.text()},
                            {"entries", std::to_string(trail.entries)},
                            {"head", trail.head}},
                           language));
        if (trail.heads > 0)
            fmt::print(
                out, "  {}\n",
                message("audit_verify.heads",
                        {{"heads", std::to_string(trail.heads)}, {"time", iso_china(trail.last_head)}}, language));
        for (const operations::TrailFault& fault : trail.faults)
            fmt::print(out, "  {}\n",
                       message("audit_verify." + std::string(fault.kind),
                               {{"sequence", std::to_string(fault.sequence)}, {"entry", fault.entry}}, language));
    }
    if (options.json) fmt::print(out, "{}\n", boost::json::serialize(json));
    if (!options.json)
        fmt::print(out, "{}\n", message(whole ? "audit_verify.whole" : "audit_verify.broken", {}, language));
    return whole;
}

}  // namespace

int run_audit_verify(const HouseOptions& options, Language language, std::FILE* out) {
    const Result<bool> whole = verify(options, language, out);
    if (!whole) return failed(whole.error(), language);
    return *whole ? 0 : 3;
}

}  // namespace shanqi::app
