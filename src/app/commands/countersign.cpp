#include "app/commands/countersign.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/files.hpp"
#include "office/pdf/read/strict_file.hpp"
#include "seal/document/pdf_signatures.hpp"

namespace shanqi::app {
namespace {

constexpr std::uint64_t pdf_bytes_max = office::pdf_read::limits::file_bytes_max;

std::filesystem::path target(const std::filesystem::path& file, const std::filesystem::path& out) {
    return out.empty() ? file : out;
}

Result<std::string> sign(const CountersignCommand& command) {
    const std::string password = TRY(read_password_file(command.password_file));
    const Instant now = system_clock().now();
    const auto key = TRY(seal::SigningKey::open(command.key, password, now));
    const std::string pdf = TRY(read_file(command.file, pdf_bytes_max));
    seal::Countersignature wish{
        .field = command.field, .picture = {}, .reason = command.reason, .location = command.location, .time = now};
    if (!command.picture.empty()) wish.picture = TRY(read_file(command.picture, limits::picture_bytes_max));
    std::unique_ptr<HttpClient> http;
    std::optional<seal::TimeStampClient> client;
    if (!command.tsa.empty()) {
        http = make_http_client();
        client.emplace(*http, command.tsa);
        wish.time_stamp = &*client;
    }
    const std::string signed_pdf = TRY(seal::countersign(pdf, *key, wish));
    TRY_DO(write_file_durably(target(command.file, command.out), signed_pdf));
    return key->subject_name();
}

Result<> stamp(const TimeStampCommand& command) {
    const std::string pdf = TRY(read_file(command.file, pdf_bytes_max));
    const auto http = make_http_client();
    const std::string stamped =
        TRY(seal::add_document_time_stamp(pdf, seal::TimeStampClient(*http, command.tsa), system_clock().now()));
    return write_file_durably(target(command.file, command.out), stamped);
}

int failed(const Error& error, Language language) {
    fmt::print(stderr, "{}\n", message(error, language));
    return 1;
}

}  // namespace

int run_countersign(const CountersignCommand& command, Language language, std::FILE* out) {
    const Result<std::string> who = sign(command);
    if (!who) return failed(who.error(), language);
    fmt::print(out, "{}\n",
               message(command.picture.empty() ? "sign.done_unseen" : "sign.done",
                       {{"field", command.field}, {"who", *who}, {"file", target(command.file, command.out).string()}},
                       language));
    return 0;
}

int run_time_stamp(const TimeStampCommand& command, Language language, std::FILE* out) {
    if (const Result<> done = stamp(command); !done) return failed(done.error(), language);
    fmt::print(out, "{}\n", message("sign.stamped", {{"file", target(command.file, command.out).string()}}, language));
    return 0;
}

}  // namespace shanqi::app
