#include <algorithm>

#include "office/pdf/content.hpp"
#include "office/pdf/metadata.hpp"
#include "office/pdf/pdf.hpp"
#include "office/pdf/signature.hpp"
#include "office/pdf/template_part.hpp"

namespace shanqi::office {
namespace pdf {
namespace {

namespace limits {
constexpr std::size_t document_bytes_max = 512ULL << 20;
}

constexpr double points_per_mm = 72 / 25.4;
constexpr int paging_seal_pages_max = 20;  // one seal is cut into at most this many slices

// Measured with bench_pdf: outlines of 60 glyphs shrink by a quarter and cost 90 us, more than all the rest of the
// document; content, mostly the QR code's squares, shrinks to a fifth in 40 us.
constexpr int content_deflate_level = 1;
constexpr int font_deflate_level = 0;

// One document while it is written.
class DocumentWriter {
public:
    DocumentWriter(const PdfWriter::Options& options, const BatchMaterial& material, const PdfInput& input)
        : options_(options), material_(material), input_(input), pages_(*input.pages) {}

    Result<PdfOutput> write(TemplateParts& parts);

private:
    bool has_seal() const;
    std::vector<std::string> write_contents(const std::vector<PagePlan>&);
    void draw_marks(ContentWriter&, const Page&);
    void draw_paging_seal(ContentWriter&, std::size_t page_index);
    Result<int> write_resources();
    void write_pages(const std::vector<std::string>& contents, int resources);
    void write_catalog();
    std::string file_identifier() const;
    void write_cross_reference();
    Result<PdfOutput> finish(SignatureHoles);

