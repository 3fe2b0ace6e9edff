#include <gmock/gmock.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
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

// A certificate of any kind, for the files that other people's tools make.
struct Made {
    Key key;
    X509Handle certificate;
};

Made make(Key key, const char* usage, const Made* issuer = nullptr, const char* name = "某某机构") {
    Made made{std::move(key), X509Handle(X509_new())};
    X509* certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
    ASN1_TIME_set(X509_getm_notBefore(certificate), (now.us - day.us) / 1'000'000);
    ASN1_TIME_set(X509_getm_notAfter(certificate), (now.us + day.us) / 1'000'000);
    X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(certificate,
                         X509_get_subject_name(issuer != nullptr ? issuer->certificate.get() : certificate));
    X509_set_pubkey(certificate, made.key.get());
    for (const auto& [nid, value] : {std::pair{NID_basic_constraints, "CA:TRUE"}, std::pair{NID_key_usage, usage}}) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(certificate, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256());
    return made;
}

Key p256() { return Key(EVP_EC_gen("P-256")); }

std::string as_pkcs12(const Made& made, const std::vector<const Made*>& chain = {}, int key_cipher = NID_aes_256_cbc,
                      int certificate_cipher = NID_aes_256_cbc) {
    const Certificates others(sk_X509_new_null());
    for (const Made* one : chain) {
        X509_up_ref(one->certificate.get());
        sk_X509_push(others.get(), one->certificate.get());
    }
    const Pkcs12 p12(PKCS12_create(std::string(password).c_str(), "x", made.key.get(), made.certificate.get(),
                                   others.get(), key_cipher, certificate_cipher, 2048, 2048, 0));
    return to_der(i2d_PKCS12, p12.get());
}

class OtherPeoplesKeys : public SigningKeyTest {
protected:
    Result<std::shared_ptr<const SigningKey>> open_bytes(const std::string& bytes,
                                                         std::string_view with = password) const {
        std::ofstream(folder / "other.p12", std::ios::binary) << bytes;
        return SigningKey::open(folder / "other.p12", with, now);
    }
    std::string error_of(const std::string& bytes, std::string_view with = password) const {
        const auto key = open_bytes(bytes, with);
        return key ? "opened" : key.error().key;
    }
};

TEST_F(SigningKeyTest, SignedAttributesAreThoseOfPades) {
    ASSERT_TRUE(create_trial_key(request()));
    const auto der = open()->sign_cms(sha256("内容"));
    ASSERT_TRUE(der);
    const Cms cms = parse(*der);
    ASSERT_NE(cms, nullptr);
    // OpenSSL sorts and encodes again: the same bytes, so ours are DER.
    EXPECT_EQ(to_der(i2d_CMS_ContentInfo, cms.get()), *der);
    STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms.get());
    ASSERT_EQ(sk_CMS_SignerInfo_num(signers), 1);
    const CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(signers, 0);
    const auto has = [signer](int nid) { return CMS_signed_get_attr_by_NID(signer, nid, -1) >= 0; };
    EXPECT_TRUE(has(NID_pkcs9_contentType));
    EXPECT_TRUE(has(NID_pkcs9_messageDigest));
    EXPECT_TRUE(has(NID_id_smime_aa_signingCertificateV2));
    EXPECT_FALSE(has(NID_pkcs9_signingTime));
    EXPECT_EQ(CMS_unsigned_get_attr_count(signer), -1);
    STACK_OF(X509)* embedded = CMS_get1_certs(cms.get());
    EXPECT_EQ(sk_X509_num(embedded), 1) << "the root stays out";
    release_certificates(embedded);
}

