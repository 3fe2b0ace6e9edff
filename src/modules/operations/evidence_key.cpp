#include "modules/operations/evidence_key.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <optional>

#include "base/digest.hpp"
#include "base/mac.hpp"

namespace shanqi::operations {
namespace {

constexpr const char* setting = "evidence_key";
constexpr const char* context = "operations.evidence_key";

const store::Statement select_key{"SELECT value FROM installation_settings WHERE name = $1"};
const store::Statement insert_key{
    "INSERT INTO installation_settings (name, value, changed_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING"};

template <auto release>
struct Releaser {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using Memory = std::unique_ptr<BIO, Releaser<BIO_free_all>>;

std::unexpected<Error> bad_key() { return fail(ErrorKind::system, "evidence.bad_key"); }

Result<std::string> new_key_pem() {
    const Key key(EVP_EC_gen("P-256"));
    const Memory memory(BIO_new(BIO_s_mem()));
    if (!key || !memory ||
        PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return bad_key();
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &bytes);
    std::string pem(bytes, static_cast<std::size_t>(size));
    OPENSSL_cleanse(bytes, static_cast<std::size_t>(size));
    return pem;
}

Result<std::optional<std::string>> kept_key(house::House& house) {
    return house.database.read([](store::Reader& reader) -> Result<std::optional<std::string>> {
        const std::optional<store::Row> row = TRY(reader.first(select_key, {setting}));
        return row ? std::optional(row->text(0)) : std::nullopt;
    });
}

}  // namespace

struct EvidenceKey::Impl {
    Key key;
};

EvidenceKey::EvidenceKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EvidenceKey::~EvidenceKey() = default;
EvidenceKey::EvidenceKey(EvidenceKey&&) noexcept = default;
EvidenceKey& EvidenceKey::operator=(EvidenceKey&&) noexcept = default;

Result<EvidenceKey> EvidenceKey::of(house::House& house) {
    const OrgId& org = store::installation_org();
    TRY_DO(house.vault.warm(org));
    std::optional<std::string> sealed = TRY(kept_key(house));
    if (!sealed) {
        std::string pem = TRY(new_key_pem());
        const std::string value = TRY(house.vault.seal(org, context, pem));
        wipe(pem);
        TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
            TRY(writer.execute(insert_key, {setting, value, house.clock.now()}));
            return {};
        }));
        sealed = TRY(kept_key(house));
        if (!sealed) return bad_key();
    }
    std::string pem = TRY(house.vault.open(org, context, *sealed));
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Key key(memory ? PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr) : nullptr);
    wipe(pem);
    if (!key) return bad_key();
    return EvidenceKey(std::make_unique<Impl>(Impl{std::move(key)}));
}

std::string EvidenceKey::fingerprint() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(impl_->key.get(), &der);
    if (size <= 0) return {};
    const std::string digest =
        hex(sha256(std::string_view(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size))));
    OPENSSL_free(der);
    return digest;
}

Result<std::string> EvidenceKey::sign(std::string_view message) const {
    const DigestContext digest(EVP_MD_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    std::size_t size = 0;
    if (!digest || EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) != 1 ||
        EVP_DigestSign(digest.get(), nullptr, &size, bytes, message.size()) != 1)
        return bad_key();
    std::string signature(size, '\0');
    if (EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                       message.size()) != 1)
        return bad_key();
    signature.resize(size);
    return signature;
}

bool EvidenceKey::verifies(std::string_view message, std::string_view signature) const {
    const DigestContext digest(EVP_MD_CTX_new());
    return digest && EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) == 1 &&
           EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                            reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
}

}  // namespace shanqi::operations
