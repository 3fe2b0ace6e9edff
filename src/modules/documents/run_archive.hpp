// The documents of a run, out of their packs: one, or all of them as a .zip that is made while it is sent.
#pragma once

#include <string>

#include "modules/documents/runs.hpp"

namespace shanqi::documents {

struct DocumentDetails {
    std::string file, recipient;
};
Result<DocumentDetails> details_of(house::House&, const OrgId&, const SealRunId&, const DocumentRow&);

// Errors: documents.file_changed when it is not the document that was sealed.
Result<std::string> read_document(house::House&, const OrgId&, const SealRunId&, const DocumentRow&,
                                  const SealFile& pack);

// In the .zip: register.xlsx, errors.xlsx when there is one, documents/*.pdf. In memory: a page of rows and a piece of
// a file; in the scratch folder: one pack.
Result<http::PullBody> open_run_archive(house::House&, const OrgId&, const SealRunId&);

}  // namespace shanqi::documents
