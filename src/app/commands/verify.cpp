#include "app/commands/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <thread>

#include "app/commands/moment.hpp"
#include "app/commands/verify_text.hpp"
#include "base/files.hpp"
#include "base/worker_pool.hpp"
#include "office/pdf/read/strict_file.hpp"

namespace shanqi::app {
namespace {

using seal::DocumentReport;

Result<seal::VerifyOptions> open_options(const VerifyCommand& command) {
    seal::TrustStore::Material material;
    for (const std::string& file : command.trust) {
        for (seal::CertificatePtr& certificate : TRY(seal::Certificate::from_file(file)))
            material.roots.push_back(std::move(certificate));
    }
    for (const std::string& file : command.crls)
        material.crls.push_back(TRY(read_file(file, limits::key_file_bytes_max)));
    for (const std::string& file : command.ocsp_responses)
        material.ocsp_responses.push_back(TRY(read_file(file, limits::key_file_bytes_max)));
    return seal::VerifyOptions{seal::TrustStore::create(std::move(material)),
                               command.at.empty() ? system_clock().now() : TRY(parse_moment(command.at))};
}

DocumentReport verify_file(const std::filesystem::path& file, const seal::VerifyOptions& options) {
    const Result<std::string> bytes = read_file(file, office::pdf_read::limits::file_bytes_max);
    DocumentReport unreadable;
    try {
        if (bytes) return seal::verify_document(*bytes, options);
        unreadable.problems.push_back(bytes.error());
    } catch (const std::bad_alloc&) {  // of this file; the others get their verdicts
        unreadable.problems.push_back(
            {.kind = ErrorKind::limit, .key = "verify.too_large", .arguments = {}, .place = {}});
    }
    return unreadable;
}

}  // namespace

int run_verify(const VerifyCommand& command, Language language, std::FILE* out) {
    const Result<seal::VerifyOptions> options = open_options(command);
    if (!options) {
        fmt::print(stderr, "{}\n", message(options.error(), language));
        return 1;
    }
    std::vector<DocumentReport> reports(command.files.size());
    const auto workers =
        static_cast<unsigned>(std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), reports.size()));
    WorkerPool(workers).for_each(
        reports.size(), [&](unsigned, std::size_t i) { reports[i] = verify_file(command.files[i], *options); });

    boost::json::array objects;
    int status = 0;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const std::string name = command.files[i].string();
        if (command.json)
            objects.push_back(verification_json(name, reports[i], language));
        else
            fmt::print(out, "{}{}", i > 0 ? "\n" : "", verification_text(name, reports[i], language));
        if (reports[i].verdict == DocumentReport::Verdict::bad) status = 1;
        if (reports[i].verdict == DocumentReport::Verdict::unknown_signer && status == 0) status = 2;
    }
    if (command.json) fmt::print(out, "{}\n", boost::json::serialize(objects));
    if (!command.json && reports.size() > 1) {
        const auto count = [&](DocumentReport::Verdict verdict) {
            return std::to_string(std::ranges::count(reports, verdict, &DocumentReport::verdict));
        };
        fmt::print(out, "\n{}\n",
                   message("verify.summary",
                           {{"files", std::to_string(reports.size())},
                            {"good", count(DocumentReport::Verdict::good)},
                            {"unknown", count(DocumentReport::Verdict::unknown_signer)},
                            {"bad", count(DocumentReport::Verdict::bad)}},
                           language));
    }
    return status;
}

}  // namespace shanqi::app
