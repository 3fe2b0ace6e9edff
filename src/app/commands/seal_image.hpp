// `shanqi seal-image`: the picture of a round seal.
#pragma once

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "base/messages.hpp"

namespace shanqi::app {

struct SealImageOptions {
    struct Picture {
        std::string name;                   // --name
        std::string kind;                   // --kind; empty is 名称章
        std::string code;                   // --code
        std::optional<double> diameter_mm;  // --diameter-mm; none: 42 for a name seal, 38 for a special one
    } picture;
    std::filesystem::path out;  // --out, .png or .svg
};

// Says on `out` what was made, on stderr what went wrong. Exit status 0 or 1.
int run_seal_image(const SealImageOptions&, Language, std::FILE* out);

}  // namespace shanqi::app
