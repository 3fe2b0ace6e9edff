// The audit trail: who did what to which row, appended in the business transaction. Entries hold ids and keyed digests,
// no values: a person can be erased without breaking the chain.
//
// Three tables: audit_entries and audit_links (append only; on PostgreSQL the application's role has no UPDATE and
// DELETE on them), and audit_pending, what a sealer has yet to chain. The chain of an organisation, within a second:
//   hash = SHA-256(previous hash || canonical entry)             the first previous hash is 32 zero bytes
//   canonical entry = "shanqi-audit-1\n" and the fields below as netstrings (their bytes in decimal, ":", the bytes,
//   ","):
//     organisation, entry id, time in microseconds since 1970 UTC in decimal, actor, action, object, details, request
//     id
// `details` is hashed as it is stored: JSON [["name","value"],…]. This form never changes: a new one gets a new name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "store/database.hpp"

namespace shanqi::store {

namespace limits {
constexpr std::size_t audit_details_bytes_max = 8U << 10U;
constexpr int audit_page_max = 500;
constexpr std::size_t audit_faults_max = 1'000;  // that verification tells one by one
}  // namespace limits

struct AuditEntry {
    OrgId org;
    std::string actor;   // "account:<id>", "token:<id>", "system:<job kind>", "link:<id>"
    std::string action;  // "<room>.<noun>_<verb>": "accounts.member_invite"
    std::string object;  // "<kind>:<id>"
    std::vector<std::pair<std::string, std::string>> details;  // ids, counts, reasons, keyed digests
    std::string request_id;                                    // of the HTTP request; empty elsewhere
};

// In the same transaction as what it tells of. Errors: audit.too_large.
Result<> append_audit(Writer&, const Clock&, const AuditEntry&);

// Chains what is not chained yet, of every organisation; returns how many. Called each second by one thread; two
// processes may do it at once (the key org_id, sequence refuses the second).
Result<std::int64_t> seal_audit(Database&);

struct AuditFault {
    enum class Kind {
        changed,    // an entry, its hash or its place in a rewritten chain is not what was sealed
        missing,    // a link without its entry, or a gap in the sequence, or the chain ends before the expected head
        reordered,  // an entry that was sealed, at another place (told of its successor too)
        not_sealed  // an entry that neither stands in the chain nor waits for it
    } kind;
    std::int64_t sequence = 0;  // 0: not in the chain
    std::string entry_id;       // empty: not known
};
struct AuditReport {
    std::int64_t entries = 0;  // in the chain
    std::int64_t waiting = 0;  // for the sealer
    std::string head;          // "sequence:hash" of the last link, hash in hex; "0:" and 64 zeros when there is none
    std::vector<AuditFault> faults;
};
// `expected_head`, when given, is a head that was written down earlier ("sequence:hash"): a chain that was cut off or
// rewritten behind it is missing or changed. Whoever can write to the database can rewrite a chain from its end; only a
// head that is kept elsewhere shows that. Errors: audit.bad_head.
Result<AuditReport> verify_audit(Database&, const OrgId&, const std::string& expected_head = {});
Result<std::string> audit_head(Reader&, const OrgId&);  // as AuditReport::head: to write it down elsewhere

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
    int limit = 50;       // at most limits::audit_page_max
};
Result<std::vector<AuditLine>> list_audit(Reader&, const OrgId&, const AuditFilter&);

// The bytes that are hashed (see above); `details` as stored.
struct AuditRecord {
    std::string org, id;
    std::int64_t time_us = 0;
    std::string actor, action, object, details, request_id;
};
std::string canonical_audit(const AuditRecord&);
Sha256 audit_link_hash(std::string_view previous_hash, const AuditRecord&);

// PostgreSQL: gives `role`, which the server signs in as, what the program needs in all tables of the schema, and no
// UPDATE, DELETE or TRUNCATE on entries and links. Called by the owner of the tables (`shanqi migrate` as another
// role), after each migration. Errors: audit.not_postgres, audit.bad_role (no such role, a superuser, or one that may
// act as the owner: nothing can be kept from it).
Result<> protect_audit(Database& as_owner, const std::string& role);
// Whether the role that this database is open as is kept from changing entries and links: for `shanqi doctor`. Always
// false on SQLite, whose file belongs to whoever runs the program.
Result<bool> audit_is_protected(Database&);

}  // namespace shanqi::store
