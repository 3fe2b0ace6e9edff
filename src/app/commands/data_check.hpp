// shanqi data check: what was read from a list, what each column was taken for, what is wrong in which cell.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

#include "base/messages.hpp"

namespace shanqi::app {

struct DataCheckOptions {
    std::filesystem::path data_file;      // --data
    std::filesystem::path template_file;  // --template; empty: none
    std::string sheet;                    // --sheet
    bool json = false;
};

// Exit status: 0 clean (warnings may be there), 3 problems found, 1 unreadable (the reason on stderr).
int run_data_check(const DataCheckOptions&, Language, std::FILE* out);

}  // namespace shanqi::app
