// What the audit trail's files share; other rooms use audit.hpp.
#pragma once

#include <string>

#include "store/audit.hpp"

namespace shanqi::store {

// Of audit_entries e, in the order of read_audit_record().
#define SHANQI_AUDIT_COLUMNS "e.org_id, e.id, e.happened, e.actor, e.action, e.object, e.details, e.request_id"

struct AuditHead {
    std::int64_t sequence = 0;
    std::string hash = std::string(32, '\0');
    std::string text() const;
};
Result<AuditHead> read_audit_head(Reader&, const OrgId&);
AuditRecord read_audit_record(const Row&, std::size_t column);  // the first of the columns

}  // namespace shanqi::store
