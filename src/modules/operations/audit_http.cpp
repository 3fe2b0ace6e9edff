#include "modules/operations/audit_http.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

#include "base/digest.hpp"
#include "http/page.hpp"
#include "modules/accounts/accounts.hpp"
#include "modules/operations/evidence.hpp"
#include "office/tables/sheet_writer.hpp"

namespace shanqi::operations {
namespace {

constexpr int export_page_rows = 500;
constexpr std::int64_t export_rows_max = 1'000'000;  // of one sheet; Excel takes 1,048,576

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

Result<> write_sheet(house::House& house, const http::Call& call, store::AuditFilter filter,
                     const std::filesystem::path& file) {
    const Language language = call.request.language;
    const auto title = [&](const char* name) { return message(std::string("audit.column.") + name, {}, language); };
    office::SheetWriter sheet = TRY(office::SheetWriter::create(file, message("audit.sheet", {}, language),
                                                                {{title("time"), 26},
                                                                 {title("actor"), 44},
                                                                 {title("actor_name"), 16},
                                                                 {title("action"), 30},
                                                                 {title("object"), 44},
                                                                 {title("details"), 40},
                                                                 {title("request"), 38},
                                                                 {title("sequence"), 10},
                                                                 {title("id"), 38}}));
    filter.limit = export_page_rows;
    Names names;
    for (std::int64_t rows = 0; rows < export_rows_max;) {
        const auto lines = TRY(house.database.read([&](store::Reader& reader) -> Result<std::vector<store::AuditLine>> {
            auto page = TRY(store::list_audit(reader, call.org, filter));
            TRY_DO(names.learn(reader, page));
            return page;
        }));
        for (const store::AuditLine& line : lines) {
            const AuditView view = view_of(line, names, language);
            using office::text_value;
            const std::vector<office::Value> cells = {text_value(iso_china(view.time)),
                                                      text_value(view.actor),
                                                      text_value(view.actor_name),
                                                      text_value(view.action_title),
                                                      text_value(view.object),
                                                      text_value(boost::json::serialize(view.details)),
                                                      text_value(view.request_id),
                                                      office::integer_value(view.sequence.value_or(0)),
                                                      text_value(view.id)};
            TRY_DO(sheet.row(cells));
        }
        rows += static_cast<std::int64_t>(lines.size());
        if (lines.size() < export_page_rows) break;
        filter.before = lines.back().entry_id;
    }
    return sheet.close();
}

Result<AuditList> list_of_query(const http::Request& request) {
    AuditList in;
    const auto text = [&](std::string_view name) -> std::optional<std::string> {
        const std::string_view value = request.parameter(name);
        return value.empty() ? std::nullopt : std::optional<std::string>(value);
    };
    in.action_prefix = text("action_prefix");
    in.actor = text("actor");
    in.object = text("object");
    for (const auto& [name, member] : {std::pair{"from", &AuditList::from}, std::pair{"until", &AuditList::until}}) {
        const std::optional<std::string> value = text(name);
        if (value) in.*member = TRY(from_json<Instant>(boost::json::string(*value), std::string("/") + name));
    }
    return in;
}

Result<http::Reply> export_sheet(house::House& house, http::Call& call) {
    const AuditList in = TRY(list_of_query(call.request));
    const store::AuditFilter filter = TRY(filter_of(in));
    const std::filesystem::path file = house.scratch / ("audit-" + hex(random_bytes(8)) + ".xlsx");
    TRY_DO(write_sheet(house, call, filter, file));
    // Who took the trail out of the house is part of it.
    TRY_DO(house.database.write([&](store::Writer& writer) {
        return house::audit(writer, house, call, "operations.audit_export", "org:" + call.org.text());
    }));
    http::Reply reply;
    reply.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"audit.xlsx\"");
    reply.body = http::FileBody{.file = file, .remove_after = true};
    return reply;
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
        [&house](http::Call& call) { return export_sheet(house, call); },
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

}  // namespace shanqi::operations
