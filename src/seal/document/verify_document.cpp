#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "base/digest.hpp"
#include "seal/document/own_properties.hpp"
#include "seal/document/pdf_date.hpp"
#include "seal/document/pdf_signatures.hpp"
#include "seal/document/revision_rules.hpp"
#include "seal/document/signature_fields.hpp"

namespace shanqi::seal {
namespace {

using office::pdf_read::Array;
using office::pdf_read::Object;
using office::pdf_read::StrictFile;

Error reason(std::string_view key, Error::Arguments arguments = {}) {
    return {.kind = ErrorKind::refused, .key = std::string(key), .arguments = std::move(arguments), .place = {}};
}

// The two pieces of a byte range around /Contents, and the end of the revision that it covers.
struct Coverage {
    std::string_view before, after;
    std::size_t end = 0;
};

class Verifier {
public:
    Verifier(std::string_view bytes, const VerifyOptions& options) : bytes_(bytes), options_(options) {}

    DocumentReport run() {
        Result<StrictFile> file = StrictFile::open(bytes_);
        if (!file) {
            report_.problems.push_back(file.error());
            return std::move(report_);
        }
        whole_ = std::make_shared<const StrictFile>(std::move(*file));
        const std::vector<SignatureField> fields = signature_fields(*whole_);
        for (const int number : stray_signatures(*whole_, fields))
            report_.problems.push_back(reason("verify.stray_signature", {{"number", std::to_string(number)}}));
        gather_security_store();
        for (const SignatureField& field : fields) {
            if (!field.value)
                report_.waiting_fields.push_back(field.name);
            else if (report_.signatures.size() >= limits::signatures_max)
                report_.problems.push_back(reason("verify.too_many_signatures"));
            else
                read_signature(field);
        }
        order_by_revision();
        judge_revisions();
        judge_chains();
        describe_own_document();
        decide();
        return std::move(report_);
    }

private:
    struct Found {
        SignatureReport report;
        std::optional<SignedData> data;
        std::optional<TimeStamp> stamp;  // of a document time-stamp
        std::size_t end = 0;             // of its revision; 0 when it covers none
        int value_object = 0;
    };

    // ---- one signature ----

    void read_signature(const SignatureField& field) {
        Found found;
        SignatureReport& report = found.report;
        report.field = field.name;
        found.value_object = field.value_object;
        const Object& value = *field.value;
        const auto stamp = seal::is_time_stamp(*whole_, value);
        const bool is_time_stamp = stamp.value_or(false);
        report.reason = text_of(whole_->resolve(value.at("Reason")));
        report.location = text_of(whole_->resolve(value.at("Location")));
        if (const auto* date = whole_->resolve(value.at("M")).string())
            report.claimed_time = parse_pdf_date(date->bytes);
        if (const auto level = certification_level(*whole_, value)) {
            report.kind = SignatureReport::Kind::certification;
            report.permission = *level;
        }
        if (is_time_stamp) report.kind = SignatureReport::Kind::time_stamp;
        if (!stamp) report.problems.push_back(reason("verify.two_faced_signature"));
        if (Result<Coverage> coverage = cover(value)) {
            found.end = coverage->end;
            report.covered_bytes = coverage->before.size() + coverage->after.size();
            report.covers_whole_file = coverage->end == bytes_.size();
            check_mathematics(found, value, *coverage, is_time_stamp);
        } else {
            report.problems.push_back(coverage.error());
        }
        found_.push_back(std::move(found));
    }

    // ISO 32000-1, 12.8.1: the range leaves out exactly the hexadecimal string of /Contents, and ends where a revision
    // ends.
    Result<Coverage> cover(const Object& signature) {
        const Object& contents = signature.at("Contents");
        const Array* range = whole_->resolve(signature.at("ByteRange")).array();
        if (!contents.string() || contents.end == 0 || contents.end > bytes_.size() || bytes_[contents.begin] != '<')
            return std::unexpected(reason("verify.no_contents"));
        if (!range || range->size() != 4) return std::unexpected(reason("verify.bad_byte_range"));
        std::array<std::size_t, 4> part{};
        for (std::size_t i = 0; i < 4; ++i) {
            const auto number = (*range)[i].integer();
            if (!number || *number < 0 || *number > static_cast<std::int64_t>(bytes_.size()))
                return std::unexpected(reason("verify.bad_byte_range"));
            part[i] = static_cast<std::size_t>(*number);
        }
        const std::size_t end = part[2] + part[3];
        if (part[0] != 0 || part[1] != contents.begin || part[2] != contents.end || end > bytes_.size())
            return std::unexpected(reason("verify.bad_byte_range"));
        // A writer may have left the last line end out of the range.
        const auto& ends = whole_->revision_ends();
        const auto revision = std::ranges::find_if(ends, [&](std::size_t at) { return at >= end && at - end <= 2; });
        if (revision == ends.end()) return std::unexpected(reason("verify.not_a_revision"));
        for (std::size_t at = end; at < *revision; ++at) {
            if (bytes_[at] != '\r' && bytes_[at] != '\n') return std::unexpected(reason("verify.not_a_revision"));
        }
        return Coverage{bytes_.substr(0, part[1]), bytes_.substr(part[2], part[3]), *revision};
    }

