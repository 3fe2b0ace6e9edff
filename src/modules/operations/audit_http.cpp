#include "modules/operations/audit_http.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

#include "modules/accounts/accounts.hpp"
#include "modules/lists/lists.hpp"
#include "modules/operations/evidence.hpp"

namespace shanqi::operations {
namespace {

struct AuditList {
    std::optional<int> limit;
    std::optional<std::string> after, action_prefix, actor, object;
    std::optional<Instant> from, until;
};
BOOST_DESCRIBE_STRUCT(AuditList, (), (limit, after, action_prefix, actor, object, from, until))

struct AuditView {
    std::string id;
    Instant time;
    std::string actor, actor_name, action, action_title, object, request_id;
    boost::json::object details;
    std::optional<std::int64_t> sequence;  // null: not chained yet
};
BOOST_DESCRIBE_STRUCT(AuditView, (),
                      (id, time, actor, actor_name, action, action_title, object, request_id, details, sequence))

struct VerifyIn {
    std::optional<std::string> expected_head;
};
BOOST_DESCRIBE_STRUCT(VerifyIn, (), (expected_head))
struct FaultView {
    std::string kind, entry;
    std::int64_t sequence = 0;
};
BOOST_DESCRIBE_STRUCT(FaultView, (), (kind, entry, sequence))
struct VerifyView {
    std::int64_t entries = 0;
    std::string head;
    bool whole = false;
    std::int64_t heads = 0;            // sealed heads that the chain was held against
    std::optional<Instant> last_head;  // when the last of them was sealed
    std::vector<FaultView> faults;
};
BOOST_DESCRIBE_STRUCT(VerifyView, (), (entries, head, whole, heads, last_head, faults))

Result<store::AuditFilter> filter_of(const AuditList& in) {
    store::AuditFilter filter;
    filter.action_prefix = in.action_prefix.value_or("");
    filter.actor = in.actor.value_or("");
    filter.object = in.object.value_or("");
    filter.from = in.from.value_or(Instant{});
    filter.until = in.until.value_or(Instant{});
    filter.limit = in.limit.value_or(http::limits::page_rows_default);
    if (filter.limit < 1 || filter.limit > http::limits::page_rows_max)
        return fail(ErrorKind::invalid, "http.bad_limit", {{"limit", std::to_string(http::limits::page_rows_max)}},
                    {.field = "/limit"});
    if (in.after) {
        if (!is_uuid(*in.after)) return fail(ErrorKind::invalid, "http.bad_cursor", {}, {.field = "/after"});
        filter.before = *in.after;
    }
    return filter;
}

// "account:<id>" to the account's name; links, tokens and the system are named by what they are.
class Names {
public:
    Result<> learn(store::Reader& reader, const std::vector<store::AuditLine>& lines) {
        std::vector<AccountId> unknown;
        for (const store::AuditLine& line : lines) {
            const std::optional<AccountId> account = account_in(line.entry.actor);
            if (account && !names_.contains(account->text()) && std::ranges::find(unknown, *account) == unknown.end())
                unknown.push_back(*account);
        }
        if (unknown.empty()) return {};
        for (const auto& [id, name] : TRY(accounts::account_names(reader, unknown))) names_[id.text()] = name;
        return {};
    }
    std::string of(const std::string& actor) const {
        const std::optional<AccountId> account = account_in(actor);
        if (!account) return {};
        const auto found = names_.find(account->text());
        return found == names_.end() ? std::string() : found->second;
    }

private:
    static std::optional<AccountId> account_in(std::string_view actor) {
        constexpr std::string_view prefix = "account:";
        return actor.starts_with(prefix) ? AccountId::parse(actor.substr(prefix.size())) : std::nullopt;
    }
    std::map<std::string, std::string> names_;
};

AuditView view_of(const store::AuditLine& line, const Names& names, Language language) {
    AuditView view{.id = line.entry_id,
                   .time = line.time,
                   .actor = line.entry.actor,
                   .actor_name = names.of(line.entry.actor),
                   .action = line.entry.action,
                   .action_title = message("audit." + line.entry.action, {}, language),
                   .object = line.entry.object,
                   .request_id = line.entry.request_id,
                   .details = {},
                   .sequence = {}};
    for (const auto& [name, value] : line.entry.details) view.details[name] = value;
    if (line.sequence > 0) view.sequence = line.sequence;
    return view;
}

Result<http::Page<AuditView>> list(house::House& house, const http::Call& call, const AuditList& in) {
    const store::AuditFilter filter = TRY(filter_of(in));
    return house.database.read([&](store::Reader& reader) -> Result<http::Page<AuditView>> {
        const std::vector<store::AuditLine> lines = TRY(store::list_audit(reader, call.org, filter));
        Names names;
        TRY_DO(names.learn(reader, lines));
        http::Page<AuditView> page;
        for (const store::AuditLine& line : lines) page.items.push_back(view_of(line, names, call.request.language));
        if (static_cast<int>(lines.size()) == filter.limit) page.next = lines.back().entry_id;
        return page;
    });
}

Result<VerifyView> verify(house::House& house, const http::Call& call, const VerifyIn& in) {
    const TrailReport trail = TRY(verify_trail(house, call.org, in.expected_head.value_or("")));
    VerifyView view{.entries = trail.entries,
                    .head = trail.head,
                    .whole = trail.is_whole(),
                    .heads = trail.heads,
                    .last_head = trail.heads > 0 ? std::optional(trail.last_head) : std::nullopt,
                    .faults = {}};
    for (const TrailFault& fault : trail.faults)
        view.faults.push_back({std::string(fault.kind), fault.entry, fault.sequence});
    return view;
}

Result<http::Reply> export_sheet(house::House& house, const http::Call& call) {
    store::AuditFilter filter = TRY(filter_of(TRY(lists::query_of<AuditList>(call))));
    filter.limit = lists::limits::sheet_page_rows;
    filter.before.clear();
    const Language language = call.request.language;
    const auto title = [&](const char* name) { return message(std::string("audit.column.") + name, {}, language); };
    Names names;
    bool more = true;
    const auto next = [&]() -> Result<std::vector<lists::SheetRow>> {
        std::vector<lists::SheetRow> rows;
        if (!more) return rows;
        const auto lines = TRY(house.database.read([&](store::Reader& reader) -> Result<std::vector<store::AuditLine>> {
            auto page = TRY(store::list_audit(reader, call.org, filter));
            TRY_DO(names.learn(reader, page));
            return page;
        }));
        for (const store::AuditLine& line : lines) {
            const AuditView view = view_of(line, names, language);
            using office::text_value;
            rows.push_back({text_value(iso_china(view.time)), text_value(view.actor), text_value(view.actor_name),
                            text_value(view.action_title), text_value(view.object),
                            text_value(boost::json::serialize(view.details)), text_value(view.request_id),
                            office::integer_value(view.sequence.value_or(0)), text_value(view.id)});
        }
        more = lines.size() == static_cast<std::size_t>(filter.limit);
        if (more) filter.before = lines.back().entry_id;
        return rows;
    };
    // Who took the trail out of the house is part of it.
    return lists::export_sheet(house, call,
                               {.file_name = "audit.xlsx",
                                .title = message("audit.sheet", {}, language),
                                .columns = {{title("time"), 26},
                                            {title("actor"), 44},
                                            {title("actor_name"), 16},
                                            {title("action"), 30},
                                            {title("object"), 44},
                                            {title("details"), 40},
                                            {title("request"), 38},
                                            {title("sequence"), 10},
                                            {title("id"), 38}},
                                .next = next,
                                .action = "operations.audit_export"});
}

}  // namespace

void add_audit_routes(http::Router& router, house::House& house) {
    using http::Method;
    router.add<AuditList, http::Page<AuditView>>(
        {.method = Method::get,
         .path = "/api/v1/orgs/{org}/audit",
         .operation = "audit_list",
         .permission = "operations.audit_read",
         .summary = "The audit trail, newest first"},
        [&house](http::Call& call, const AuditList& in) { return list(house, call, in); });
    router.add<VerifyIn, VerifyView>(
        {.method = Method::post,
         .path = "/api/v1/orgs/{org}/audit/verify",
         .operation = "audit_verify",
         .permission = "operations.audit_read",
         .rate = "heavy",
         .summary = "Recomputes the chain and names every entry that was changed, lost or moved"},
        [&house](http::Call& call, const VerifyIn& in) { return verify(house, call, in); });
    router.add_raw(
        {.method = Method::get,
         .path = "/api/v1/orgs/{org}/audit.xlsx",
         .operation = "audit_export",
         .permission = "operations.audit_read",
         .rate = "heavy",
         .summary = "What the filters of audit_list let through, as a workbook"},
        [&house](http::Call& call) { return export_sheet(house, call); }, lists::sheet_content_type);
}

}  // namespace shanqi::operations
