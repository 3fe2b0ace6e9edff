// docx_to_pdf FILE.docx OUT.pdf: reads, lays out and writes, unsigned; notices go to standard error. For comparing
// our pages with those of other programs.
#include <fmt/core.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "base/files.hpp"
#include "base/messages.hpp"
#include "office/docx/docx.hpp"
#include "office/layout/layout.hpp"
#include "office/pdf/pdf.hpp"

using namespace shanqi;

namespace {

// `what` is itself the key of a sentence.
std::string sentence(Error notice) {
    for (auto& [name, value] : notice.arguments) {
        if (name == "what") value = message(value, {}, Language::zh_hans);
    }
    return message(notice, Language::zh_hans);
}

Result<> convert(const std::string& from, const std::string& to, int rounds) {
    const std::string bytes = TRY(read_file(from, limits::template_bytes_max));
    const auto document = TRY(office::read_docx(bytes));
    const auto fonts = TRY(office::FontLibrary::open());
    office::LayoutEngine engine(fonts);
    auto pages = TRY(engine.lay_out(document));
    for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        pages = TRY(engine.lay_out(document));
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
        fmt::print(stderr, "layout {:.1f} us\n", took.count());
    }
    for (const auto& notice : pages.notices) fmt::print(stderr, "{}\n", sentence(notice));
    office::PdfWriter::Options options;
    options.fonts = fonts;
    options.images = &document.images;
    options.paging_seal = false;
    auto writer = TRY(office::PdfWriter::create(std::move(options)));
    office::PdfInput input;
    input.pages = &pages;
    input.metadata.title = document.title;
    const auto output = TRY(writer->write(input));
    std::ofstream(to, std::ios::binary) << output.bytes;
    fmt::print("{} pages\n", output.pages);
    return {};
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count < 3) {
        fmt::print(stderr, "docx_to_pdf FILE.docx OUT.pdf [ROUNDS]\n");
        return 2;
    }
    const int rounds = argument_count > 3 ? std::atoi(arguments[3]) : 0;
    if (const auto done = convert(arguments[1], arguments[2], rounds); !done) {
        fmt::print(stderr, "{}\n", message(done.error(), Language::zh_hans));
        return 1;
    }
    return 0;
}
