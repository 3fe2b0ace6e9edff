// What an incremental update behind a signature may change. A list of what is allowed, since a list of what is
// forbidden is never complete: every object that differs must be explained by a rule, key by key; the rest is a
// problem.
//
// Allowed (ISO 32000-2, 12.8.2.2; ETSI EN 319 142-1, 5.4 and 5.5):
//   - a signature into a field that waited for it, with its appearance, unless the certification forbids it (P 1);
//   - a new field with a signature that was made in this same update, where no certification stands;
//   - a document time-stamp in a new field that shows nothing;
//   - the document security store (DSS).
// Form data, annotations, page content, attachments, metadata are not, whatever a permission in the file says.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "office/pdf/read/strict_file.hpp"
#include "seal/document/pdf_signatures.hpp"

namespace shanqi::seal {

struct StepVerdict {
    std::vector<RevisionChange> changes;
    std::vector<Error> problems;  // verify.changed_…
};

// `permission`: DocMDP level of the certification that stands in `before`; 0 without one.
StepVerdict judge_revision(const office::pdf_read::StrictFile& before, const office::pdf_read::StrictFile& after,
                           int permission);

}  // namespace shanqi::seal
