#include <gmock/gmock.h>
#include <openssl/cms.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "base/files.hpp"
#include "seal/openssl_handles.hpp"
#include "seal/seal.hpp"

namespace shanqi::seal {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr Instant now{1'795'000'000'000'000};  // 2026-11-18
constexpr Instant day{86'400'000'000};
constexpr std::string_view password = "四个词 battery";
constexpr std::string_view organisation = "某市某某公益服务中心";

class SigningKeyTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "seal-test-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
    }
    void TearDown() override { fs::remove_all(folder); }

    NewKey request(KeyAlgorithm algorithm = KeyAlgorithm::p256) const {
        return {std::string(organisation), folder / "new" / "key", std::string(password), algorithm, now};
    }
    fs::path p12() const { return folder / "new" / "key" / "seal.p12"; }
    fs::path ca() const { return folder / "new" / "key" / "ca.pem"; }
    std::shared_ptr<const SigningKey> open() const {
        auto key = SigningKey::open(p12(), password, now);
        EXPECT_TRUE(key.has_value()) << (key ? "" : key.error().key);
        return key.value_or(nullptr);
    }

    fs::path folder;
};

using Cms = std::unique_ptr<CMS_ContentInfo, Releaser<CMS_ContentInfo_free>>;
using Store = std::unique_ptr<X509_STORE, Releaser<X509_STORE_free>>;

Cms parse(const std::string& der) {
    const unsigned char* at = bytes_of(der);
    Cms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
    EXPECT_EQ(at, bytes_of(der) + der.size()) << "bytes after the ContentInfo";
    return cms;
}

Store store_with(const fs::path& pem, Instant at) {
    Store store(X509_STORE_new());
    EXPECT_EQ(X509_STORE_load_file(store.get(), pem.c_str()), 1);
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), at.us / 1'000'000);
    return store;
}

bool verifies(const std::string& der, std::string_view content, const fs::path& ca) {
    const Cms cms = parse(der);
    if (cms == nullptr) return false;
    const Store store = store_with(ca, now);
    const Bio data(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
    return CMS_verify(cms.get(), nullptr, store.get(), data.get(), nullptr, CMS_BINARY | CMS_DETACHED) == 1;
}

class EveryAlgorithm : public SigningKeyTest,
                       public testing::WithParamInterface<std::pair<KeyAlgorithm, const char*>> {};

TEST_P(EveryAlgorithm, SignaturesVerifyUnderTheTrialCa) {
    ASSERT_TRUE(create_trial_key(request(GetParam().first)));
    const auto key = open();
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(key->algorithm(), GetParam().second);
    EXPECT_EQ(key->subject_name(), organisation);
    EXPECT_TRUE(key->is_trial());
    for (const std::string content : {"", "内容", "another"}) {
        const auto der = key->sign_cms(sha256(content));
        ASSERT_TRUE(der);
        EXPECT_LE(der->size(), key->cms_bytes_max());
        EXPECT_TRUE(verifies(*der, content, ca()));
        EXPECT_FALSE(verifies(*der, content + "x", ca()));
    }
}

INSTANTIATE_TEST_SUITE_P(Keys, EveryAlgorithm,
                         testing::Values(std::pair{KeyAlgorithm::p256, "P-256"},
                                         std::pair{KeyAlgorithm::rsa2048, "RSA-2048"},
                                         std::pair{KeyAlgorithm::rsa3072, "RSA-3072"}));

}  // namespace
}  // namespace shanqi::seal
