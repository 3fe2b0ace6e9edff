#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "office/pdf/read/update.hpp"
#include "seal/document/form_update.hpp"
#include "seal/document/page_index.hpp"
#include "seal/document/pdf_signatures.hpp"
#include "seal/document/signature_fields.hpp"

namespace shanqi::seal {
namespace {

using office::pdf_read::StrictFile;
using office::pdf_read::Update;

// An earlier signature that does not hold must not be covered by a new one that does.
Result<> check_earlier_signatures(std::string_view pdf, Instant now) {
    const DocumentReport report = verify_document(pdf, {TrustStore::create({}), now});
    for (const Error& problem : report.problems) {
        if (problem.key != "verify.no_signature") return std::unexpected(problem);
    }
    for (const SignatureReport& one : report.signatures) {
        if (!one.intact) return fail(ErrorKind::refused, "sign.document_damaged", {{"field", one.field}});
    }
    return {};
}

Result<SignatureField> waiting_field(const StrictFile& file, const std::string& name) {
    std::string waiting;
    for (const SignatureField& field : signature_fields(file)) {
        if (field.name == name && field.value) return fail(ErrorKind::conflict, "sign.field_signed", {{"field", name}});
        if (field.name == name) return field;
        if (!field.value) waiting += (waiting.empty() ? "" : "、") + field.name;
    }
    if (waiting.empty()) return fail(ErrorKind::invalid, "sign.no_waiting_field", {{"field", name}});
    return fail(ErrorKind::invalid, "sign.no_such_field", {{"field", name}, {"fields", waiting}});
}

}  // namespace

Result<std::string> countersign(std::string_view pdf, const SigningKey& key, const Countersignature& wish) {
    const StrictFile file = TRY(StrictFile::open(pdf));
    TRY_DO(check_earlier_signatures(pdf, wish.time));
    const SignatureField field = TRY(waiting_field(file, wish.field));
    if (permission_of(file) == 1 || is_locked(file, field.name)) return fail(ErrorKind::refused, "sign.not_allowed");
    if (field.object == 0) return fail(ErrorKind::refused, "sign.unusual_form");

    Update update(file);
    std::map<std::string, std::string> changes;
    if (!wish.picture.empty())
        changes["AP"] =
            "<</N " +
            pdf_reference(TRY(add_picture_appearance(update, file, *field.field, wish.picture, key.is_trial()))) + ">>";
    const int signature = update.reserve();
    changes["V"] = pdf_reference(signature);
    update.replace(field.object, with_entries(*field.field, changes));

    std::string before = "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M" + pdf_date(wish.time);
    before += "/Name" + pdf_text(key.subject_name());
    if (!wish.reason.empty()) before += "/Reason" + pdf_text(wish.reason);
    if (!wish.location.empty()) before += "/Location" + pdf_text(wish.location);
    update.put_signature(signature, before, key.cms_bytes_max() + (wish.time_stamp ? time_stamp_bytes_max : 0));
    return std::move(update).finish([&](const Sha256& digest) { return key.sign_cms(digest, wish.time_stamp); });
}

Result<std::string> add_document_time_stamp(std::string_view pdf, const TimeStampClient& client, Instant now) {
    const StrictFile file = TRY(StrictFile::open(pdf));
    TRY_DO(check_earlier_signatures(pdf, now));
    const auto pages = pages_of(file);
    if (pages.empty()) return fail(ErrorKind::refused, "sign.unusual_form");

    Update update(file);
    const int field = update.reserve(), signature = update.reserve();
    std::string name = "TimeStamp";
    const auto fields = signature_fields(file);
    for (int n = 1; std::ranges::find(fields, name, &SignatureField::name) != fields.end(); ++n)
        name = fmt::format("TimeStamp{}", n + 1);
    // Nothing to see, but PDF/A-2 wants the Print flag of every annotation (ISO 19005-2, 6.3.2).
    update.put(field, fmt::format("<</Type/Annot/Subtype/Widget/FT/Sig/T({})/Rect[0 0 0 0]/F 132/P {}/V {}>>", name,
                                  pdf_reference(pages.front()), pdf_reference(signature)));
    append_to_list(update, file, pages.front(), "Annots", field);
    append_field(update, file, field);
    update.put_signature(signature, "<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161",
                         time_stamp_bytes_max);
    return std::move(update).finish([&](const Sha256& digest) { return client.stamp(digest); });
}

}  // namespace shanqi::seal
