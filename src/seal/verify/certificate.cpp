#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>
#include <limits>
#include <map>
#include <mutex>

#include "base/files.hpp"
#include "base/text.hpp"
#include "seal/trial_policy.hpp"
#include "seal/verify/open_certificate.hpp"

namespace shanqi::seal {
namespace {

constexpr std::size_t certificate_bytes_max = 128U << 10U;
constexpr std::uint64_t certificate_file_bytes_max = 4U << 20U;
constexpr std::size_t cached_certificates_max = 1024;
constexpr std::size_t cached_certificate_bytes_max = 8U << 10U;  // hostile ones are larger, and would fill the memory

std::unexpected<Error> bad_certificate() { return fail(ErrorKind::invalid, "verify.bad_certificate"); }

// Whoever writes a certificate chooses the name, and people read it on a terminal: no control characters, nothing that
// turns the direction of the text around or hides in it.
std::string printable(std::string_view utf8) {
    std::u32string text = to_utf32(utf8);
    for (char32_t& c : text) {
        const bool hidden = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
                            (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
        if (hidden) c = U'\uFFFD';
    }
    return to_utf8(text);
}

std::string name_entry(const X509_NAME* name, int nid) {
    const int index = X509_NAME_get_index_by_NID(name, nid, -1);
    if (index < 0) return {};
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (size < 0) return {};
    std::string out = printable({reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size)});
    OPENSSL_free(utf8);
    return out;
}

std::string organisation_or_person(const X509_NAME* name) {
    std::string out = name_entry(name, NID_organizationName);
    return out.empty() ? name_entry(name, NID_commonName) : out;
}

bool has_trial_policy(const X509* certificate) {
    using Policies = std::unique_ptr<CERTIFICATEPOLICIES, Releaser<CERTIFICATEPOLICIES_free>>;
    const Policies policies(
        static_cast<CERTIFICATEPOLICIES*>(X509_get_ext_d2i(certificate, NID_certificate_policies, nullptr, nullptr)));
    for (int i = 0; policies != nullptr && i < sk_POLICYINFO_num(policies.get()); ++i) {
        char dotted[128] = "";
        OBJ_obj2txt(dotted, sizeof dotted, sk_POLICYINFO_value(policies.get(), i)->policyid, 1);
        if (std::string_view(dotted) == trial_policy_oid) return true;
    }
    return false;
}

// One signer's certificates come back with every document of a batch; to parse one costs more than to hash it.
class CertificateCache {
public:
    std::shared_ptr<const OpenCertificate> find(const Sha256& digest) const {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(digest);
        return found == known_.end() ? nullptr : found->second;
    }
    void keep(const std::shared_ptr<const OpenCertificate>& certificate) {
        const std::lock_guard lock(mutex_);
        if (known_.size() >= cached_certificates_max) known_.clear();
        known_.emplace(certificate->digest(), certificate);
    }

private:
    mutable std::mutex mutex_;
    std::map<Sha256, std::shared_ptr<const OpenCertificate>> known_;
};

}  // namespace

Result<Instant> instant_of(const ASN1_TIME* time) {
    std::tm civil{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &civil) != 1) return bad_certificate();
    return Instant{static_cast<std::int64_t>(timegm(&civil)) * 1'000'000};
}

std::shared_ptr<const OpenCertificate> OpenCertificate::parse(std::string_view der, const Sha256& digest) {
    const unsigned char* at = bytes_of(der);
    X509Handle x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (x509 == nullptr || at != bytes_of(der) + der.size() || X509_get0_pubkey(x509.get()) == nullptr) return nullptr;
    const Result<Instant> not_before = instant_of(X509_get0_notBefore(x509.get()));
    const Result<Instant> not_after = instant_of(X509_get0_notAfter(x509.get()));
    // Reads all extensions, once; -1: for no purpose in particular.
    if (!not_before || !not_after || X509_check_purpose(x509.get(), -1, 0) != 1) return nullptr;

    std::shared_ptr<OpenCertificate> out(new OpenCertificate());
    out->der_ = der;
    out->digest_ = digest;
    const X509_NAME* issuer = X509_get_issuer_name(x509.get());
    const X509_NAME* subject = X509_get_subject_name(x509.get());
    out->issuer_ = to_der(i2d_X509_NAME, issuer);
    const std::string serial = to_der(i2d_ASN1_INTEGER, X509_get0_serialNumber(x509.get()));
    out->serial_ = serial.substr(2);  // RFC 5280, 4.1.2.2: at most 20 octets; a longer one matches nothing
    out->subject_name_ = organisation_or_person(subject);
    out->common_name_ = name_entry(subject, NID_commonName);
    out->issuer_name_ = organisation_or_person(issuer);
    out->not_before_ = *not_before;
    out->not_after_ = *not_after;
    out->is_trial_ = has_trial_policy(x509.get());
    out->x509_ = std::move(x509);
    return out;
}

bool OpenCertificate::is_issued_as(std::string_view name, std::string_view serial) const {
    if (serial != serial_) return false;
    if (name == issuer_) return true;
    // The same name with other string types or capitals (RFC 5280, 7.1).
    const unsigned char* at = bytes_of(name);
    const std::unique_ptr<X509_NAME, Releaser<X509_NAME_free>> parsed(
        d2i_X509_NAME(nullptr, &at, static_cast<long>(name.size())));
    const bool same = parsed != nullptr && at == bytes_of(name) + name.size() &&
                      X509_NAME_cmp(parsed.get(), X509_get_issuer_name(x509_.get())) == 0;
    ERR_clear_error();
    return same;
}

bool OpenCertificate::has_key_identifier(std::string_view identifier) const {
    const ASN1_OCTET_STRING* own = X509_get0_subject_key_id(x509_.get());
    return own != nullptr && identifier == std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(own)),
                                                            static_cast<std::size_t>(ASN1_STRING_length(own)));
}

Result<CertificatePtr> Certificate::from_der(std::string_view der) {
    static CertificateCache cache;
    if (der.size() > certificate_bytes_max) return bad_certificate();
    const Sha256 digest = sha256(der);
    if (auto known = cache.find(digest)) return known;
    auto certificate = OpenCertificate::parse(der, digest);
    ERR_clear_error();
    if (certificate == nullptr) return bad_certificate();
    if (der.size() <= cached_certificate_bytes_max) cache.keep(certificate);
    return certificate;
}

Result<std::vector<CertificatePtr>> Certificate::from_file(const std::string& path) {
    const std::string bytes = TRY(read_file(path, certificate_file_bytes_max));
    std::vector<CertificatePtr> out;
    const auto add = [&](std::string_view der) -> Result<> {
        Result<CertificatePtr> one = from_der(der);
        if (!one) {
            one.error().place.file = path;
            return std::unexpected(one.error());
        }
        out.push_back(std::move(*one));
        return {};
    };
    if (bytes.find("-----BEGIN ") == std::string::npos) {
        TRY_DO(add(bytes));
        return out;
    }
    const Bio bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    must(bio != nullptr, "memory");
    while (true) {  // ends at the end of the file: every round reads a block
        const X509Handle x509(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
        if (x509 == nullptr) break;
        TRY_DO(add(to_der(i2d_X509, x509.get())));
    }
    // What ends the loop in a sound file is that there is no further block.
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (out.empty() || !at_end) return fail(ErrorKind::invalid, "verify.bad_certificate", {}, {.file = path});
    return out;
}

}  // namespace shanqi::seal