    void check_mathematics(Found& found, const Object& value, const Coverage& coverage, bool is_time_stamp) {
        SignatureReport& report = found.report;
        const Object& filter = whole_->resolve(value.at("SubFilter"));
        const std::string name = filter.name() ? filter.name()->text : "";
        if (name != "ETSI.CAdES.detached" && name != "adbe.pkcs7.detached" && name != "ETSI.RFC3161") {
            report.problems.push_back(reason("verify.unknown_sub_filter", {{"name", name}}));
            return;
        }
        const Result<std::string_view> der = der_without_padding(value.at("Contents").string()->bytes);
        if (!der) {
            report.problems.push_back(der.error());
            return;
        }
        const std::array<std::string_view, 2> covered = {coverage.before, coverage.after};
        if (is_time_stamp) {
            Result<TimeStamp> stamp = verify_time_stamp(*der, covered);
            if (!stamp) {
                report.problems.push_back(stamp.error());
                return;
            }
            report.signer = stamp->authority;
            report.claimed_time = stamp->time;
            report.digest_algorithm = stamp->imprint_algorithm;
            found.stamp = std::move(*stamp);
            return;
        }
        Result<SignedData> data = verify_signed_data(*der, covered);
        if (!data) {
            report.problems.push_back(data.error());
            return;
        }
        report.signer = data->signer;
        report.digest_algorithm = data->digest_algorithm;
        report.signature_algorithm = data->signature_algorithm;
        if (data->signing_time) report.claimed_time = data->signing_time;
        found.data = std::move(*data);
    }

    // The DER ends where it says; what follows up to the end of the hole is zeros and nothing else.
    static Result<std::string_view> der_without_padding(std::string_view bytes) {
        std::size_t size = 0;
        if (bytes.size() >= 4 && bytes[0] == 0x30) {
            const auto first = static_cast<unsigned char>(bytes[1]);
            if (first < 0x80)
                size = 2U + first;
            else if (first == 0x80)
                size = bytes.find_last_not_of('\0') + 3;  // BER: two zero bytes end it, if they are there
            else if (const std::size_t count = first & 0x7FU; count <= 4 && 2 + count <= bytes.size()) {
                for (std::size_t i = 0; i < count; ++i) size = size << 8 | static_cast<unsigned char>(bytes[2 + i]);
                size += 2 + count;
            }
        }
        size = bytes.size() > 1 && static_cast<unsigned char>(bytes[1]) == 0x80 ? bytes.size() : size;
        if (size == 0 || size > bytes.size()) return std::unexpected(reason("verify.no_contents"));
        if (bytes.find_first_not_of('\0', size) != bytes.npos)
            return std::unexpected(reason("verify.data_behind_signature"));
        return bytes.substr(0, size);
    }

    // ---- revisions ----

    void order_by_revision() {
        const auto& ends = whole_->revision_ends();
        for (Found& one : found_) {
            if (one.end == 0) continue;
            one.report.revision = static_cast<std::size_t>(std::ranges::find(ends, one.end) - ends.begin()) + 1;
        }
        std::ranges::stable_sort(found_, {}, [](const Found& one) { return one.report.revision; });
        for (std::size_t i = 1; i < found_.size(); ++i) {
            if (found_[i].end != 0 && found_[i].end == found_[i - 1].end)
                found_[i].report.problems.push_back(reason("verify.two_in_one_revision"));
        }
    }

