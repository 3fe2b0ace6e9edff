// Verification of a chain against several heads that were written down (operations/evidence.hpp).
#pragma once

#include <span>

#include "store/audit.hpp"

namespace shanqi::store {

// As verify_audit with one head: the chain must hold each of them. What a cut took away is told once.
Result<AuditReport> verify_audit_against(Database&, const OrgId&, std::span<const std::string> heads);

}  // namespace shanqi::store
