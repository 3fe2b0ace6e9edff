// Appending, and the sealer that chains. Verification stands in audit_verify.cpp.
#include "store/audit.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "store/audit_store.hpp"

namespace shanqi::store {
namespace {

// Of one organisation in one transaction: small enough that its neighbours in the group do not wait for it.
constexpr int batch_max = 500;
constexpr int batches_max = 20;             // of one organisation in one call, then it is the next one's turn
constexpr std::size_t links_at_once = 100;  // rows of one INSERT: a round trip for a hundred, not for each

const Statement insert_entry{
    "INSERT INTO audit_entries (org_id, id, happened, actor, action, object, details, request_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Statement insert_pending{"INSERT INTO audit_pending (org_id, entry_id) VALUES ($1, $2)"};

const Statement pending_organisations{"SELECT org_id FROM audit_pending GROUP BY org_id"};
const Statement pending_entries{
    "SELECT " SHANQI_AUDIT_COLUMNS
    " FROM audit_pending p JOIN audit_entries e ON e.org_id = p.org_id AND e.id = p.entry_id"
    // A row put back for an entry that is chained must not stop the chain.
    " WHERE p.org_id = $1 AND NOT EXISTS"
    " (SELECT 1 FROM audit_links l WHERE l.org_id = p.org_id AND l.entry_id = p.entry_id)"
    " ORDER BY p.entry_id LIMIT $2"};
const Statement last_link{"SELECT sequence, hash FROM audit_links WHERE org_id = $1 ORDER BY sequence DESC LIMIT 1"};
const Statement delete_sealed{
    "DELETE FROM audit_pending WHERE org_id = $1 AND entry_id IN"
    " (SELECT entry_id FROM audit_links WHERE org_id = $1 AND sequence > $2)"};

void append_netstring(std::string& out, std::string_view field) {
    out += std::to_string(field.size());
    out += ':';
    out += field;
    out += ',';
}

struct Link {
    std::int64_t sequence = 0;
    std::string entry_id, hash;
};

struct Batch {
    std::int64_t after = 0;  // sequence of the link that it follows
    std::vector<Link> links;
};

// Reads a snapshot and hashes outside the writer.
Result<Batch> next_batch(Database& database, const OrgId& org) {
    return database.read([&](Reader& reader) -> Result<Batch> {
        const AuditHead head = TRY(read_audit_head(reader, org));
        Batch batch{.after = head.sequence, .links = {}};
        std::string previous = head.hash;
        for (const Row& row : TRY(reader.query(pending_entries, {org, batch_max}))) {
            const AuditRecord record = read_audit_record(row, 0);
            const Sha256 hash = audit_link_hash(previous, record);
            previous.assign(hash.begin(), hash.end());
            batch.links.push_back(
                {head.sequence + static_cast<std::int64_t>(batch.links.size()) + 1, record.id, previous});
        }
        return batch;
    });
}

std::string insert_links_sql(std::size_t rows) {
    std::string sql = "INSERT INTO audit_links (org_id, sequence, entry_id, hash) VALUES ";
    for (std::size_t i = 0; i < rows; ++i) {
        const std::string at = std::to_string(2 + 3 * i);
        sql += (i == 0 ? "($1, $" : ", ($1, $") + at + ", $" + std::to_string(3 + 3 * i) + ", $" +
               std::to_string(4 + 3 * i) + ")";
    }
    return sql;
}

Result<> write_batch(Writer& writer, const OrgId& org, const Batch& batch) {
    for (std::size_t from = 0; from < batch.links.size(); from += links_at_once) {
        const std::size_t rows = std::min(links_at_once, batch.links.size() - from);
        Parameters values = {org};
        for (std::size_t i = from; i < from + rows; ++i) {
            const Link& link = batch.links[i];
            values.insert(values.end(), {link.sequence, link.entry_id, Bytes{link.hash}});
        }
        TRY_DO(writer.execute_text(insert_links_sql(rows), values));
    }
    TRY_DO(writer.execute(delete_sealed, {org, batch.after}));
    return {};
}

Result<std::int64_t> seal_organisation(Database& database, const OrgId& org) {
    std::int64_t sealed = 0;
    for (int i = 0; i < batches_max; ++i) {
        const Batch batch = TRY(next_batch(database, org));
        if (batch.links.empty()) break;
        const Result<> written = database.write([&](Writer& writer) { return write_batch(writer, org, batch); });
        // Another process was first: the sequence or the entry is in the chain already, and ours is taken back.
        if (!written && written.error().key == "store.duplicate") break;
        TRY_DO(written);
        sealed += static_cast<std::int64_t>(batch.links.size());
        if (batch.links.size() < static_cast<std::size_t>(batch_max)) break;
    }
    return sealed;
}

}  // namespace

std::string canonical_audit(const AuditRecord& record) {
    std::string out = "shanqi-audit-1\n";
    const std::string time = std::to_string(record.time_us);
    for (const std::string_view field :
         {std::string_view(record.org), std::string_view(record.id), std::string_view(time),
          std::string_view(record.actor), std::string_view(record.action), std::string_view(record.object),
          std::string_view(record.details), std::string_view(record.request_id)})
        append_netstring(out, field);
    return out;
}

Sha256 audit_link_hash(std::string_view previous_hash, const AuditRecord& record) {
    return Sha256Stream().update(previous_hash).update(canonical_audit(record)).finish();
}

Result<> append_audit(Writer& writer, const Clock& clock, const AuditEntry& entry) {
    boost::json::array details;
    for (const auto& [name, value] : entry.details) details.push_back(boost::json::array{name, value});
    const std::string text = boost::json::serialize(details);
    if (text.size() > limits::audit_details_bytes_max)
        return fail(ErrorKind::limit, "audit.too_large", {{"limit", std::to_string(limits::audit_details_bytes_max)}});
    const std::string id = new_uuid_v7(clock);
    TRY_DO(writer.execute(
        insert_entry, {entry.org, id, clock.now(), entry.actor, entry.action, entry.object, text, entry.request_id}));
    TRY_DO(writer.execute(insert_pending, {entry.org, id}));
    return {};
}

Result<std::int64_t> seal_audit(Database& database) {
    const Rows organisations = TRY(database.read([](Reader& reader) { return reader.query(pending_organisations); }));
    std::int64_t sealed = 0;
    for (const Row& row : organisations) sealed += TRY(seal_organisation(database, row.id<OrgId>(0)));
    return sealed;
}

Result<AuditHead> read_audit_head(Reader& reader, const OrgId& org) {
    const std::optional<Row> row = TRY(reader.first(last_link, {org}));
    if (!row) return AuditHead{};
    return AuditHead{row->integer(0), row->bytes(1)};
}

std::string AuditHead::text() const { return std::to_string(sequence) + ":" + hex(hash); }

AuditRecord read_audit_record(const Row& row, std::size_t column) {
    return {.org = row.text(column),
            .id = row.text(column + 1),
            .time_us = row.integer(column + 2),
            .actor = row.text(column + 3),
            .action = row.text(column + 4),
            .object = row.text(column + 5),
            .details = row.text(column + 6),
            .request_id = row.text(column + 7)};
}

Result<std::string> audit_head(Reader& reader, const OrgId& org) { return TRY(read_audit_head(reader, org)).text(); }

}  // namespace shanqi::store
