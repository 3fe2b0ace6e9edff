// `shanqi key new`: a trial CA and an organisation certificate.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

#include "base/messages.hpp"

namespace shanqi::app {

struct KeyNewOptions {
    std::string name;                     // --name
    std::filesystem::path folder;         // --out
    std::filesystem::path password_file;  // --password-file
    std::string algorithm = "p256";       // --alg
};

// Says on `out` what was made, on stderr what went wrong. Exit status 0 or 1.
int run_key_new(const KeyNewOptions&, Language, std::FILE* out);

}  // namespace shanqi::app
