#include "seal/document/signature_fields.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace shanqi::seal {
namespace {

using office::pdf_read::Dictionary;
using office::pdf_read::Object;
using office::pdf_read::StrictFile;

constexpr int field_depth_max = 32;
constexpr std::size_t fields_max = 10'000;
constexpr std::size_t name_bytes_max = 1'024;

// ISO 32000-1, annex D.2: where PDFDocEncoding differs from Latin-1.
constexpr std::array<char32_t, 8> pdf_doc_18 = {0x02D8, 0x02C7, 0x02C6, 0x02D9, 0x02DD, 0x02DB, 0x02DA, 0x02DC};
constexpr std::array<char32_t, 33> pdf_doc_80 = {0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x0192, 0x2044, 0x2039,
                                                 0x203A, 0x2212, 0x2030, 0x201E, 0x201C, 0x201D, 0x2018, 0x2019, 0x201A,
                                                 0x2122, 0xFB01, 0xFB02, 0x0141, 0x0152, 0x0160, 0x0178, 0x017D, 0x0131,
                                                 0x0142, 0x0153, 0x0161, 0x017E, 0xFFFD, 0x20AC};

char32_t pdf_doc_character(unsigned char byte) {
    if (byte >= 0x18 && byte < 0x20) return pdf_doc_18[byte - 0x18];
    if (byte >= 0x80 && byte <= 0xA0) return pdf_doc_80[byte - 0x80];
    return byte;
}

std::string from_utf16(std::string_view bytes) {
    std::string out;
    const auto unit = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(bytes[i]) << 8 |
                                     static_cast<unsigned char>(bytes[i + 1]));
    };
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        char32_t c = unit(i);
        if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size()) {
            c = 0x10000 + ((c - 0xD800) << 10) + ((unit(i + 2) - 0xDC00) & 0x3FF);
            i += 2;
        } else if (c >= 0xD800 && c < 0xE000) {
            c = 0xFFFD;
        }
        append_utf8(out, c);
    }
    return out;
}

struct Walker {
    const StrictFile& file;
    std::vector<SignatureField>& out;
    std::set<int> seen;

    void field(const Object& entry, const std::string& prefix, bool parent_is_signature, int depth) {
        if (depth > field_depth_max || out.size() >= fields_max) return;
        const auto* reference = entry.reference();
        if (reference && !seen.insert(reference->number).second) return;
        const Object& object = file.resolve(entry);
        const Dictionary* dictionary = object.dictionary();
        if (!dictionary) return;
        std::string name = prefix;
        const Object& own = file.resolve(*dictionary, "T");
        if (own.string()) name += (name.empty() ? "" : ".") + text_of(own);
        if (name.size() > name_bytes_max) name.resize(name_bytes_max);  // kids would copy it ten thousand times
        const Object& type = file.resolve(*dictionary, "FT");
        const bool is_signature = type.is_null() ? parent_is_signature : type.is_name("Sig");
        const Object& value = object.at("V");
        if (is_signature && (own.string() || !value.is_null())) {
            SignatureField found{.object = reference ? reference->number : 0, .name = name, .field = &object};
            const Object& resolved = file.resolve(value);
            if (resolved.dictionary()) {
                found.value = &resolved;
                found.value_object = value.reference() ? value.reference()->number : 0;
            }
            out.push_back(std::move(found));
        }
        const Object& kids = file.resolve(*dictionary, "Kids");
        if (!kids.array()) return;
        for (const Object& kid : *kids.array()) this->field(kid, name, is_signature, depth + 1);
    }
};

}  // namespace

std::string text_of(const Object& object) {
    const auto* string = object.string();
    if (!string) return {};
    const std::string_view bytes = string->bytes;
    if (bytes.starts_with("\xFE\xFF")) return from_utf16(bytes.substr(2));
    if (bytes.starts_with("\xEF\xBB\xBF"))
        return is_utf8(bytes.substr(3)) ? std::string(bytes.substr(3)) : std::string();
    std::string out;
    for (const char byte : bytes) append_utf8(out, pdf_doc_character(static_cast<unsigned char>(byte)));
    return out;
}