TEST_F(SigningKeyTest, SigningCertificateIsChecked) {
    // CMS_CADES makes OpenSSL compare signing-certificate-v2 with the chain.
    ASSERT_TRUE(create_trial_key(request()));
    const std::string content = "内容";
    const auto der = open()->sign_cms(sha256(content));
    const Cms cms = parse(*der);
    const Store store = store_with(ca(), now);
    const Bio data(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
    EXPECT_EQ(CMS_verify(cms.get(), nullptr, store.get(), data.get(), nullptr, CMS_BINARY | CMS_DETACHED | CMS_CADES),
              1);
}

TEST_F(SigningKeyTest, ManyThreadsSignWithOneKey) {
    ASSERT_TRUE(create_trial_key(request()));
    const auto key = open();
    std::vector<std::string> signatures(8);
    {
        std::vector<std::jthread> threads;
        threads.reserve(signatures.size());
        for (std::size_t i = 0; i < signatures.size(); ++i)
            threads.emplace_back([&, i] {
                for (int n = 0; n < 20; ++n) signatures[i] = key->sign_cms(sha256(std::to_string(i))).value_or("");
            });
    }
    for (std::size_t i = 0; i < signatures.size(); ++i) EXPECT_TRUE(verifies(signatures[i], std::to_string(i), ca()));
}

TEST_F(SigningKeyTest, KeyFileIsForTheOwnerOnlyAndNeverOverwritten) {
    ASSERT_TRUE(create_trial_key(request()));
    struct stat status{};
    ASSERT_EQ(::stat(p12().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600);
    const auto before = read_file(p12(), 1 << 20);
    const auto again = create_trial_key(request());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().key, "seal.key_exists");
    EXPECT_EQ(read_file(p12(), 1 << 20), before);
    fs::remove(p12());
    EXPECT_FALSE(create_trial_key(request())) << "a ca.pem alone is not replaced either";
    EXPECT_FALSE(fs::exists(p12()));
    for (const auto& entry : fs::directory_iterator(p12().parent_path())) EXPECT_EQ(entry.path().filename(), "ca.pem");
}

TEST_F(SigningKeyTest, RefusesNamesAndPasswordsThatCannotBeUsed) {
    for (const char* name : {"", "　 ", "\xff\xfe"}) {
        NewKey bad = request();
        bad.name = name;
        EXPECT_EQ(create_trial_key(bad).error().key, "seal.empty_name");
    }
    NewKey bad = request();
    for (int i = 0; i < 65; ++i) bad.name += "某";
    EXPECT_EQ(create_trial_key(bad).error().key, "seal.certificate_name_too_long");
    bad = request();
    bad.password = "";
    EXPECT_EQ(create_trial_key(bad).error().key, "seal.bad_password");
    EXPECT_FALSE(fs::exists(p12()));
}

TEST_F(SigningKeyTest, LongNamesFitTheCertificates) {
    NewKey longest = request();
    longest.name.clear();
    for (int i = 0; i < 64; ++i) longest.name += "某";
    ASSERT_TRUE(create_trial_key(longest));
    EXPECT_EQ(open()->subject_name(), longest.name);
}

TEST_F(SigningKeyTest, WrongPasswordIsNotABrokenFile) {
    ASSERT_TRUE(create_trial_key(request()));
    EXPECT_EQ(SigningKey::open(p12(), "wrong", now).error().key, "seal.wrong_password");
    EXPECT_EQ(SigningKey::open(p12(), "", now).error().key, "seal.wrong_password");
    EXPECT_EQ(SigningKey::open(folder / "none.p12", password, now).error().key, "file.not_found");
    std::string bytes = *read_file(p12(), 1 << 20);
    for (const std::string& broken : {bytes.substr(0, bytes.size() / 2), std::string(), std::string("这不是密钥")}) {
        std::ofstream(folder / "broken.p12", std::ios::binary) << broken;
        const auto key = SigningKey::open(folder / "broken.p12", password, now);
        ASSERT_FALSE(key);
        EXPECT_EQ(key.error().key, "seal.not_pkcs12");
        EXPECT_THAT(key.error().place.file, HasSubstr("broken.p12"));
    }
}

TEST_F(SigningKeyTest, DamagedFilesAreRefusedWithoutACrash) {
    ASSERT_TRUE(create_trial_key(request()));
    const std::string bytes = *read_file(p12(), 1 << 20);
    for (std::size_t at = 0; at < bytes.size(); at += 97) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        std::ofstream(folder / "damaged.p12", std::ios::binary | std::ios::trunc) << damaged;
        EXPECT_FALSE(SigningKey::open(folder / "damaged.p12", password, now)) << at;
    }
}

TEST_F(SigningKeyTest, ValidityIsCheckedAtTheGivenInstant) {
    ASSERT_TRUE(create_trial_key(request()));
    const Instant late{now.us + 1096 * day.us};
    const auto expired = SigningKey::open(p12(), password, late);
    ASSERT_FALSE(expired);
    EXPECT_EQ(expired.error().key, "seal.certificate_expired");
    EXPECT_THAT(expired.error().arguments, testing::Contains(testing::Pair("until", "2029-11-17")));
    const auto early = SigningKey::open(p12(), password, Instant{now.us - day.us});
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().key, "seal.certificate_not_yet_valid");
    EXPECT_THAT(early.error().arguments, testing::Contains(testing::Pair("from", "2026-11-18")));
    EXPECT_TRUE(SigningKey::open(p12(), password, Instant{now.us + 1094 * day.us}));
}

TEST_F(OtherPeoplesKeys, OrdinaryCertificateIsNotForTrial) {
    const auto key = open_bytes(as_pkcs12(make(p256(), "digitalSignature")));
    ASSERT_TRUE(key);
    EXPECT_FALSE((*key)->is_trial());
    EXPECT_EQ((*key)->subject_name(), "某某机构");
    EXPECT_EQ((*key)->fingerprint().size(), 64u);
}

TEST_F(OtherPeoplesKeys, P384Signs) {
    const auto key = open_bytes(as_pkcs12(make(Key(EVP_EC_gen("P-384")), "nonRepudiation")));
    ASSERT_TRUE(key);
    EXPECT_EQ((*key)->algorithm(), "P-384");
    EXPECT_LE((*key)->sign_cms(sha256("x")).value().size(), (*key)->cms_bytes_max());
}

