// shanqi seal: a template and a list become sealed PDFs.
#pragma once

#include <cstdio>

#include "base/messages.hpp"
#include "modules/documents/documents.hpp"

namespace shanqi::app {

struct SealOptions {
    documents::SealBatch batch;  // without its password
    std::filesystem::path password_file;
    bool json = false;
};

// Exit status: 0 all sealed, 3 some rows refused, 1 nothing done or stopped early (with the reason on stderr).
int run_seal(const SealOptions&, Language, std::FILE* out);

}  // namespace shanqi::app
