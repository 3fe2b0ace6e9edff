// Writes pages as PDF 1.7 (ISO 32000-1) that is also PDF/A-2u (ISO 19005-2), ready to be signed.
//
// A batch shares one PdfWriter: what comes from the template (its glyphs, pictures, static content, with fixed
// object numbers) is compressed once, stands first in every file and is hashed once; a row's own glyphs and
// content come after it, so that no document holds another recipient's characters.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "office/document/document.hpp"
#include "office/fonts/fonts.hpp"
#include "office/layout/page.hpp"

namespace shanqi::office {

// A picture with transparency that is drawn where the marks say: the seal.
struct StampPicture {
    int width = 0, height = 0;  // pixels
    std::string rgba;           // 4 bytes a pixel, straight alpha
    double width_mm = 42;       // printed size; the height follows
};

struct QrCode {
    int modules = 0;         // a side, without the quiet zone
    std::vector<bool> dark;  // row by row
    double size_mm = 22;
};

struct PdfMetadata {
    std::string title, author, subject, keywords, language = "zh-CN";
    std::string creator = "Shanqi 善器";
    Instant created;
    std::string document_id;  // 16 bytes: /ID
    // Our own XMP properties (namespace urn:shanqi:document:1.0, with its PDF/A extension schema): number,
    // recipient, verify address, whether the certificate is for trial.
    std::string number, recipient, verify_url;
    bool trial = false;
};

struct PdfSignatureField {
    std::string name;  // "甲方" of the organisation, "乙方" of a countersigner
};

// What signing needs. The writer reserves `contents_bytes` for the CMS and pads with zeros.
struct PdfSigning {
    std::string name, reason, location;  // /Name, /Reason, /Location: shown by viewers
    std::size_t contents_bytes = 0;      // greatest size of the DER
    // Called once with the SHA-256 of the byte range; returns the DER of the SignedData.
    std::function<Result<std::string>(const Sha256&)> sign;
};

struct PdfInput {
    const Pages* pages = nullptr;
    PdfMetadata metadata;
    std::optional<QrCode> qr_code;      // drawn at every qr_code mark
    std::optional<PdfSigning> signing;  // none: unsigned (tests, previews)
};

struct PdfOutput {
    std::string bytes;
    Sha256 sha256;  // of all bytes
    int pages = 0;
};

class PdfWriter {
public:
    struct Options {
        std::shared_ptr<const FontLibrary> fonts;
        const std::vector<Image>* images = nullptr;  // Document::images of the template; outlives the writer
        std::optional<StampPicture> stamp;           // at every seal mark, and cut into the 骑缝章
        bool paging_seal = true;                     // 骑缝章 when there is more than one page
        // Who may countersign. The fields stand where the marks of a document are, one a name: a name without a
        // mark (its paragraph was left out) has no field.
        std::vector<PdfSignatureField> countersigners;
        std::string certifying_field = "印章";  // name of the field that holds our signature
    };
    // Thread-safe: one writer serves all threads of a batch. Errors: pdf.bad_image.
    static Result<std::shared_ptr<PdfWriter>> create(Options);
    virtual ~PdfWriter() = default;

    // Errors: pdf.font_failed, pdf.too_large, pdf.no_pages, pdf.signature_too_large, and what PdfSigning::sign returns.
    virtual Result<PdfOutput> write(const PdfInput&) = 0;
};

}  // namespace shanqi::office