std::vector<SignatureField> signature_fields(const StrictFile& file) {
    std::vector<SignatureField> out;
    Walker walker{file, out, {}};
    const Object& form = file.resolve(file.resolve(file.trailer(), "Root").at("AcroForm"));
    const Object& fields = file.resolve(form.at("Fields"));
    if (!fields.array()) return out;
    for (const Object& entry : *fields.array()) walker.field(entry, "", false, 0);
    return out;
}

std::vector<int> stray_signatures(const StrictFile& file, const std::vector<SignatureField>& fields) {
    std::vector<int> out;
    for (const auto& [number, object] : file.objects()) {
        const bool looks_like_one = object.dictionary() && !object.stream() && !object.at("Contents").is_null() &&
                                    (!object.at("ByteRange").is_null() || !object.at("SubFilter").is_null());
        if (looks_like_one && std::ranges::find(fields, number, &SignatureField::value_object) == fields.end())
            out.push_back(number);
    }
    return out;
}

std::optional<bool> is_time_stamp(const StrictFile& file, const Object& signature) {
    const Object& type = file.resolve(signature.at("Type"));
    const bool by_filter = file.resolve(signature.at("SubFilter")).is_name("ETSI.RFC3161");
    const bool by_type = type.is_name("DocTimeStamp");
    if (by_filter != by_type) return std::nullopt;
    return by_type;
}

int permission_of(const StrictFile& file) {
    int lowest = 0;
    const auto take = [&](std::optional<std::int64_t> level) {
        if (level) lowest = lowest == 0 ? static_cast<int>(*level) : std::min(lowest, static_cast<int>(*level));
    };
    for (const SignatureField& one : signature_fields(file)) {
        if (!one.value) continue;
        if (const auto level = certification_level(file, *one.value)) take(*level);
        const Object& lock = file.resolve(one.field->at("Lock"));
        if (const auto level = file.resolve(lock.at("P")).integer()) take(std::clamp<std::int64_t>(*level, 1, 3));
    }
    return lowest;
}

std::optional<int> certification_level(const StrictFile& file, const Object& signature) {
    const Object& references = file.resolve(signature.at("Reference"));
    if (!references.array()) return std::nullopt;
    for (const Object& entry : *references.array()) {
        const Object& reference = file.resolve(entry);
        if (!file.resolve(reference.at("TransformMethod")).is_name("DocMDP")) continue;
        const Object& parameters = file.resolve(reference.at("TransformParams"));
        const auto level = file.resolve(parameters.at("P")).integer().value_or(2);
        return static_cast<int>(std::clamp<std::int64_t>(level, 1, 3));
    }
    return std::nullopt;
}

bool is_locked(const StrictFile& file, const std::string& field) {
    for (const SignatureField& one : signature_fields(file)) {
        const Object& references = file.resolve(one.value ? one.value->at("Reference") : Object{});
        if (!references.array()) continue;
        for (const Object& entry : *references.array()) {
            const Object& reference = file.resolve(entry);
            if (!file.resolve(reference.at("TransformMethod")).is_name("FieldMDP")) continue;
            const Object& parameters = file.resolve(reference.at("TransformParams"));
            const Object& names = file.resolve(parameters.at("Fields"));
            const bool is_named = names.array() && std::ranges::any_of(*names.array(), [&](const Object& name) {
                                      return text_of(file.resolve(name)) == field;
                                  });
            const Object& action = file.resolve(parameters.at("Action"));
            if (action.is_name("Include") ? is_named : action.is_name("Exclude") ? !is_named : true) return true;
        }
    }
    return false;
}

int certifying_object(const StrictFile& file) {
    const Object& permissions = file.resolve(file.resolve(file.trailer(), "Root").at("Perms"));
    const auto* reference = permissions.at("DocMDP").reference();
    return reference ? reference->number : 0;
}

}  // namespace shanqi::seal
