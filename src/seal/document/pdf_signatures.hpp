// The signatures of a PDF: what they say, whether anybody can still believe them, and how the other side adds its own.
//
// Nothing in the file is believed. The file is read strictly (office/pdf/read); each signature must cover its revision
// whole; every later revision is compared object by object with the one before and may hold only what is on a short
// list: a signature in a field that waited for it, validation data (DSS), a document time-stamp (ISO 32000-2, 12.8;
// ETSI EN 319 142-1). A permission in the file can make the list shorter, never longer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "seal/seal.hpp"
#include "seal/time_stamp_client.hpp"
#include "seal/verify/signed_data.hpp"

namespace shanqi::seal {

namespace limits {
constexpr std::size_t signatures_max = 200;
constexpr std::size_t revisions_max = 200;               // behind the first signature
constexpr std::size_t compared_objects_max = 5'000'000;  // revisions times objects
constexpr std::size_t store_bytes_max = 16U << 20U;      // decoded validation data
}  // namespace limits

// What a later revision did that is allowed. `name`: the field, or empty.
struct RevisionChange {
    enum class Kind { signature, time_stamp, validation_data, information } kind = Kind::signature;
    std::string name;
};

struct SignatureReport {
    enum class Kind { certification, approval, time_stamp } kind = Kind::approval;
    std::string field;
    std::string reason, location;         // the signer's words
    CertificatePtr signer;                // null when the signature could not be read; of a time-stamp, the authority
    std::optional<Instant> claimed_time;  // by the signer: /M or signingTime
    std::optional<Instant> proven_time;   // by a time-stamp whose authority is trusted
    std::string time_stamp_authority;     // who proved it
    std::uint64_t covered_bytes = 0;      // the byte range without /Contents
    std::size_t revision = 0;             // 1-based: which state of the file it covers
    bool covers_whole_file = false;
    int permission = 0;  // DocMDP 1 to 3 of a certification, else 0
    std::string digest_algorithm, signature_algorithm;
    bool intact = false;   // the mathematics holds, it covers its revision, all later changes are allowed
    bool trusted = false;  // and its chain leads to a trusted root at that time
    TrustStore::Chain chain;
    std::vector<Error> problems;  // why it is not intact or not trusted
    std::vector<Error> remarks;   // what to know: revocation not checked, no proven time, trial certificate
};

struct RevisionReport {
    std::uint64_t bytes = 0;              // size of the file then
    std::vector<RevisionChange> changes;  // allowed ones
    std::vector<Error> problems;          // changes that are not
};

struct DocumentReport {
    enum class Verdict { good, unknown_signer, bad } verdict = Verdict::bad;
    std::string number, recipient, title;  // of our own documents, out of the first signed revision
    bool is_trial = false;
    std::vector<SignatureReport> signatures;  // in the order of their revisions
    std::vector<RevisionReport> revisions;    // all; changes are judged behind the first signature
    std::vector<std::string> waiting_fields;  // signature fields that nobody has signed
    std::vector<Error> problems;              // of the file as a whole
};

struct VerifyOptions {
    std::shared_ptr<const TrustStore> trust;
    Instant at;  // chains are judged at this time, or at a proven earlier one
};

DocumentReport verify_document(std::string_view bytes, const VerifyOptions&);

struct Countersignature {
    std::string field;    // 乙方
    std::string picture;  // PNG or JPEG bytes, may be empty
    std::string reason, location;
    Instant time;
    const TimeStampClient* time_stamp = nullptr;
};
// The whole file with the signature as an incremental update: the bytes before stay as they are.
// Errors: sign.no_such_field ({field}, {fields}), sign.field_signed, sign.not_allowed (the certification forbids it),
// sign.document_damaged (an earlier signature does not hold), sign.bad_picture, and those of keys, TSA and reader.
Result<std::string> countersign(std::string_view pdf, const SigningKey&, const Countersignature&);

// Adds a document time-stamp (ETSI EN 319 142-1, 5.4.3). Errors: as above.
Result<std::string> add_document_time_stamp(std::string_view pdf, const TimeStampClient&, Instant now);

}  // namespace shanqi::seal
