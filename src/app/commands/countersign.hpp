// `shanqi countersign` and `shanqi timestamp`: incremental updates that keep every earlier signature valid.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

#include "base/messages.hpp"

namespace shanqi::app {

struct CountersignCommand {
    std::filesystem::path file;  // the sealed PDF
    std::filesystem::path out;   // --out; empty: the file itself
    std::string field;           // --field
    std::filesystem::path key, password_file, picture;
    std::string reason, location, tsa;  // --tsa: a time-stamp inside the signature
};

struct TimeStampCommand {
    std::filesystem::path file, out;
    std::string tsa;
};

// Exit status 0 or 1.
int run_countersign(const CountersignCommand&, Language, std::FILE* out);
int run_time_stamp(const TimeStampCommand&, Language, std::FILE* out);

}  // namespace shanqi::app
