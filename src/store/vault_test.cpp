#include "store/vault.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "store/master_key.hpp"
#include "store/test_database.hpp"

namespace shanqi::store {
namespace {

namespace fs = std::filesystem;

class VaultTest : public testing::TestWithParam<Dialect> {
protected:
    VaultTest() {
        for (const OrgId& org : {ours_, theirs_}) {
            TestDatabase::checked(
                database_.write([&](Writer& writer) -> Result<> { return vault_->create_key(writer, org); }));
        }
    }
    TestDatabase test_{GetParam()};
    Database& database_ = test_.database();
    const MasterKey master_{random_bytes(32)};
    std::unique_ptr<Vault> vault_ = make_vault(database_, system_clock(), master_);
    const OrgId ours_ = OrgId::make(system_clock()), theirs_ = OrgId::make(system_clock());
};
INSTANTIATE_TEST_SUITE_P(Databases, VaultTest, testing::ValuesIn(test_dialects()), dialect_name);

TEST_P(VaultTest, ValuesOpenInTheirPlaceOnly) {
    const std::string sealed = vault_->seal(ours_, "directory.people.phone:1", "19900001234").value();
    EXPECT_TRUE(sealed.starts_with("v1.")) << sealed;
    EXPECT_EQ(sealed.find("1990000"), std::string::npos);
    EXPECT_EQ(vault_->open(ours_, "directory.people.phone:1", sealed).value(), "19900001234");
    EXPECT_EQ(vault_->open(ours_, "directory.people.phone:2", sealed).error().key, "vault.damaged");
    EXPECT_EQ(vault_->open(theirs_, "directory.people.phone:1", sealed).error().key, "vault.damaged");
    for (std::size_t i = 0; i < sealed.size(); i++) {
        std::string changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(vault_->open(ours_, "directory.people.phone:1", changed)) << i;
    }
    EXPECT_NE(vault_->seal(ours_, "directory.people.phone:1", "19900001234").value(), sealed);
    EXPECT_EQ(vault_->seal(OrgId::make(system_clock()), "x", "y").error().key, "vault.no_key");
}

TEST_P(VaultTest, EqualValuesAreFoundWithinOneUseOfOneOrganisation) {
    const std::string index = vault_->blind_index(ours_, "directory.phone", "19900001234").value();
    EXPECT_EQ(index.size(), 22U);
    EXPECT_EQ(vault_->blind_index(ours_, "directory.phone", "19900001234").value(), index);
    EXPECT_NE(vault_->blind_index(ours_, "directory.phone", "19900001235").value(), index);
    EXPECT_NE(vault_->blind_index(ours_, "directory.email", "19900001234").value(), index);
    EXPECT_NE(vault_->blind_index(theirs_, "directory.phone", "19900001234").value(), index);
}

TEST_P(VaultTest, AKeyThatWasRolledBackSealsNothing) {
    const OrgId org = OrgId::make(system_clock());
    const auto result = database_.write([&](Writer& writer) -> Result<> {
        TRY_DO(vault_->create_key(writer, org));
        return fail(ErrorKind::invalid, "accounts.bad_name");
    });
    ASSERT_FALSE(result);
    EXPECT_EQ(vault_->seal(org, "x", "y").error().key, "vault.no_key");
}

TEST_P(VaultTest, AnotherMasterKeyIsToldAndOpensNothing) {
    ASSERT_TRUE(check_master_key(database_, system_clock(), master_));
    ASSERT_TRUE(check_master_key(database_, system_clock(), master_));
    const MasterKey other{random_bytes(32)};
    EXPECT_EQ(check_master_key(database_, system_clock(), other).error().key, "vault.wrong_master_key");
    EXPECT_EQ(make_vault(database_, system_clock(), other)->seal(ours_, "x", "y").error().key, "vault.damaged");
}

TEST_P(VaultTest, TheMasterKeyIsRotatedAndTheOldOneOpensNothing) {
    ASSERT_TRUE(check_master_key(database_, system_clock(), master_));
    const std::string sealed = vault_->seal(ours_, "x", "某某").value();
    const MasterKey fresh{random_bytes(32)}, wrong{random_bytes(32)};
    EXPECT_EQ(rotate_master_key(database_, wrong, fresh).error().key, "vault.wrong_master_key");
    EXPECT_TRUE(check_master_key(database_, system_clock(), master_));
    EXPECT_EQ(rotate_master_key(database_, master_, fresh).value(), 3);
    EXPECT_EQ(check_master_key(database_, system_clock(), master_).error().key, "vault.wrong_master_key");
    EXPECT_TRUE(check_master_key(database_, system_clock(), fresh));
    EXPECT_EQ(make_vault(database_, system_clock(), fresh)->open(ours_, "x", sealed).value(), "某某");
    EXPECT_FALSE(make_vault(database_, system_clock(), master_)->open(ours_, "x", sealed));
    EXPECT_EQ(vault_->open(ours_, "x", sealed).value(), "某某");  // who runs goes on
}

TEST_P(VaultTest, FilesOfEverySizeAndNothingOfADamagedOne) {
    const std::string plain = test_.folder() / "plain", sealed = test_.folder() / "sealed",
                      opened = test_.folder() / "opened";
    const auto put = [](const std::string& path, std::string_view bytes) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    };
    const auto get = [](const std::string& path) { return read_file(path, 1U << 24U).value(); };
    for (const std::size_t size : {0UL, 1UL, 65'535UL, 65'536UL, 65'537UL, 131'072UL, 200'000UL}) {
        const std::string bytes = random_bytes(size);
        put(plain, bytes);
        ASSERT_TRUE(vault_->seal_file(ours_, "documents.file:1", plain, sealed));
        const std::string whole = get(sealed);
        ASSERT_TRUE(vault_->open_file(ours_, "documents.file:1", sealed, opened));
        EXPECT_EQ(get(opened), bytes) << size;
        fs::remove(opened);
        const auto refused = [&](const std::string& changed, const char* what) {
            put(sealed, changed);
            const auto result = vault_->open_file(ours_, "documents.file:1", sealed, opened);
            EXPECT_FALSE(result) << what << " of " << size;
            EXPECT_FALSE(fs::exists(opened)) << what << " of " << size;
        };
        constexpr std::size_t head = 38, piece = 65'536 + 16;
        refused(whole.substr(0, whole.size() - 1), "a byte less");
        refused(whole + "x", "a byte more");
        refused(whole.substr(0, head), "the head alone");
        refused("", "nothing");
        if (whole.size() > head + piece) {
            refused(whole.substr(0, head + piece), "cut at the end of a piece");
            std::string twice = whole;
            twice.insert(head, whole.substr(head, piece));
            refused(twice, "a piece twice");
        }
        if (whole.size() == head + 2 * piece) {
            refused(whole.substr(0, head) + whole.substr(head + piece) + whole.substr(head, piece), "pieces exchanged");
        }
        std::string changed = whole;
        changed[whole.size() / 2] = static_cast<char>(changed[whole.size() / 2] ^ 1);
        refused(changed, "a bit");
        put(sealed, whole);
        EXPECT_FALSE(vault_->open_file(ours_, "documents.file:2", sealed, opened));
        EXPECT_FALSE(vault_->open_file(theirs_, "documents.file:1", sealed, opened));
    }
    std::set<std::string> left;
    for (const auto& entry : fs::directory_iterator(test_.folder())) left.insert(entry.path().extension().string());
    EXPECT_FALSE(left.contains(".part"));
}

class MasterKeyTest : public testing::Test {
protected:
    MasterKeyTest() { fs::create_directories(data()); }
    ~MasterKeyTest() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    fs::path data() const { return folder_ / "data"; }
    MasterKeySource with_passphrase(const std::string& text) {
        return {.data_folder = data(), .passphrase = [this, text](bool first) -> Result<std::string> {
                    asked_first_ = first;
                    return text;
                }};
    }
    const fs::path folder_ = fs::temp_directory_path() / ("shanqi_key_" + hex(random_bytes(8)));
    bool asked_first_ = false;
};

TEST_F(MasterKeyTest, AFileOutsideTheDataFolderThatOnlyItsOwnerReads) {
    const fs::path file = folder_ / "master.key";
    const MasterKey key = create_key_file(file, data()).value();
    EXPECT_EQ(key.bytes.size(), 32U);
    EXPECT_EQ(load_master_key({.data_folder = data(), .key_file = file})->bytes, key.bytes);
    EXPECT_EQ(create_key_file(file, data()).error().key, "vault.key_file_exists");
    for (const mode_t mode : {0644U, 0640U, 0604U, 0620U}) {
        ASSERT_EQ(::chmod(file.c_str(), mode), 0);
        EXPECT_EQ(load_master_key({.data_folder = data(), .key_file = file}).error().key, "vault.key_file_readable");
    }
}

TEST_F(MasterKeyTest, NeverInTheDataFolder) {
    EXPECT_EQ(create_key_file(data() / "master.key", data()).error().key, "vault.key_file_in_data_folder");
    const MasterKey key = create_key_file(folder_ / "master.key", data()).value();
    fs::create_directories(data() / "deep");
    fs::copy_file(folder_ / "master.key", data() / "deep" / "key");
    EXPECT_EQ(load_master_key({.data_folder = data(), .key_file = data() / "deep" / "key"}).error().key,
              "vault.key_file_in_data_folder");
    fs::create_directory_symlink(data() / "deep", folder_ / "elsewhere");
    EXPECT_EQ(load_master_key({.data_folder = data(), .key_file = folder_ / "elsewhere" / "key"}).error().key,
              "vault.key_file_in_data_folder");
}

TEST_F(MasterKeyTest, ASystemdCredentialComesFirst) {
    const fs::path credentials = folder_ / "credentials";
    fs::create_directories(credentials);
    std::ofstream(credentials / "shanqi-master-key") << std::string(64, 'a') << "\n";
    const MasterKeySource source{
        .data_folder = data(), .credentials_folder = credentials.string(), .key_file = folder_ / "not there"};
    EXPECT_EQ(hex(load_master_key(source)->bytes), std::string(64, 'a'));
    std::ofstream(credentials / "shanqi-master-key") << std::string(64, 'z') << "\n";
    EXPECT_EQ(load_master_key(source).error().key, "vault.bad_key_file");
    EXPECT_EQ(load_master_key({.data_folder = data()}).error().key, "vault.no_master_key");
}

TEST_F(MasterKeyTest, APassphraseIsDerivedAndAWrongOneIsTold) {
    EXPECT_EQ(load_master_key(with_passphrase("short")).error().key, "vault.short_passphrase");
    const MasterKey key = load_master_key(with_passphrase("一个 很长 的 启动 口令")).value();
    EXPECT_TRUE(asked_first_);
    EXPECT_EQ(key.bytes.size(), 32U);
    EXPECT_EQ(load_master_key(with_passphrase("一个 很长 的 启动 口令"))->bytes, key.bytes);
    EXPECT_FALSE(asked_first_);
    EXPECT_EQ(load_master_key(with_passphrase("另一个 很长 的 启动 口令")).error().key, "vault.wrong_passphrase");
    const std::string kept = read_file(data() / "master_key.json", 4096).value();
    EXPECT_EQ(kept.find(hex(key.bytes)), std::string::npos);
    EXPECT_EQ(kept.find(base64url(key.bytes)), std::string::npos);
    // Whoever can write to the data folder must not make the derivation cheap.
    std::string cheap = kept;
    cheap.replace(cheap.find("65536"), 5, "8");
    std::ofstream(data() / "master_key.json", std::ios::trunc) << cheap;
    EXPECT_EQ(load_master_key(with_passphrase("一个 很长 的 启动 口令")).error().key, "vault.bad_passphrase_file");
}

}  // namespace
}  // namespace shanqi::store