    void judge_revisions() {
        const auto& ends = whole_->revision_ends();
        for (const std::size_t end : ends) report_.revisions.push_back({.bytes = end, .changes = {}, .problems = {}});
        const auto first = std::ranges::find_if(found_, [](const Found& one) { return one.end != 0; });
        if (first == found_.end()) return;
        const std::size_t start = first->report.revision - 1;  // index
        // Nothing that follows can save a file whose signatures do not hold, and each step costs time.
        if (std::ranges::none_of(found_, [](const Found& one) { return one.end != 0 && one.report.problems.empty(); }))
            return;
        if (ends.size() - start > limits::revisions_max ||
            (ends.size() - start) * whole_->objects().size() > limits::compared_objects_max) {
            report_.problems.push_back(reason("verify.too_many_revisions"));
            return;
        }
        auto before = open_revision(start);
        for (std::size_t i = start; before && i < ends.size(); ++i) {
            check_revision(*before, i);
            if (i + 1 == ends.size()) break;
            auto after = open_revision(i + 1);
            if (!after) break;
            StepVerdict verdict = judge_revision(*before, *after, permission_of(*before));
            report_.revisions[i + 1].changes = std::move(verdict.changes);
            report_.revisions[i + 1].problems = std::move(verdict.problems);
            before = std::move(after);
        }
        for (Found& one : found_) {
            if (one.end == 0) continue;
            for (std::size_t i = one.report.revision; i < ends.size(); ++i) {
                for (const Error& problem : report_.revisions[i].problems) {
                    if (std::ranges::find(one.report.problems, problem) == one.report.problems.end())
                        one.report.problems.push_back(problem);
                }
            }
        }
    }

    std::shared_ptr<const StrictFile> open_revision(std::size_t index) {
        const std::size_t end = whole_->revision_ends()[index];
        if (end == bytes_.size()) return whole_;
        Result<StrictFile> file = StrictFile::open(bytes_.substr(0, end));
        if (!file) {
            report_.problems.push_back(file.error());
            return nullptr;
        }
        return std::make_shared<const StrictFile>(std::move(*file));
    }

    // The signatures of a revision, seen from the revision itself: the same dictionaries at the same places.
    void check_revision(const StrictFile& file, std::size_t index) {
        for (Found& one : found_) {
            if (one.report.revision != index + 1 || one.end == 0) continue;
            const std::vector<SignatureField> fields = signature_fields(file);
            const auto own = std::ranges::find_if(
                fields, [&](const SignatureField& field) { return field.name == one.report.field && field.value; });
            const bool same = own != fields.end() && own->value_object == one.value_object &&
                              own->value->at("Contents").begin == whole_->object(one.value_object).at("Contents").begin;
            if (!same && one.value_object != 0) one.report.problems.push_back(reason("verify.signature_moved"));
            if (one.report.kind == SignatureReport::Kind::certification && certifying_object(file) != one.value_object)
                one.report.problems.push_back(reason("verify.certification_not_named"));
        }
    }

    // ---- who and when ----

    // ETSI EN 319 142-1, 5.4.2: certificates and revocation data that later revisions brought. They help, no more.
    void gather_security_store() {
        const Object& store = whole_->resolve(whole_->resolve(whole_->trailer(), "Root").at("DSS"));
        std::size_t budget = limits::store_bytes_max;
        const auto each = [&](const char* key, std::size_t count_max, const auto& use) {
            const Array* list = whole_->resolve(store.at(key)).array();
            std::set<int> seen;
            for (std::size_t i = 0; list && i < list->size() && i < count_max; ++i) {
                const auto* reference = (*list)[i].reference();
                if (!reference || !seen.insert(reference->number).second) continue;
                const auto* stream = whole_->resolve((*list)[i]).stream();
                if (!stream || stream->raw.size() > limits::cms_bytes_max) continue;
                Result<std::string> bytes = whole_->decoded(*stream);
                if (bytes && bytes->size() > budget) return;
                if (bytes) budget -= bytes->size();
                if (bytes) use(std::move(*bytes));
            }
        };
        each("Certs", limits::certificates_max, [&](const std::string& der) {
            if (Result<CertificatePtr> certificate = Certificate::from_der(der))
                store_.intermediates.push_back(std::move(*certificate));
        });
        each("CRLs", limits::revocations_max, [&](std::string der) { store_.crls.push_back(std::move(der)); });
        each("OCSPs", limits::revocations_max,
             [&](std::string der) { store_.ocsp_responses.push_back(std::move(der)); });
    }

    TrustStore::Material with_store(TrustStore::Material material) const {
        material.intermediates.insert(material.intermediates.end(), store_.intermediates.begin(),
                                      store_.intermediates.end());
        material.crls.insert(material.crls.end(), store_.crls.begin(), store_.crls.end());
        material.ocsp_responses.insert(material.ocsp_responses.end(), store_.ocsp_responses.begin(),
                                       store_.ocsp_responses.end());
        return material;
    }

