// For the tests of the whole program: an installation in a folder of its own, on either database. Only *_test.cpp
// include this.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/server/installation.hpp"
#include "app/server/settings.hpp"
#include "modules/accounts/accounts.hpp"
#include "store/master_key.hpp"
#include "store/test_database.hpp"

namespace shanqi::app {

class TestInstallation {
public:
    explicit TestInstallation(store::Dialect dialect) : database_(dialect) {
        using store::TestDatabase;
        database_.close();
        const std::filesystem::path folder = database_.folder();
        TestDatabase::checked(store::create_key_file(folder / "master.key", folder / "data"));
        SettingsInputs inputs;
        inputs.flags = {{"data", (folder / "data").string(), ""},
                        {"database", database_.options().url, ""},
                        {"master_key.file", (folder / "master.key").string(), ""},
                        {"messages.file", (folder / "messages.jsonl").string(), ""}};
        config_ = std::make_unique<Config>(TestDatabase::checked(load_settings(inputs)));
        installation_ = TestDatabase::checked(Installation::open(*config_, {.create = true, .may_migrate = true}));
    }
    Installation& operator*() { return *installation_; }
    Installation* operator->() { return installation_.get(); }
    const Config& config() const { return *config_; }
    const std::filesystem::path& folder() const { return database_.folder(); }

    // An organisation with an owner of its own.
    struct Office {
        OrgId org;
        AccountId owner;
    };
    Office office(const std::string& name) {
        using store::TestDatabase;
        house::House& house = installation_->house();
        const AccountId owner = TestDatabase::checked(accounts::create_account(
            house, {.name = "某某", .email = name + "@example.org", .password = "long enough " + name}));
        const OrgId org = TestDatabase::checked(
            accounts::create_organisation(house, {.name = name + "公益服务中心", .short_name = name}, owner));
        return {org, owner};
    }

private:
    store::TestDatabase database_;
    std::unique_ptr<Config> config_;
    std::unique_ptr<Installation> installation_;
};

}  // namespace shanqi::app
