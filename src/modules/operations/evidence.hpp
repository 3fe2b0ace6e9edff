// The head of each organisation's audit chain, sealed once a day (China time) and written down as a row: whoever can
// write to the database can cut a chain off at its end or rewrite it from its beginning, and only a head that they
// cannot make shows it.
//
// A head is signed with the organisation's own key, if it has one that seals without a person (CMS, so that anybody can
// verify it with the certificate in it), else with the installation's evidence key. Beside the signature stands a MAC
// under the organisation's key of the vault: it says that the row is ours also when the key that signed is gone.
// What is signed: "shanqi-head-1\n" and, as netstrings (see store/audit.hpp), organisation, number, sequence, hash of
// the link in hex, time in microseconds since 1970 UTC, key kind, key fingerprint. What this cannot show: a database
// that was put back as a whole, chain and heads, to an earlier day. The log gets each head too ("audit.head"); where
// logs go to another machine, `shanqi audit verify --head` compares.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "modules/house/house.hpp"
#include "seal/seal.hpp"
#include "store/audit.hpp"

namespace shanqi::operations {

// Null: the organisation has none.
using OrganisationKey = std::function<Result<std::shared_ptr<const seal::SigningKey>>(const OrgId&)>;

// Seals the heads that are due: of organisations whose last head is of an earlier day and whose chain went on since.
// Returns how many.
Result<std::int64_t> seal_heads(house::House&, const OrganisationKey&, Instant now);

struct TrailFault {
    // Of store::AuditFault "changed", "missing", "reordered", "not_sealed"; of heads "head_forged" (not ours, or
    // changed since) and "head_missing" (before this one).
    std::string_view kind;
    std::int64_t sequence = 0;  // 0: not in the chain
    std::string entry;          // empty: not known
};
struct TrailReport {
    std::int64_t entries = 0;
    std::string head;        // as store::AuditReport::head
    std::int64_t heads = 0;  // ours, which the chain was held against
    Instant last_head;       // us == 0: none yet
    std::vector<TrailFault> faults;
    // An entry of the last second is not chained yet: that is no fault.
    bool is_whole() const;
};
// The chain, and every head that was sealed of it. `expected_head` as verify_audit takes it.
Result<TrailReport> verify_trail(house::House&, const OrgId&, const std::string& expected_head = {});

}  // namespace shanqi::operations
