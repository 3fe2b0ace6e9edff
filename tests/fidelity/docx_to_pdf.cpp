// docx_to_pdf FILE.docx OUT.pdf [ROWS.csv]: reads, lays out and writes, unsigned; notices go to standard error. For
// comparing our pages with those of other programs and with those of yesterday: the same input gives the same bytes.
// With ROWS.csv the file is a template, and all its rows make one document: number SQ2026-00001, 2026-03-05, with
// seal and QR code.
#include <fmt/core.h>

#include <fstream>

#include "base/files.hpp"
#include "base/messages.hpp"
#include "office/barcode/qr.hpp"
#include "office/docx/docx.hpp"
#include "office/layout/layout.hpp"
#include "office/merge/merge.hpp"
#include "office/pdf/pdf.hpp"
#include "seal/seal.hpp"

using namespace shanqi;

namespace {

class Rows : public office::ValueSource {
public:
    static Result<Rows> read(const std::string& path) {
        Rows out;
        auto reader = TRY(office::open_table(path));
        for (const auto& column : reader->columns()) out.columns.push_back(column.name);
        for (auto row = TRY(reader->next()); row; row = TRY(reader->next())) out.rows_.push_back(std::move(row->cells));
        return out;
    }
    std::size_t row_count() const override { return rows_.size(); }
    const office::Value& value(std::size_t row, int column) const override {
        return rows_.at(row).at(static_cast<std::size_t>(column));
    }
    std::vector<std::string> columns;

private:
    std::vector<std::vector<office::Value>> rows_;
};

// `what` is itself the key of a sentence.
std::string sentence(Error notice) {
    for (auto& [name, value] : notice.arguments) {
        if (name == "what") value = message(value, {}, Language::zh_hans);
    }
    return message(notice, Language::zh_hans);
}

Result<> write_pages(const office::Pages& pages, office::PdfWriter::Options options, office::PdfInput input,
                     const std::string& to) {
    for (const auto& notice : pages.notices) fmt::print(stderr, "{}\n", sentence(notice));
    auto writer = TRY(office::PdfWriter::create(std::move(options)));
    input.pages = &pages;
    const auto output = TRY(writer->write(input));
    std::ofstream(to, std::ios::binary) << output.bytes;
    fmt::print("{} pages\n", output.pages);
    return {};
}

Result<> convert(const std::string& from, const std::string& to) {
    const std::string bytes = TRY(read_file(from, limits::template_bytes_max));
    const auto document = TRY(office::read_docx(bytes));
    const auto fonts = TRY(office::FontLibrary::open());
    const auto pages = TRY(office::LayoutEngine(fonts).lay_out(document));
    office::PdfInput input;
    input.metadata.title = document.title;
    return write_pages(pages, {.fonts = fonts, .images = &document.images, .paging_seal = false}, input, to);
}

Result<> fill(const std::string& from, const std::string& to, const std::string& data) {
    const std::string bytes = TRY(read_file(from, limits::template_bytes_max));
    auto read = TRY(office::read_docx(bytes));
    auto form = TRY(office::Template::compile(std::move(read)));
    const Rows rows = TRY(Rows::read(data));
    TRY_DO(form.bind(rows.columns));
    const office::BuiltIns known{.number = "SQ2026-00001", .sequence = 1, .today = {2026, 3, 5}};
    for (const auto& problem : form.check(rows, known)) return std::unexpected(problem);
    const auto document = TRY(form.fill(rows, known));
    const auto fonts = TRY(office::FontLibrary::open());
    const auto pages = TRY(office::LayoutEngine(fonts).lay_out(document));
    const auto seal = TRY(seal::draw_seal_raster({.name = "某某公益服务中心", .trial = true}));
    office::PdfWriter::Options options{.fonts = fonts, .images = &form.document().images};
    options.stamp = office::StampPicture{seal.width, seal.height, seal.rgba, seal.width_mm};
    for (const auto& name : form.countersigners()) options.countersigners.push_back({name});
    office::PdfInput input;
    input.metadata.title = form.document().title;
    input.qr_code = TRY(office::make_qr_code("https://example.org/v/AbCdEfGhIjKlMnOpQrStUv"));
    return write_pages(pages, std::move(options), input, to);
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count < 3) {
        fmt::print(stderr, "docx_to_pdf FILE.docx OUT.pdf [ROWS.csv]\n");
        return 2;
    }
    const auto done =
        argument_count > 3 ? fill(arguments[1], arguments[2], arguments[3]) : convert(arguments[1], arguments[2]);
    if (!done) {
        fmt::print(stderr, "{}\n", sentence(done.error()));
        return 1;
    }
    return 0;
}
