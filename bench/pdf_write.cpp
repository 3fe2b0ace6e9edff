// How long one sealed document takes once its pages are laid out: content, row fonts, hashing, CMS, QR code.
// A two-page agreement with 1,200 glyphs of the template and 60 of the row, P-256.
//   bench_pdf [seconds] [threads] [file to keep]
#include <fmt/format.h>
#include <stdlib.h>
#include <time.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "base/text.hpp"
#include "office/barcode/qr.hpp"
#include "office/pdf/test_pages.hpp"
#include "seal/seal.hpp"

namespace shanqi {
namespace {

// The time of the thread on a core: other work on the machine does not count.
struct Clock {
    using duration = std::chrono::nanoseconds;
    using time_point = std::chrono::time_point<Clock, duration>;
    static time_point now() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
    }
};

std::string characters(char32_t first, int count, int step) {
    std::u32string text;
    for (int i = 0; i < count; ++i) text += static_cast<char32_t>(first + static_cast<char32_t>(i * step));
    return to_utf8(text);
}

std::vector<office::PlacedFragment> template_lines() {
    std::vector<office::PlacedFragment> lines;
    for (int i = 0; i < 30; ++i) {  // 300 different characters, as running text has
        office::test::Line line{.text = characters(0x4E00 + static_cast<char32_t>(i % 10 * 37), 40, 1),
                                .x = 60,
                                .y = 90.0 + i % 15 * 40,
                                .static_id = static_cast<std::uint64_t>(i + 1)};
        lines.push_back(office::test::placed(line));
    }
    return lines;
}

office::Pages pages_of_row(const std::vector<office::PlacedFragment>& lines, int row) {
    office::Pages pages;
    for (int number = 0; number < 2; ++number) {
        office::Page page = office::test::a4();
        for (std::size_t i = 0; i < 15; ++i) page.fragments.push_back(lines[static_cast<std::size_t>(number) * 15 + i]);
        for (int i = 0; i < 3; ++i)
            page.fragments.push_back(office::test::placed(
                {.text = characters(0x6000 + static_cast<char32_t>(row * 53 % 2000 + i * 7), 10, 3),
                 .x = 60,
                 .y = 110.0 + i * 80}));
        pages.pages.push_back(std::move(page));
    }
    pages.pages[1].marks = {{office::Mark::Kind::seal, "", {400, 650}},
                            {office::Mark::Kind::qr_code, "", {480, 760}},
                            {office::Mark::Kind::countersign, "乙方", {80, 650}}};
    return pages;
}

office::PdfMetadata metadata(int row) {
    return {.title = "合作协议",
            .author = "某某基金会",
            .subject = "合作协议",
            .created = system_clock().now(),
            .document_id = "0123456789abcdef",
            .number = fmt::format("2026-{:05}", row),
            .recipient = "某某小学",
            .verify_url = "https://example.org/v/AbCdEfGhIjKlMnOpQrStUv",
            .trial = true};
}

std::shared_ptr<const seal::SigningKey> trial_key() {
    char folder[] = "/tmp/bench_pdf_XXXXXX";
    if (!mkdtemp(folder)) return nullptr;
    seal::NewKey wanted{.name = "某某基金会", .folder = folder, .password = "bench", .now = system_clock().now()};
    if (!seal::create_trial_key(wanted)) return nullptr;
    auto key = seal::SigningKey::open(wanted.folder / "seal.p12", "bench", system_clock().now());
    if (const char* keep = std::getenv("BENCH_KEEP_CA"))
        std::filesystem::copy_file(wanted.folder / "ca.pem", keep, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove_all(folder);
    return key ? *key : nullptr;
}

struct Tally {
    std::size_t documents = 0, bytes = 0;
    double seconds = 0;
};

int run(double seconds, int threads, const char* keep) {
    auto key = trial_key();
    auto picture = seal::draw_seal_raster({.name = "某某公益基金会", .trial = true});
    if (!key || !picture || !office::test::fonts()) return 1;
    office::PdfWriter::Options options{.fonts = office::test::fonts(), .countersigners = {{"乙方"}}};
    options.stamp = office::StampPicture{picture->width, picture->height, picture->rgba, picture->width_mm};
    auto writer = *office::PdfWriter::create(options);
    auto lines = template_lines();
    constexpr int rows = 200;
    std::vector<office::Pages> pages;
    pages.reserve(rows);
    for (int row = 0; row < rows; ++row) pages.push_back(pages_of_row(lines, row));

    auto write_row = [&](int row) {
        office::PdfMetadata data = metadata(row);
        office::PdfSigning signing{.name = "某某基金会",
                                   .reason = "用印",
                                   .contents_bytes = key->cms_bytes_max(),
                                   .sign = [&](const Sha256& digest) { return key->sign_cms(digest); }};
        auto code = *office::make_qr_code(data.verify_url);
        return writer->write({&pages[static_cast<std::size_t>(row % rows)], data, code, signing});
    };
    auto first = Clock::now();
    auto document = write_row(0);
    if (!document) return 1;
    fmt::print("first document {:.1f} ms, {} bytes\n",
               std::chrono::duration<double, std::milli>(Clock::now() - first).count(), document->bytes.size());
    if (keep) std::ofstream(keep, std::ios::binary) << document->bytes;
    for (int row = 0; row < rows; ++row)
        if (!write_row(row)) return 1;

    std::vector<Tally> tallies(static_cast<std::size_t>(threads));
    std::vector<std::thread> workers;
    workers.reserve(tallies.size());
    for (auto& tally : tallies)
        workers.emplace_back([&] {
            auto start = Clock::now();
            for (int row = 0; tally.seconds < seconds; ++row) {
                tally.bytes += write_row(row)->bytes.size();
                ++tally.documents;
                tally.seconds = std::chrono::duration<double>(Clock::now() - start).count();
            }
        });
    for (auto& worker : workers) worker.join();
    double rate = 0;
    std::size_t documents = 0, bytes = 0;
    for (auto& tally : tallies)
        rate += static_cast<double>(tally.documents) / tally.seconds, documents += tally.documents,
            bytes += tally.bytes;
    fmt::print("{} threads: {:.0f} documents/s, {:.1f} us a document and thread, {} bytes each\n", threads, rate,
               threads * 1e6 / rate, bytes / documents);
    auto start = Clock::now();
    constexpr int repeats = 2000;
    for (int i = 0; i < repeats; ++i)
        if (!office::make_qr_code("https://example.org/v/AbCdEfGhIjKlMnOpQrStUv")) return 1;
    fmt::print("of which the QR code {:.1f} us",
               std::chrono::duration<double, std::micro>(Clock::now() - start).count() / repeats);
    start = Clock::now();
    for (int i = 0; i < repeats; ++i)
        if (!key->sign_cms(Sha256{})) return 1;
    fmt::print(", the CMS {:.1f} us\n",
               std::chrono::duration<double, std::micro>(Clock::now() - start).count() / repeats);
    return 0;
}

}  // namespace
}  // namespace shanqi

int main(int count, char** arguments) {
    double seconds = count > 1 ? std::atof(arguments[1]) : 2;
    int threads = count > 2 ? std::atoi(arguments[2]) : 1;
    return shanqi::run(seconds, threads, count > 3 ? arguments[3] : nullptr);
}
