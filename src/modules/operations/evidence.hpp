// The head of each organisation's audit chain, sealed once a day (China time) and written down as a row: whoever can
// write to the database can cut a chain off at its end or rewrite it from its beginning, and only a head that they
// cannot make shows it.
//
// A head is signed with the organisation's own key, if it has one that seals without a person (CMS, so that anybody can
// verify it with the certificate in it), else with the installation's evidence key. Beside the signature stands a MAC
// under the organisation's key of the vault: it says that the row is ours also when the key that signed is gone.
// What is signed: "shanqi-head-1\n" and, as netstrings (see store/audit.hpp), organisation, number, sequence, hash of the
// link in hex, time in microseconds since 1970 UTC, key kind, key fingerprint.
// What this cannot show: a database that was put back as a whole, chain and heads, to an earlier day. The log gets each
// head too ("audit.head"); where logs go to another machine, `shanqi audit verify --head` compares.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "modules/house/house.hpp"
#include "seal/seal.hpp"
#include "store/audit.hpp"

namespace shanqi::operations {

// Null: the organisation has none.
using OrganisationKey = std::function<Result<std::shared_ptr<const seal::SigningKey>>(const OrgId&)>;

// Seals the heads that are due: of organisations whose last head is of an earlier day and whose chain went on since.
// Returns how many.
Result<std::int64_t> seal_heads(house::House&, const OrganisationKey&, Instant now);

struct TrailReport {
    store::AuditReport chain;  // with what the heads told: faults of them, and of the chain against them
    std::int64_t heads = 0;
    Instant last_head;  // us == 0: none yet
};
// The chain, and every head that was sealed of it. `expected_head` as verify_audit takes it.
Result<TrailReport> verify_trail(house::House&, const OrgId&, const std::string& expected_head = {});

std::string_view name_of(store::AuditFault::Kind);  // "head_forged"

}  // namespace shanqi::operations
