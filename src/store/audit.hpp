// The audit trail: who did what to which row, appended in the business transaction. Entries hold ids and keyed digests,
// no values: a person can be erased without breaking the chain.
//
// Two tables: audit_entries (append only; on PostgreSQL the application's role has no UPDATE and DELETE on it) and
// audit_links, in which a sealer chains the entries of each organisation within a second:
//   hash = SHA-256(previous hash || canonical entry)
#pragma once

#include <string>
#include <vector>

#include "store/database.hpp"

namespace shanqi::store {

struct AuditEntry {
    OrgId org;
    std::string actor;   // "account:<id>", "token:<id>", "system:<job kind>", "link:<id>"
    std::string action;  // "<room>.<noun>_<verb>": "accounts.member_invite"
    std::string object;  // "<kind>:<id>"
    std::vector<std::pair<std::string, std::string>> details;  // ids, counts, reasons, keyed digests
    std::string request_id;                                    // of the HTTP request; empty elsewhere
};

// In the same transaction as what it tells of.
Result<> append_audit(Writer&, const Clock&, const AuditEntry&);

// Chains what is not chained yet, of every organisation; returns how many. Called each second by one thread; two
// processes may do it at once (the key org_id, sequence refuses the second).
Result<std::int64_t> seal_audit(Database&);

struct AuditFault {
    enum class Kind { changed, missing, reordered, not_sealed } kind;
    std::int64_t sequence = 0;
    std::string entry_id;
};
struct AuditReport {
    std::int64_t entries = 0;
    std::string head;  // hex of the last hash
    std::vector<AuditFault> faults;
};
// `expected_head`, when given, is a head that was written down earlier ("sequence:hash"): a chain that was cut off or
// rewritten behind it is missing or changed.
Result<AuditReport> verify_audit(Database&, const OrgId&, const std::string& expected_head = {});

struct AuditLine {
    std::string entry_id;
    Instant time;
    AuditEntry entry;
    std::int64_t sequence = 0;  // 0: not chained yet
};
struct AuditFilter {
    std::string action_prefix, actor, object;
    Instant from, until;  // until.us == 0: no end
    std::string before;   // entry_id of the last line of the page before; newest first
    int limit = 50;
};
Result<std::vector<AuditLine>> list_audit(Reader&, const OrgId&, const AuditFilter&);

}  // namespace shanqi::store
