#include <boost/json.hpp>

#include <algorithm>

#include "store/audit_store.hpp"

namespace shanqi::store {
namespace {

std::vector<std::pair<std::string, std::string>> parse_details(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> details;
    boost::system::error_code problem;
    const boost::json::value parsed = boost::json::parse(text, problem);
    const boost::json::array* pairs = problem ? nullptr : parsed.if_array();
    if (pairs == nullptr) return {{"details", text}};  // somebody changed it: show what stands there
    for (const boost::json::value& each : *pairs) {
        const boost::json::array* pair = each.if_array();
        if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string())
            return {{"details", text}};
        details.emplace_back((*pair)[0].get_string(), (*pair)[1].get_string());
    }
    return details;
}

}  // namespace

Result<std::vector<AuditLine>> list_audit(Reader& reader, const OrgId& org, const AuditFilter& filter) {
    std::string sql = "SELECT " SHANQI_AUDIT_COLUMNS
                      ", l.sequence FROM audit_entries e"
                      " LEFT JOIN audit_links l ON l.org_id = e.org_id AND l.entry_id = e.id WHERE e.org_id = $1";
    Parameters values = {org};
    const auto parameter = [&values](Value value) {
        values.push_back(std::move(value));
        return "$" + std::to_string(values.size());
    };
    if (!filter.action_prefix.empty())
        sql += " AND e.action LIKE " + parameter(like_escaped(filter.action_prefix) + "%") + " ESCAPE '\\'";
    if (!filter.actor.empty()) sql += " AND e.actor = " + parameter(filter.actor);
    if (!filter.object.empty()) sql += " AND e.object = " + parameter(filter.object);
    if (filter.from.us != 0) sql += " AND e.happened >= " + parameter(filter.from);
    if (filter.until.us != 0) sql += " AND e.happened < " + parameter(filter.until);
    if (!filter.before.empty()) {
        if (!is_uuid(filter.before)) return std::vector<AuditLine>{};
        sql += " AND e.id < " + parameter(filter.before);
    }
    sql += " ORDER BY e.id DESC LIMIT " + parameter(std::int64_t{std::clamp(filter.limit, 1, limits::audit_page_max)});
    std::vector<AuditLine> lines;
    for (const Row& row : TRY(reader.query_text(sql, values))) {
        AuditRecord record = read_audit_record(row, 0);
        AuditLine& line = lines.emplace_back();
        line.entry_id = std::move(record.id);
        line.time = {record.time_us};
        line.entry = {.org = org,
                      .actor = std::move(record.actor),
                      .action = std::move(record.action),
                      .object = std::move(record.object),
                      .details = parse_details(record.details),
                      .request_id = std::move(record.request_id)};
        line.sequence = row.integer(8);
    }
    return lines;
}

}  // namespace shanqi::store