TEST_F(OtherPeoplesKeys, ChainGoesAlongWithoutRootAndStrangers) {
    const Made root = make(p256(), "keyCertSign", nullptr, "根");
    const Made middle = make(p256(), "keyCertSign", &root, "中");
    const Made stranger = make(p256(), "keyCertSign", nullptr, "旁");
    const Made signer = make(p256(), "digitalSignature", &middle);
    const auto key = open_bytes(as_pkcs12(signer, {&stranger, &root, &middle}));
    ASSERT_TRUE(key);
    const Cms cms = parse((*key)->sign_cms(sha256("x")).value());
    STACK_OF(X509)* embedded = CMS_get1_certs(cms.get());
    ASSERT_EQ(sk_X509_num(embedded), 2);
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(X509_cmp(sk_X509_value(embedded, i), signer.certificate.get()) == 0 ||
                    X509_cmp(sk_X509_value(embedded, i), middle.certificate.get()) == 0);
    release_certificates(embedded);
}

TEST_F(OtherPeoplesKeys, OldCiphersOpen) {
    OSSL_PROVIDER* legacy = OSSL_PROVIDER_load(nullptr, "legacy");
    OSSL_PROVIDER* standard = OSSL_PROVIDER_load(nullptr, "default");
    const Made made = make(p256(), "digitalSignature");
    constexpr int triple_des_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
    const std::string triple_des = as_pkcs12(made, {}, triple_des_nid, triple_des_nid);
    // What Windows and OpenSSL 1 wrote: the certificates under 40 bits of RC2.
    const std::string rc2 =
        legacy != nullptr ? as_pkcs12(made, {}, triple_des_nid, NID_pbe_WithSHA1And40BitRC2_CBC) : triple_des;
    if (legacy != nullptr) OSSL_PROVIDER_unload(legacy);
    OSSL_PROVIDER_unload(standard);
    EXPECT_EQ(error_of(triple_des), "opened");
    EXPECT_EQ(error_of(triple_des, "wrong"), "seal.wrong_password");
    EXPECT_EQ(error_of(rc2), "opened");
}

TEST_F(OtherPeoplesKeys, WeakAndUnsuitableKeysAreRefused) {
    EXPECT_EQ(error_of(as_pkcs12(make(Key(EVP_RSA_gen(1024u)), "digitalSignature"))), "seal.weak_key");
    EXPECT_EQ(error_of(as_pkcs12(make(p256(), "keyAgreement"))), "seal.key_usage");
    EXPECT_EQ(error_of(as_pkcs12(make(Key(EVP_EC_gen("secp256k1")), "digitalSignature"))), "seal.unsupported_key");
}

TEST_F(OtherPeoplesKeys, FilesThatLackAPartAreRefused) {
    const Made one = make(p256(), "digitalSignature");
    const Made other = make(p256(), "digitalSignature");
    const auto build = [](EVP_PKEY* key, X509* certificate) {
        STACK_OF(PKCS12_SAFEBAG)* bags = nullptr;
        if (certificate != nullptr) PKCS12_add_cert(&bags, certificate);
        if (key != nullptr) PKCS12_add_key(&bags, key, 0, 2048, NID_aes_256_cbc, std::string(password).c_str());
        STACK_OF(PKCS7)* safes = nullptr;
        PKCS12_add_safe(&safes, bags, -1, 0, nullptr);
        const Pkcs12 p12(PKCS12_add_safes(safes, 0));
        PKCS12_set_mac(p12.get(), std::string(password).c_str(), -1, nullptr, 0, 2048, EVP_sha256());
        sk_PKCS7_pop_free(safes, PKCS7_free);
        sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
        return to_der(i2d_PKCS12, p12.get());
    };
    EXPECT_EQ(error_of(build(nullptr, one.certificate.get())), "seal.no_private_key");
    EXPECT_EQ(error_of(build(one.key.get(), nullptr)), "seal.no_certificate");
    EXPECT_EQ(error_of(build(one.key.get(), other.certificate.get())), "seal.key_mismatch");
    EXPECT_EQ(error_of(build(one.key.get(), one.certificate.get())), "opened");
}

// Found by Schemathesis: a PKCS #12 friendly name cannot hold them, a certificate can.
TEST(TrialKey, NamesWithRareCharactersAreMadeAndControlCharactersRefused) {
    const auto make = [](std::string name) {
        return make_trial_key({.name = std::move(name), .folder = {}, .password = "pw", .now = system_clock().now()});
    };
    EXPECT_TRUE(make("𠮷𫝆公益服务中心"));
    for (const char* hostile : {"某某\x06中心", "某某\xC2\x92中心", "某某\n中心"}) {
        const auto made = make(hostile);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().key, "seal.empty_name");
    }
}

}  // namespace
}  // namespace shanqi::seal