    const PdfWriter::Options& options_;
    const BatchMaterial& material_;
    const PdfInput& input_;
    const Pages& pages_;
    std::shared_ptr<const StaticContent> fixed_;
    Body body_{0, 0};
    FontPart fonts_;
    std::set<int> images_;
    std::vector<Widget> widgets_;
    int page_tree_ = 0, catalog_ = 0, info_ = 0, metadata_ = 0, signature_ = 0;
    std::vector<int> page_objects_;
};

bool DocumentWriter::has_seal() const {
    if (!material_.stamp) return false;
    for (const Page& page : pages_.pages)
        for (const PlacedMark& mark : page.marks)
            if (mark.kind == Mark::Kind::seal) return true;
    return false;
}

void DocumentWriter::draw_marks(ContentWriter& writer, const Page& page) {
    for (const PlacedMark& mark : page.marks)
        if (mark.kind == Mark::Kind::qr_code && input_.qr_code) writer.draw_qr_code(*input_.qr_code, mark.at);
    if (fixed_->part->seal == 0) return;
    for (const PlacedMark& mark : page.marks)
        if (mark.kind == Mark::Kind::seal)
            writer.draw_stamp({mark.at.x - material_.stamp_width / 2, mark.at.y - material_.stamp_height / 2},
                              material_.stamp_width, material_.stamp_height);
}

// 骑缝章: the pages fanned out, one seal over all their right edges.
void DocumentWriter::draw_paging_seal(ContentWriter& writer, std::size_t page_index) {
    std::size_t count = pages_.pages.size();
    if (!options_.paging_seal || count < 2 || fixed_->part->seal == 0) return;
    std::size_t group_count = (count + paging_seal_pages_max - 1) / paging_seal_pages_max;
    std::size_t group = page_index * group_count / count;
    std::size_t first = (group * count + group_count - 1) / group_count,
                end = ((group + 1) * count + group_count - 1) / group_count;
    double slices = static_cast<double>(end - first), from = static_cast<double>(page_index - first) / slices,
           to = from + 1 / slices;
    const Page& page = pages_.pages[page_index];
    writer.draw_stamp({page.width - to * material_.stamp_width, (page.height - material_.stamp_height) / 2},
                      material_.stamp_width, material_.stamp_height, from, to);
}

// The /Contents of every page.
std::vector<std::string> DocumentWriter::write_contents(const std::vector<PagePlan>& plans) {
    std::vector<std::string> contents;
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const Page& page = pages_.pages[i];
        ContentWriter writer(page.height, *material_.outlines, fixed_->part->fonts, &fonts_);
        for (const PlacedFragment* placed : plans[i].own) writer.draw(*placed->fragment, placed->at);
        draw_marks(writer, page);
        draw_paging_seal(writer, i);
        images_.insert(writer.images().begin(), writer.images().end());
        std::string& references = contents.emplace_back();
        if (fixed_->streams[i] != 0) append_reference(references, fixed_->streams[i]);
        if (writer.empty()) continue;
        if (!references.empty()) references += ' ';
        append_reference(references, body_.stream("/Filter/FlateDecode",
                                                  deflated(std::move(writer).finish(), content_deflate_level)));
    }
    return contents;
}

Result<int> DocumentWriter::write_resources() {
    const TemplatePart& part = *fixed_->part;
    std::string fonts = part.font_resources;
    TRY_DO(fonts_.write(body_, *material_.outlines, own_font_letter, font_deflate_level, fonts));
    std::map<int, int> pictures = part.pictures;
    for (int index : images_)
        if (static_cast<std::size_t>(index) < material_.pictures.size() && !pictures.contains(index))
            pictures[index] = write_picture(body_, material_.pictures[static_cast<std::size_t>(index)]);
    std::string entries = "/Font<<" + fonts + ">>/XObject<<";
    for (auto [index, object] : pictures) {
        entries += "/I";
        append_integer(entries, index);
        entries += ' ';
        append_reference(entries, object);
    }
    if (part.seal != 0) {
        entries += "/Seal ";
        append_reference(entries, part.seal);
    }
    entries += ">>";
    if (part.seal_state != 0) {
        entries += "/ExtGState<</Over ";
        append_reference(entries, part.seal_state);
        entries += ">>";
    }
    return body_.dictionary(entries);
}

void DocumentWriter::write_pages(const std::vector<std::string>& contents, int resources) {
    page_tree_ = body_.reserve();
    for (std::size_t i = 0; i < contents.size(); ++i) page_objects_.push_back(body_.reserve());
    for (Widget& widget : widgets_) widget.object = body_.reserve();
    for (std::size_t i = 0; i < contents.size(); ++i) {
        body_.begin(page_objects_[i]);
        std::string& out = body_.bytes;
        out += "<</Type/Page/Parent ";
        append_reference(out, page_tree_);
        out += "/MediaBox[0 0 ";
        append_number(out, pages_.pages[i].width);
        out += ' ';
        append_number(out, pages_.pages[i].height);
        out += "]/Resources ";
        append_reference(out, resources);
        out += "/Group<</S/Transparency/CS/DeviceRGB>>";
        if (!contents[i].empty()) out += "/Contents[" + contents[i] + "]";
        std::string annotations;
        for (const Widget& widget : widgets_)
            if (widget.page == i) {
                append_reference(annotations, widget.object);
                annotations += ' ';
            }
        if (!annotations.empty()) out += "/Annots[" + annotations + "]";
        out += ">>\n";
        body_.end();
    }
    body_.begin(page_tree_);
    body_.bytes += "<</Type/Pages/Count ";
    append_integer(body_.bytes, static_cast<std::int64_t>(contents.size()));
    body_.bytes += "/Kids[";
    for (int object : page_objects_) {
        append_reference(body_.bytes, object);
        body_.bytes += ' ';
    }
    body_.bytes += "]>>\n";
    body_.end();
}

void DocumentWriter::write_catalog() {
    metadata_ = body_.stream("/Type/Metadata/Subtype/XML", xmp_packet(input_.metadata));
    info_ = body_.dictionary(info_entries(input_.metadata));
    std::string out = "/Type/Catalog/Version/1.7/Pages ";
    append_reference(out, page_tree_);
    out += "/Metadata ";
    append_reference(out, metadata_);
    out += "/Lang";
    append_text_string(out, input_.metadata.language);
    out +=
        "/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
        "/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile ";
    append_reference(out, fixed_->part->profile);
    out += ">>]";
    if (!widgets_.empty()) {
        out += signature_ != 0 ? "/AcroForm<</SigFlags 3/Fields[" : "/AcroForm<</Fields[";
        for (const Widget& widget : widgets_) {
            append_reference(out, widget.object);
            out += ' ';
        }
        out += "]>>";
    }
    if (signature_ != 0) {
        out += "/Perms<</DocMDP ";
        append_reference(out, signature_);
        out += ">>";
    }
    catalog_ = body_.dictionary(out);
}

// 14.4: the caller's, or one that follows from the document.
std::string DocumentWriter::file_identifier() const {
    const PdfMetadata& metadata = input_.metadata;
    if (!metadata.document_id.empty()) return metadata.document_id;
    Sha256 digest =
        sha256(metadata.title + '\n' + metadata.number + '\n' + metadata.recipient + '\n' + iso_utc(metadata.created));
    return {reinterpret_cast<const char*>(digest.data()), 16};
}

void DocumentWriter::write_cross_reference() {
    std::uint64_t start = body_.size();
    std::string& out = body_.bytes;
    int count = body_.objects() + 1;
    out += "xref\n0 ";
    append_integer(out, count);
    out += "\n0000000000 65535 f \n";
    for (const Body* stretch : {&fixed_->part->body, &fixed_->body, static_cast<const Body*>(&body_)})
        for (std::uint64_t offset : stretch->offsets()) {
            append_padded(out, offset, 10);
            out += " 00000 n \n";
        }
    out += "trailer\n<</Size ";
    append_integer(out, count);
    out += "/Root ";
    append_reference(out, catalog_);
    out += "/Info ";
    append_reference(out, info_);
    out += "/ID[";
    std::string id = file_identifier();
    append_hex_string(out, id);
    append_hex_string(out, id);
    out += "]>>\nstartxref\n";
    append_integer(out, static_cast<std::int64_t>(start));
    out += "\n%%EOF\n";
}

Result<PdfOutput> DocumentWriter::write(TemplateParts& parts) {
    if (pages_.pages.empty()) return fail(ErrorKind::invalid, "pdf.no_pages");
    std::vector<PagePlan> plans;
    plans.reserve(pages_.pages.size());
    for (const Page& page : pages_.pages) plans.push_back(plan_page(page));
    fixed_ = TRY(parts.find(pages_, plans, has_seal()));
    body_ = Body(fixed_->body.objects(), fixed_->body.size());
    body_.bytes.reserve(64 << 10);
    widgets_ = signature_widgets(pages_, options_.certifying_field, input_.signing.has_value(), material_.stamp_width,
                                 material_.stamp_height);
    std::vector<std::string> contents = write_contents(plans);
    int resources = TRY(write_resources());
    write_pages(contents, resources);
    if (input_.signing) {
        signature_ = body_.reserve();
        widgets_.front().value = signature_;
    }
    for (const Widget& widget : widgets_)
        write_widget(body_, widget, page_objects_[widget.page], fixed_->part->empty_appearance);
    write_catalog();
    // Last of the objects: what follows the hole is hashed after everything else.
    SignatureHoles holes;
    if (input_.signing) holes = write_signature(body_, signature_, *input_.signing, input_.metadata.created);
    write_cross_reference();
    if (body_.size() > limits::document_bytes_max) return fail(ErrorKind::limit, "pdf.too_large");
    return finish(holes);
}

Result<PdfOutput> DocumentWriter::finish(SignatureHoles holes) {
    std::uint64_t before = body_.size() - body_.bytes.size();
    std::string& bytes = body_.bytes;
    Sha256Stream hash = fixed_->hash;
    if (input_.signing) {
        std::uint64_t numbers[3] = {before + holes.contents, before + holes.contents_end,
                                    bytes.size() - holes.contents_end};
        std::string text;
        for (std::uint64_t number : numbers) {
            append_padded(text, number, byte_range_digits);
            text += ' ';
        }
        text.pop_back();
        bytes.replace(holes.byte_range, text.size(), text);
        std::string_view all = bytes, after = all.substr(holes.contents_end);
        hash.update(all.substr(0, holes.contents));
        Sha256Stream of_range = hash;
        of_range.update(after);
        std::string signature = TRY(input_.signing->sign(of_range.finish()));
        if (signature.size() > input_.signing->contents_bytes) return fail(ErrorKind::limit, "pdf.signature_too_large");
        std::string hex;
        append_hex_string(hex, signature);
        hex.pop_back();
        bytes.replace(holes.contents, hex.size(), hex);
        hash.update(all.substr(holes.contents));
    } else {
        hash.update(bytes);
    }
    PdfOutput output;
    output.bytes.reserve(body_.size());
    output.bytes += fixed_->part->body.bytes;
    output.bytes += fixed_->body.bytes;
    output.bytes += bytes;
    output.sha256 = hash.finish();
    output.pages = static_cast<int>(pages_.pages.size());
    return output;
}

class BatchWriter final : public PdfWriter {
public:
    explicit BatchWriter(Options options) : options_(std::move(options)) {}

    Result<> prepare() {
        material_.fonts = options_.fonts;
        material_.outlines = std::make_unique<GlyphOutlines>(options_.fonts);
        if (options_.images)
            for (const Image& image : *options_.images) material_.pictures.push_back(TRY(read_picture(image)));
        if (options_.stamp) {
            material_.stamp = TRY(stamp_picture(*options_.stamp));
            material_.stamp_width = options_.stamp->width_mm * points_per_mm;
            material_.stamp_height = material_.stamp_width * options_.stamp->height / options_.stamp->width;
            options_.stamp->rgba.clear();
            options_.stamp->rgba.shrink_to_fit();
        }
        return {};
    }

    Result<PdfOutput> write(const PdfInput& input) override {
        return DocumentWriter(options_, material_, input).write(parts_);
    }

private:
    Options options_;
    BatchMaterial material_;
    TemplateParts parts_{material_};
};

}  // namespace
}  // namespace pdf

Result<std::shared_ptr<PdfWriter>> PdfWriter::create(Options options) {
    auto writer = std::make_shared<pdf::BatchWriter>(std::move(options));
    TRY_DO(writer->prepare());
    return writer;
}

}  // namespace shanqi::office
