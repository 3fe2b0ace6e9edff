// Keys, certificates and the signature itself: PAdES baseline B-B (ETSI EN 319 142-1) over CMS (RFC 5652,
// RFC 5035 signing-certificate-v2), and the picture of the seal.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::seal {

class TimeStampClient;

enum class KeyAlgorithm { rsa2048, rsa3072, p256 };

// A private key with its certificate chain, opened from a PKCS #12 file (RFC 7292). Thread-safe.
class SigningKey {
public:
    // Errors: seal.wrong_password, seal.not_pkcs12, seal.no_private_key, seal.key_mismatch,
    // seal.certificate_expired, seal.certificate_not_yet_valid (with the dates), seal.weak_key,
    // seal.key_usage (the certificate does not allow signatures).
    static Result<std::shared_ptr<const SigningKey>> open(const std::filesystem::path& p12, std::string_view password,
                                                          Instant now);
    static Result<std::shared_ptr<const SigningKey>> read(std::string_view p12, std::string_view password, Instant now);

    virtual ~SigningKey() = default;
    virtual std::string subject_name() const = 0;  // O, or CN where there is no O
    virtual std::string fingerprint() const = 0;   // SHA-256 of the certificate, hex
    virtual std::string algorithm() const = 0;     // "RSA-2048", "P-256"
    virtual bool is_trial() const = 0;             // made by `shanqi key new`: our trial policy OID in the certificate
    virtual Instant not_after() const = 0;

    // SignedData in DER over a detached content with this SHA-256, without signingTime (PAdES forbids it; the
    // time is in the PDF's /M). certificates: the whole chain without the root.
    // With `time_stamps`: PAdES B-T, or that client's error and no signature at all.
    virtual Result<std::string> sign_cms(const Sha256& content, const TimeStampClient* time_stamps = nullptr) const = 0;
    // Greatest size that sign_cms can return; with a time-stamp, time_stamp_bytes_max more.
    virtual std::size_t cms_bytes_max() const = 0;
};

// DIR/seal.p12, DIR/ca.pem: a trial CA and an organisation certificate under it. Never overwrites: error
// seal.key_exists. Certificates carry 试用 in the issuer's name and the trial policy OID.
struct NewKey {
    std::string name;  // 机构全称
    std::filesystem::path folder;
    std::string password;
    KeyAlgorithm algorithm = KeyAlgorithm::p256;
    Instant now;
};
Result<> create_trial_key(const NewKey&);

// The same two files as bytes; `folder` is not looked at.
struct TrialKey {
    std::string p12, ca_pem;
};
Result<TrialKey> make_trial_key(const NewKey&);

// ---- the picture (民办非企业单位印章管理规定: round, star in the centre, name from left to right around it) ----

struct SealPicture {
    std::string name;         // around the star
    std::string kind;         // 合同专用章… in a line under the star; empty or 名称章: none
    std::string code;         // 编码 along the lower edge, may be empty
    double diameter_mm = 42;  // name seal 42 (local) or 45 (national); special seals 30 to 42
    bool trial = false;       // 试用 across it
};
// SVG 1.1 with outlines only (no font needed to show it). Errors: seal.name_too_long, seal.bad_diameter,
// seal.missing_glyph, seal.kind_too_long, seal.bad_code, seal.empty_name, seal.font_missing.
Result<std::string> draw_seal_svg(const SealPicture&);

struct Raster {
    int width = 0, height = 0;
    std::string rgba;  // straight alpha, 4 bytes a pixel
    double width_mm = 42;
};
Result<Raster> draw_seal_raster(const SealPicture&, int dots_per_inch = 600);
Result<std::string> encode_png(const Raster&);  // with its physical size (pHYs)
// A user's own picture (--image): PNG or JPEG. A white background becomes transparent. The printed size is from
// pHYs or 42 mm. 试用 is drawn across it when `trial`.
Result<Raster> read_seal_image(std::string_view bytes, bool trial);

}  // namespace shanqi::seal
