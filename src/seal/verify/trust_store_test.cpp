#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "seal/verify/test_authority.hpp"

namespace shanqi::seal {
namespace {

using namespace testing_authority;
using Chain = TrustStore::Chain;
using Purpose = TrustStore::Purpose;
using Extensions = std::vector<std::pair<int, std::string>>;

// "trusted", or the key of the problem.
std::string verdict(const Chain& chain) {
    EXPECT_EQ(chain.trusted, !chain.problem.has_value());
    return chain.problem ? chain.problem->key : "trusted";
}

std::string check(const Party& root, const Party& signer, const std::vector<const Party*>& between = {},
                  Instant at = now, Purpose purpose = Purpose::document_signature) {
    TrustStore::Material others;
    for (const Party* one : between) others.intermediates.push_back(one->certificate());
    return verdict(
        TrustStore::create({.roots = {root.certificate()}, .intermediates = {}, .crls = {}, .ocsp_responses = {}})
            ->check(signer.certificate(), others, at, purpose));
}

Extensions extended(const std::string& usage) {
    return {{NID_key_usage, "critical,digitalSignature"}, {NID_ext_key_usage, usage}};
}

TEST(TrustStore, LeadsToARoot) {
    const Party root = make_root();
    const Party middle = make({.name = "中级CA", .extensions = authority_extensions()}, &root);
    const Party signer = make({}, &middle);
    const auto store = TrustStore::create({.roots = {root.certificate()}});
    const Chain chain =
        store->check(signer.certificate(), {.intermediates = {middle.certificate()}}, now, Purpose::document_signature);
    EXPECT_EQ(verdict(chain), "trusted");
    EXPECT_EQ(chain.revocation, Chain::Revocation::not_checked);
    EXPECT_THAT(chain.path, testing::ElementsAre(signer.certificate(), middle.certificate(), root.certificate()));
    EXPECT_EQ(check(middle, signer), "trusted") << "whoever trusts an intermediate means it";
}

TEST(TrustStore, StrangersAreNamed) {
    const Party root = make_root();
    const Party other = make_root("别的CA");
    const Party impostor = make_root();  // the same name, another key
    const Party signer = make({}, &root);
    EXPECT_EQ(check(other, signer), "verify.unknown_issuer");
    EXPECT_EQ(check(other, signer, {&root}), "verify.unknown_issuer") << "a root out of the file";
    EXPECT_THAT(check(impostor, signer), testing::AnyOf("verify.chain_failed", "verify.unknown_issuer"));
    EXPECT_EQ(check(root, make({})), "verify.self_signed");
    const Chain chain = TrustStore::create({})->check(signer.certificate(), {}, now, Purpose::document_signature);
    ASSERT_TRUE(chain.problem);
    EXPECT_THAT(chain.problem->arguments, testing::Contains(testing::Pair("issuer", "某某根CA")));
    EXPECT_THAT(chain.path, testing::ElementsAre(signer.certificate()));
}

TEST(TrustStore, ValidityIsThatOfTheInstant) {
    const Party root = make_root();
    const Party signer = make({}, &root);
    const auto store = TrustStore::create({.roots = {root.certificate()}});
    const auto at = [&](Instant instant) {
        return verdict(store->check(signer.certificate(), {}, instant, Purpose::document_signature));
    };
    for (int round = 0; round < 2; ++round) {  // the second time from what is kept
        EXPECT_EQ(at(now), "trusted");
        EXPECT_EQ(at(days(-30)), "trusted");
        EXPECT_EQ(at({days(-30).us - 1'000'000}), "verify.not_yet_valid");
        EXPECT_EQ(at(days(29)), "trusted");
        EXPECT_EQ(at({days(30).us + 1'000'000}), "verify.expired");
    }
    const Party old_root =
        make({.name = "老根", .from = days(-30), .until = days(-1), .extensions = authority_extensions()});
    EXPECT_EQ(check(old_root, make({}, &old_root)), "verify.expired") << "the root ended first";
}

TEST(TrustStore, PathLength) {
    const Party root = make_root("根", ",pathlen:0");
    const Party middle = make({.name = "中", .extensions = authority_extensions()}, &root);
    EXPECT_EQ(check(root, make({}, &middle), {&middle}), "verify.path_length");
    EXPECT_EQ(check(root, make({}, &root)), "trusted");
}

TEST(TrustStore, NameConstraints) {
    Extensions extensions = authority_extensions();
    extensions.emplace_back(NID_name_constraints, "critical,permitted;email:school.example");
    const Party root = make_root();
    const Party middle = make({.name = "中", .extensions = extensions}, &root);
    const auto signer_with = [&](const std::string& email) {
        return make(
            {.extensions = {{NID_key_usage, "critical,digitalSignature"}, {NID_subject_alt_name, "email:" + email}}},
            &middle);
    };
    EXPECT_EQ(check(root, signer_with("a@school.example"), {&middle}), "trusted");
    EXPECT_EQ(check(root, signer_with("a@other.example"), {&middle}), "verify.name_constraints");
}

TEST(TrustStore, OnlyAuthoritiesIssue) {
    const Party root = make_root();
    const Extensions no_authority = {{NID_basic_constraints, "critical,CA:FALSE"},
                                     {NID_key_usage, "critical,digitalSignature,keyCertSign"}};
    const Extensions only_key_usage = {{NID_key_usage, "critical,digitalSignature,keyCertSign"}};
    const Extensions no_cert_sign = {{NID_basic_constraints, "critical,CA:TRUE"},
                                     {NID_key_usage, "critical,digitalSignature"}};
    for (const Extensions& extensions : {no_authority, only_key_usage, no_cert_sign}) {
        const Party middle = make({.name = "中", .extensions = extensions}, &root);
        EXPECT_THAT(check(root, make({}, &middle), {&middle}),
                    testing::AnyOf("verify.key_usage", "verify.unknown_issuer"));
    }
}

TEST(TrustStore, KeyUsage) {
    const Party root = make_root();
    const auto used = [&](const Extensions& extensions, Purpose purpose = Purpose::document_signature) {
        return check(root, make({.extensions = extensions}, &root), {}, now, purpose);
    };
    EXPECT_EQ(used({{NID_key_usage, "nonRepudiation"}}), "trusted");
    EXPECT_EQ(used({}), "trusted");
    EXPECT_EQ(used({{NID_key_usage, "critical,keyEncipherment"}}), "verify.key_usage");
    EXPECT_EQ(used(extended("emailProtection")), "trusted");
    EXPECT_EQ(used(extended("1.3.6.1.5.5.7.3.36")), "trusted") << "document signing";
    EXPECT_EQ(used(extended("serverAuth")), "verify.key_usage");
    EXPECT_EQ(used(extended("critical,timeStamping")), "verify.key_usage");
    EXPECT_EQ(used(extended("critical,timeStamping"), Purpose::time_stamp), "trusted");
    EXPECT_EQ(used(extended("timeStamping"), Purpose::time_stamp), "verify.key_usage") << "not critical";
    EXPECT_EQ(used(extended("critical,timeStamping,emailProtection"), Purpose::time_stamp), "verify.key_usage");
    EXPECT_EQ(used({}, Purpose::time_stamp), "verify.key_usage");
    Extensions servers_only = authority_extensions();
    servers_only.emplace_back(NID_ext_key_usage, "serverAuth");
    const Party middle = make({.name = "中", .extensions = servers_only}, &root);
    EXPECT_EQ(check(root, make({}, &middle), {&middle}), "verify.key_usage") << "an authority for servers";
}

TEST(TrustStore, WeakChains) {
    const Party root = make_root();
    EXPECT_EQ(check(root, make({.digest = EVP_sha1()}, &root)), "verify.weak_algorithm");
    EXPECT_EQ(check(root, make({.key = rsa_key(1024)}, &root)), "verify.weak_algorithm");
}

class Revocation : public testing::Test {
protected:
    Chain chain(const std::vector<std::string>& crls, const std::vector<std::string>& responses, Instant at = now,
                bool given = false) const {
        TrustStore::Material material{.crls = crls, .ocsp_responses = responses};
        TrustStore::Material roots{.roots = {root.certificate()}};
        if (given) {
            roots.crls = crls;
            roots.ocsp_responses = responses;
            material = {};
        }
        return TrustStore::create(roots)->check(signer.certificate(), material, at, Purpose::document_signature);
    }
    // "good", "revoked", "not checked".
    std::string answer(const std::vector<std::string>& crls, const std::vector<std::string>& responses,
                       Instant at = now) const {
        const Chain embedded = chain(crls, responses, at);
        const Chain given = chain(crls, responses, at, true);
        EXPECT_EQ(embedded.revocation, given.revocation);
        EXPECT_EQ(embedded.trusted, embedded.revocation != Chain::Revocation::revoked);
        switch (embedded.revocation) {
            case Chain::Revocation::good:
                return "good";
            case Chain::Revocation::revoked:
                EXPECT_EQ(verdict(embedded), "verify.revoked");
                return "revoked";
            default:
                return "not checked";
        }
    }
    std::string crl(const std::vector<RevokedEntry>& entries, Instant made = days(-1), Instant next = days(1)) const {
        return make_crl(root, made, next, entries);
    }
    std::string ocsp(const OcspWish& wish) const { return make_ocsp(signer, root, root, wish); }

