// `shanqi verify`: are these files really theirs, and unchanged?
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/messages.hpp"

namespace shanqi::app {

struct VerifyCommand {
    std::vector<std::filesystem::path> files;
    std::vector<std::string> trust;                 // --trust: PEM or DER files of certificates that are believed
    std::vector<std::string> crls, ocsp_responses;  // --crl, --ocsp: DER files
    std::string at;                                 // --at: a day, or RFC 3339; empty: now
    bool json = false;
};

// Exit status: 0 every document is intact and its signers are known, 2 intact but a signer is unknown, 1 otherwise.
int run_verify(const VerifyCommand&, Language, std::FILE* out);

}  // namespace shanqi::app