    void judge_chains() {
        // From the last to the first: a document time-stamp proves the time of everything that it covers.
        std::optional<Instant> proven;
        std::string authority;
        for (auto one = found_.rbegin(); one != found_.rend(); ++one) {
            SignatureReport& report = one->report;
            report.intact = report.problems.empty();
            if (one->stamp) {
                judge_chain(*one, TrustStore::Purpose::time_stamp, one->stamp->material, proven.value_or(options_.at));
                if (report.intact && report.trusted) {
                    report.proven_time = proven = one->stamp->time;
                    report.time_stamp_authority = authority = one->stamp->authority->subject_name();
                }
                continue;
            }
            if (!one->data) continue;
            report.proven_time = proven;
            report.time_stamp_authority = authority;
            if (one->data->time_stamp) judge_signature_time_stamp(*one, proven.value_or(options_.at));
            judge_chain(*one, TrustStore::Purpose::document_signature, one->data->material,
                        report.proven_time.value_or(options_.at));
            if (!report.proven_time) report.remarks.push_back(reason("verify.time_not_proven"));
            if (report.signer && report.signer->is_trial())
                report.remarks.push_back(reason("verify.trial_certificate"));
        }
        for (Found& one : found_) report_.signatures.push_back(std::move(one.report));
    }

    void judge_signature_time_stamp(Found& one, Instant at) {
        const std::array<std::string_view, 1> covered = {one.data->signature_value};
        const Result<TimeStamp> stamp = verify_time_stamp(*one.data->time_stamp, covered);
        if (!stamp) {
            // It stands outside of what is signed: a damaged one proves nothing and takes nothing away, but is said.
            one.report.problems.push_back(reason("verify.bad_time_stamp"));
            one.report.problems.push_back(stamp.error());
            one.report.intact = false;
            return;
        }
        const auto chain =
            options_.trust->check(stamp->authority, with_store(stamp->material), at, TrustStore::Purpose::time_stamp);
        if (!chain.trusted) {
            one.report.remarks.push_back(
                reason("verify.unknown_time_stamp_authority", {{"name", stamp->authority->subject_name()}}));
            return;
        }
        if (!one.report.proven_time || stamp->time < *one.report.proven_time) {
            one.report.proven_time = stamp->time;
            one.report.time_stamp_authority = stamp->authority->subject_name();
        }
    }

    void judge_chain(Found& one, TrustStore::Purpose purpose, const TrustStore::Material& own, Instant at) {
        SignatureReport& report = one.report;
        report.chain = options_.trust->check(report.signer, with_store(own), at, purpose);
        report.trusted = report.chain.trusted;
        if (report.chain.problem) report.problems.push_back(*report.chain.problem);
        if (report.chain.trusted && report.chain.revocation == TrustStore::Chain::Revocation::not_checked)
            report.remarks.push_back(reason("verify.revocation_not_checked"));
    }

    // ---- the verdict ----

    void describe_own_document() {
        // What the file says of itself counts only as far as the first signature covers it.
        const auto first =
            std::ranges::find_if(report_.signatures, [](const SignatureReport& one) { return one.revision != 0; });
        if (first == report_.signatures.end()) return;
        const auto file = open_revision(first->revision - 1);
        if (!file) return;
        const OwnProperties own = own_properties(*file);
        report_.number = own.number;
        report_.recipient = own.recipient;
        report_.title = own.title;
        report_.is_trial = own.trial;
    }

    void decide() {
        using Verdict = DocumentReport::Verdict;
        if (report_.signatures.empty()) report_.problems.push_back(reason("verify.no_signature"));
        report_.verdict = report_.problems.empty() ? Verdict::good : Verdict::bad;
        for (const SignatureReport& one : report_.signatures) {
            if (!one.intact) report_.verdict = Verdict::bad;
            if (!one.trusted && report_.verdict == Verdict::good && is_unknown(one))
                report_.verdict = Verdict::unknown_signer;
            else if (!one.trusted && !is_unknown(one))
                report_.verdict = Verdict::bad;
        }
    }

    static bool is_unknown(const SignatureReport& one) {
        return one.chain.problem &&
               (one.chain.problem->key == "verify.unknown_issuer" || one.chain.problem->key == "verify.self_signed");
    }

    std::string_view bytes_;
    const VerifyOptions& options_;
    std::shared_ptr<const StrictFile> whole_;
    std::vector<Found> found_;
    TrustStore::Material store_;
    DocumentReport report_;
};

}  // namespace

DocumentReport verify_document(std::string_view bytes, const VerifyOptions& options) {
    return Verifier(bytes, options).run();
}

}  // namespace shanqi::seal