    Party root = make_root();
    Party signer = make({}, &root);
};

TEST_F(Revocation, ListsCountFromTheirDate) {
    EXPECT_EQ(answer({crl({})}, {}), "good");
    EXPECT_EQ(answer({crl({{.serial = 8, .since = days(-5)}})}, {}), "good") << "another certificate";
    EXPECT_EQ(answer({crl({{.since = days(-1)}})}, {}), "revoked");
    EXPECT_EQ(answer({crl({{.since = days(1)}}, days(1), days(2))}, {}), "good") << "revoked afterwards";
    EXPECT_EQ(answer({crl({{.since = days(1)}}, days(1), days(2))}, {}, days(1)), "revoked");
    const Chain revoked = chain({crl({{.since = days(-1)}})}, {});
    EXPECT_THAT(revoked.problem->arguments,
                testing::IsSupersetOf({testing::Pair("date", "2026-11-17"), testing::Pair("reason", "keyCompromise")}));
}

TEST_F(Revocation, ListsMustBeCurrent) {
    EXPECT_EQ(answer({crl({}, days(-3), days(-1))}, {}), "not checked") << "too old";
    EXPECT_EQ(answer({crl({{.since = days(-5)}}, days(-3), days(-1))}, {}), "revoked") << "old, but revoked stays so";
    EXPECT_EQ(
        answer({crl({{.since = days(-5), .reason = OCSP_REVOKED_STATUS_CERTIFICATEHOLD}}, days(-3), days(-1))}, {}),
        "not checked")
        << "a hold may have been lifted";
    EXPECT_EQ(answer({crl({}, days(2), days(3))}, {}), "good") << "younger than the moment";
    EXPECT_EQ(answer({crl({}, days(31), days(40))}, {}), "not checked") << "made when the certificate had expired";
}

TEST_F(Revocation, ListsMustBeTheIssuersAndSpeakOfTheCertificate) {
    const Party impostor = make_root();
    const RevokedEntry entry{.since = days(-1)};
    EXPECT_EQ(answer({make_crl(impostor, days(-1), days(1), {entry})}, {}), "not checked");
    EXPECT_EQ(answer({make_crl(root, days(-1), days(1), {entry}, {}, EVP_sha1())}, {}), "not checked");
    EXPECT_EQ(answer({"", "garbage", crl({}) + "x"}, {}), "not checked");
    const auto point = [&](const std::string& value) {
        return make_crl(root, days(-1), days(1), {}, {{NID_issuing_distribution_point, "critical," + value}});
    };
    EXPECT_EQ(answer({point("onlyuser:TRUE")}, {}), "good");
    EXPECT_EQ(answer({point("onlyCA:TRUE")}, {}), "not checked");
    EXPECT_EQ(answer({point("onlysomereasons:keyCompromise")}, {}), "not checked");
    EXPECT_EQ(answer({point("fullname:URI:http://ca.example/other.crl")}, {}), "not checked") << "another partition";
    EXPECT_EQ(answer({make_crl(root, days(-1), days(1), {}, {{NID_delta_crl, "critical,DER:020101"}})}, {}),
              "not checked");
}

TEST_F(Revocation, OcspAnswers) {
    EXPECT_EQ(answer({}, {ocsp({})}), "good");
    EXPECT_EQ(answer({}, {ocsp({.encloses_responder = false})}), "good");
    EXPECT_EQ(answer({}, {ocsp({.status = V_OCSP_CERTSTATUS_UNKNOWN})}), "not checked");
    EXPECT_EQ(answer({}, {ocsp({.status = V_OCSP_CERTSTATUS_REVOKED, .since = days(-2)})}), "revoked");
    EXPECT_EQ(answer({}, {ocsp({.status = V_OCSP_CERTSTATUS_REVOKED, .since = days(1)})}), "good");
    EXPECT_EQ(answer({}, {ocsp({.made = days(-3), .next = days(-1)})}), "not checked") << "expired";
    EXPECT_EQ(answer({}, {ocsp({.made = days(-3), .next = std::nullopt})}), "not checked") << "too old";
    EXPECT_EQ(answer({}, {ocsp({.made = now, .next = std::nullopt})}), "good");
    EXPECT_EQ(answer({crl({})}, {ocsp({.status = V_OCSP_CERTSTATUS_REVOKED, .since = days(-2)})}), "revoked")
        << "the worse one counts";
    EXPECT_EQ(answer({}, {"", "garbage", ocsp({}).substr(0, 100)}), "not checked");
    const Party other = make({.name = "别人", .serial = 9}, &root);
    EXPECT_EQ(answer({}, {make_ocsp(other, root, root)}), "not checked") << "about another certificate";
}

TEST_F(Revocation, OcspRespondersMustBeAppointed) {
    const auto by = [&](const Wish& wish, const Party* issuer) {
        return answer({}, {make_ocsp(signer, root, make(wish, issuer))});
    };
    // OpenSSL writes the clock's time as producedAt.
    const Instant from = days(-2000), until = days(20'000);
    const Extensions appointed = extended("OCSPSigning");
    const Party other_root = make_root();
    EXPECT_EQ(by({.from = from, .until = until, .extensions = appointed, .serial = 9}, &root), "good");
    EXPECT_EQ(by({.from = from, .until = until, .serial = 9}, &root), "not checked") << "no extended key usage";
    EXPECT_EQ(by({.from = from, .until = until, .extensions = appointed, .serial = 9}, &other_root), "not checked")
        << "appointed by another";
    EXPECT_EQ(by({.from = from, .until = until, .extensions = appointed, .serial = 9}, nullptr), "not checked");
    EXPECT_EQ(by({.from = from, .until = days(-1999), .extensions = appointed, .serial = 9}, &root), "not checked")
        << "expired responder";
}

TEST_F(Revocation, WhatIsKeptIsNotKeptTooLong) {
    const auto store = TrustStore::create({.roots = {root.certificate()}});
    const TrustStore::Material others{.crls = {crl({{.since = days(1)}}, days(-1), days(2))}};
    const auto at = [&](Instant instant) {
        return store->check(signer.certificate(), others, instant, Purpose::document_signature);
    };
    EXPECT_EQ(at(now).revocation, Chain::Revocation::good);
    EXPECT_EQ(at({days(1).us - 1}).revocation, Chain::Revocation::good);
    EXPECT_EQ(at(days(1)).revocation, Chain::Revocation::revoked);
    EXPECT_EQ(at(now).revocation, Chain::Revocation::good);
    EXPECT_EQ(store->check(signer.certificate(), {}, now, Purpose::document_signature).revocation,
              Chain::Revocation::not_checked)
        << "another question";
    EXPECT_EQ(verdict(store->check(signer.certificate(), others, now, Purpose::time_stamp)), "verify.key_usage");
}

TEST_F(Revocation, ManyThreadsAskOneStore) {
    const auto store = TrustStore::create({.roots = {root.certificate()}, .crls = {crl({{.since = now}})}});
    std::vector<std::string> answers(8);
    {
        std::vector<std::jthread> threads;
        threads.reserve(answers.size());
        for (std::size_t i = 0; i < answers.size(); ++i) {
            threads.emplace_back([&, i] {
                for (int round = -20; round < 20; ++round) {
                    const Chain found =
                        store->check(signer.certificate(), {}, days(round), Purpose::document_signature);
                    answers[i] += verdict(found) == (round < 0 ? "trusted" : "verify.revoked") ? '.' : 'x';
                }
            });
        }
    }
    for (const std::string& one : answers) EXPECT_EQ(one, std::string(40, '.'));
}

TEST(Certificates, AreReadFromPemAndDer) {
    const Party one = make_root("一"), two = make_root("二");
    const std::string path = testing::TempDir() + "certificates-" + std::to_string(::getpid());
    const auto pem = [](const Party& party) {
        const Bio bio(BIO_new(BIO_s_mem()));
        PEM_write_bio_X509(bio.get(), party.x509.get());
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &bytes);
        return std::string(bytes, static_cast<std::size_t>(size));
    };
    const auto read = [&](const std::string& bytes) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        return Certificate::from_file(path);
    };
    EXPECT_THAT(read("comment\n" + pem(one) + pem(two)).value(),
                testing::ElementsAre(one.certificate(), two.certificate()));
    EXPECT_THAT(read(one.der()).value(), testing::ElementsAre(one.certificate()));
    for (const std::string& bytes : {std::string(), std::string("这不是证书"), pem(one) + pem(two).substr(0, 200)}) {
        const auto certificates = read(bytes);
        ASSERT_FALSE(certificates) << bytes.size();
        EXPECT_EQ(certificates.error().key, "verify.bad_certificate");
        EXPECT_EQ(certificates.error().place.file, path);
    }
    std::remove(path.c_str());
    EXPECT_EQ(Certificate::from_file(path).error().key, "file.not_found");
}

}  // namespace
}  // namespace shanqi::seal
