#include "modules/documents/upload_kind.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>

#include "base/files.hpp"
#include "base/text.hpp"
#include "modules/documents/register.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t looked_at_bytes = 64 << 10;

std::string beginning_of(const fs::path& path) {
    std::string bytes(looked_at_bytes, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

std::optional<UploadKind> kind_of_zip(const fs::path& path) {
    int error = 0;
    const std::unique_ptr<zip_t, decltype(&zip_discard)> archive(zip_open(path.c_str(), ZIP_RDONLY, &error),
                                                                 &zip_discard);
    if (!archive) return std::nullopt;
    const auto has = [&](const char* name) { return zip_name_locate(archive.get(), name, 0) >= 0; };
    if (has("word/document.xml")) return UploadKind::word_template;
    if (has("xl/workbook.xml")) return UploadKind::workbook;
    return std::nullopt;
}

// PFX ::= SEQUENCE { version INTEGER {v3(3)}, … } (RFC 7292, 4): 30 <length> 02 01 03.
bool is_pkcs12(std::string_view bytes) {
    if (bytes.size() < 8 || bytes[0] != 0x30) return false;
    const auto length = static_cast<unsigned char>(bytes[1]);
    const std::size_t content = length < 0x80 ? 2 : 2 + (length & 0x7FU);
    return content + 3 <= bytes.size() && bytes.substr(content, 3) == std::string_view("\x02\x01\x03");
}

// A list in UTF-8 or GB18030: no control characters but line ends and tabs, and something that separates columns. What
// encoding it is decides the reader.
bool is_text_list(std::string_view bytes) {
    const bool has_control = std::ranges::any_of(bytes, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t';
    });
    return !has_control && bytes.find_first_of(",;\t\n") != bytes.npos && !bytes.starts_with("<");
}

std::unexpected<Error> not_usable(std::string_view key) { return fail(ErrorKind::invalid, key); }

Result<UploadKind> kind_of(const fs::path& path) {
    const std::string bytes = beginning_of(path);
    if (bytes.empty()) return not_usable("documents.empty_file");
    if (bytes.starts_with("PK\x03\x04")) {
        if (const std::optional<UploadKind> kind = kind_of_zip(path)) return *kind;
        return not_usable("documents.unknown_file");
    }
    if (bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {  // MS-CFB: .doc, .xls, or an encrypted .docx, .xlsx
        const bool encrypted = bytes.find(std::string("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0", 20)) != bytes.npos;
        return not_usable(encrypted ? "documents.encrypted_office" : "documents.old_office");
    }
    if (bytes.starts_with("\x89PNG\r\n\x1A\n") || bytes.starts_with("\xFF\xD8\xFF")) return UploadKind::picture;
    if (bytes.starts_with("%PDF-")) return not_usable("documents.pdf_upload");
    if (is_pkcs12(bytes)) return UploadKind::key;
    if (is_text_list(bytes)) return UploadKind::workbook;
    return not_usable("documents.unknown_file");
}

std::uint64_t bytes_max(UploadKind kind) {
    switch (kind) {
        case UploadKind::workbook:
            return shanqi::limits::data_file_bytes_max;
        case UploadKind::word_template:
            return shanqi::limits::template_bytes_max;
        case UploadKind::picture:
            return shanqi::limits::picture_bytes_max;
        case UploadKind::key:
            return shanqi::limits::key_file_bytes_max;
    }
    return 0;
}

constexpr std::array kinds{UploadKind::workbook, UploadKind::word_template, UploadKind::picture, UploadKind::key};

}  // namespace

std::string_view name_of(UploadKind kind) {
    switch (kind) {
        case UploadKind::workbook:
            return "workbook";
        case UploadKind::word_template:
            return "template";
        case UploadKind::picture:
            return "picture";
        case UploadKind::key:
            return "key";
    }
    return "";
}

std::optional<UploadKind> upload_kind_named(std::string_view name) {
    for (const UploadKind kind : kinds)
        if (name == name_of(kind)) return kind;
    return std::nullopt;
}

Result<UploadKind> recognise(const fs::path& path, std::uint64_t bytes) {
    const UploadKind kind = TRY(kind_of(path));
    if (bytes > bytes_max(kind))
        return fail(ErrorKind::limit, "documents.upload_too_large", {{"limit", std::to_string(bytes_max(kind) >> 20)}});
    return kind;
}

std::string upload_name(std::string_view sent, UploadKind kind) {
    const std::size_t slash = sent.find_last_of("/\\");
    const std::string_view last = slash == sent.npos ? sent : sent.substr(slash + 1);
    if (trimmed(last).empty()) return std::string(name_of(kind));
    return safe_file_name(to_utf8(to_utf32(last)));  // what is not UTF-8 becomes U+FFFD
}

}  // namespace shanqi::documents
