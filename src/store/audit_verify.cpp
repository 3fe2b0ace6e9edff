// Verification of an organisation's chain, in one snapshot. A link is checked against the hash that is stored before
// it, so that one change is told once; links that do not fit are kept and compared with each other at the end, to tell
// what was moved from what was changed.
#include <algorithm>
#include <charconv>
#include <set>

#include "store/audit_heads.hpp"
#include "store/audit_store.hpp"

namespace shanqi::store {
namespace {

constexpr std::int64_t page_rows = 2'000;
constexpr std::size_t compared_max = 200;  // misfits that are compared with each other; their number is squared

const Statement links_page{"SELECT l.sequence, l.entry_id, l.hash, " SHANQI_AUDIT_COLUMNS
                           " FROM audit_links l LEFT JOIN audit_entries e ON e.org_id = l.org_id AND e.id = l.entry_id"
                           " WHERE l.org_id = $1 AND l.sequence > $2 ORDER BY l.sequence LIMIT $3"};
const Statement link_hash{"SELECT hash FROM audit_links WHERE org_id = $1 AND sequence = $2"};
const Statement unsealed_entries{
    "SELECT e.id FROM audit_entries e WHERE e.org_id = $1"
    " AND NOT EXISTS (SELECT 1 FROM audit_links l WHERE l.org_id = $1 AND l.entry_id = e.id)"
    " AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.org_id = $1 AND p.entry_id = e.id)"
    " ORDER BY e.id LIMIT $2"};
const Statement pending_without_entry{
    "SELECT p.entry_id FROM audit_pending p WHERE p.org_id = $1"
    " AND NOT EXISTS (SELECT 1 FROM audit_entries e WHERE e.org_id = $1 AND e.id = p.entry_id)"
    " ORDER BY p.entry_id LIMIT $2"};
const Statement count_pending{"SELECT COUNT(*) FROM audit_pending WHERE org_id = $1"};

struct Misfit {
    std::int64_t sequence = 0;
    std::string previous, hash;  // as stored
    AuditRecord record;
};

bool hashes_to(const Misfit& misfit, std::string_view previous, std::string_view wanted) {
    const Sha256 hash = audit_link_hash(previous, misfit.record);
    return std::ranges::equal(hash, wanted, {}, {}, [](char c) { return static_cast<std::uint8_t>(c); });
}

class Verification {
public:
    Verification(Reader& reader, const OrgId& org) : reader_(reader), org_(org) {}

    Result<AuditReport> run(std::span<const std::string> expected_heads) {
        TRY_DO(walk());
        judge_misfits();
        TRY_DO(look_outside_the_chain());
        for (const std::string& head : expected_heads)
            if (!head.empty()) TRY_DO(compare_head(head));
        report_.head = AuditHead{last_sequence_, previous_}.text();
        std::ranges::stable_sort(report_.faults, {}, &AuditFault::sequence);
        return std::move(report_);
    }

private:
    void tell(AuditFault::Kind kind, std::int64_t sequence, std::string entry_id) {
        if (report_.faults.size() < limits::audit_faults_max)
            report_.faults.push_back({kind, sequence, std::move(entry_id)});
    }
    void tell_gap(std::int64_t from, std::int64_t until) {
        for (std::int64_t gap = from; gap < until && report_.faults.size() < limits::audit_faults_max; ++gap)
            tell(AuditFault::Kind::missing, gap, "");
    }

    Result<> walk() {
        while (true) {
            const Rows rows = TRY(reader_.query(links_page, {org_, last_sequence_, page_rows}));
            for (const Row& row : rows) check(row);
            if (std::ssize(rows) < page_rows) return {};
        }
    }

    void check(const Row& row) {
        const std::int64_t sequence = row.integer(0);
        const bool follows = sequence == last_sequence_ + 1;
        tell_gap(last_sequence_ + 1, sequence);
        if (row.null(4)) {
            tell(AuditFault::Kind::missing, sequence, row.text(1));
        } else if (follows) {  // what follows a gap can be compared with nothing
            Misfit link{sequence, previous_, row.bytes(2), read_audit_record(row, 3)};
            if (!hashes_to(link, link.previous, link.hash)) misfits_.push_back(std::move(link));
            if (misfits_.size() > compared_max) judge_misfits();
        }
        ++report_.entries;
        last_sequence_ = sequence;
        previous_ = row.bytes(2);
    }

    // Moved, when the entry was sealed behind another of the hashes here, or when another entry here belongs to this
    // link's hash.
    void judge_misfits() {
        std::set<std::string> previous;
        for (const Misfit& each : misfits_) previous.insert({each.previous, each.hash});
        for (const Misfit& each : misfits_) {
            const bool elsewhere = std::ranges::any_of(
                previous, [&each](const std::string& hash) { return hashes_to(each, hash, each.hash); });
            const bool exchanged = std::ranges::any_of(misfits_, [&each](const Misfit& other) {
                return other.sequence != each.sequence &&
                       hashes_to(exchanged_in(each, other), each.previous, each.hash);
            });
            tell(elsewhere || exchanged ? AuditFault::Kind::reordered : AuditFault::Kind::changed, each.sequence,
                 each.record.id);
        }
        misfits_.clear();
    }
    static Misfit exchanged_in(const Misfit& link, const Misfit& other) {
        return {link.sequence, link.previous, link.hash, other.record};
    }

    Result<> look_outside_the_chain() {
        const auto at_most = static_cast<std::int64_t>(limits::audit_faults_max);
        for (const Row& row : TRY(reader_.query(unsealed_entries, {org_, at_most})))
            tell(AuditFault::Kind::not_sealed, 0, row.text(0));
        for (const Row& row : TRY(reader_.query(pending_without_entry, {org_, at_most})))
            tell(AuditFault::Kind::missing, 0, row.text(0));
        report_.waiting = TRY(reader_.query(count_pending, {org_})).at(0).integer(0);
        return {};
    }

    Result<> compare_head(const std::string& text) {
        const std::size_t colon = text.find(':');
        std::int64_t sequence = -1;
        const char* const end = text.data() + std::min(colon, text.size());
        const auto [stopped, problem] = std::from_chars(text.data(), end, sequence);
        if (colon == std::string::npos || problem != std::errc() || stopped != end || sequence < 0 ||
            text.size() - colon - 1 != 64)
            return fail(ErrorKind::invalid, "audit.bad_head");
        if (sequence == 0) return {};
        if (sequence > last_sequence_) {
            // Of several heads behind the end each entry is told once.
            tell_gap(std::max(last_sequence_, told_until_) + 1, sequence + 1);
            told_until_ = std::max(told_until_, sequence);
            return {};
        }
        const std::optional<Row> row = TRY(reader_.first(link_hash, {org_, sequence}));
        if (row && hex(row->bytes(0)) != text.substr(colon + 1)) tell(AuditFault::Kind::changed, sequence, "");
        return {};
    }

    Reader& reader_;
    const OrgId& org_;
    AuditReport report_;
    std::int64_t last_sequence_ = 0, told_until_ = 0;
    std::string previous_ = AuditHead{}.hash;
    std::vector<Misfit> misfits_;
};

}  // namespace

Result<AuditReport> verify_audit(Database& database, const OrgId& org, const std::string& expected_head) {
    return verify_audit_against(database, org, std::span(&expected_head, 1));
}

Result<AuditReport> verify_audit_against(Database& database, const OrgId& org, std::span<const std::string> heads) {
    return database.read([&](Reader& reader) { return Verification(reader, org).run(heads); });
}

}  // namespace shanqi::store
