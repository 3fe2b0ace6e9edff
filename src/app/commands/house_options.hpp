// What every command over an installation understands.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

#include "app/server/settings.hpp"
#include "base/messages.hpp"

namespace shanqi::app {

struct HouseOptions {
    SettingsInputs settings;                // --config, --data, --database, --set …
    std::filesystem::path file;             // backup, restore
    std::filesystem::path passphrase_file;  // backup, restore
    std::string organisation;               // audit verify: all when empty
    std::string expected_head;              // audit verify
    bool full = false;                      // doctor
    bool dry_run = false;                   // migrate
    std::string program_role;               // migrate: PostgreSQL, who the server signs in as
    bool json = false;                      // doctor, config, audit verify
};

// Exit status of all: 0 well, 1 not possible (the reason on stderr), 3 something was found that wants mending.
int run_serve(const HouseOptions&, Language, std::FILE* out);
int run_config(const HouseOptions&, Language, std::FILE* out);
int run_migrate(const HouseOptions&, Language, std::FILE* out);
int run_backup(const HouseOptions&, Language, std::FILE* out);
int run_restore(const HouseOptions&, Language, std::FILE* out);
int run_doctor(const HouseOptions&, Language, std::FILE* out);
int run_audit_verify(const HouseOptions&, Language, std::FILE* out);
int run_openapi(const HouseOptions&, Language, std::FILE* out);

// Prints the error and returns 1.
int failed(const Error&, Language);

}  // namespace shanqi::app
