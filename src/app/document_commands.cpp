// Sealing and verifying: commands over files, without an installation.
#include "app/command_line.hpp"
#include "app/commands/countersign.hpp"
#include "app/commands/data_check.hpp"
#include "app/commands/key_new.hpp"
#include "app/commands/seal.hpp"
#include "app/commands/seal_image.hpp"
#include "app/commands/verify.hpp"

namespace shanqi::app {
namespace {

void add_seal(CommandLine& line) {
    auto& options = line.keep<SealOptions>();
    CLI::App* sub = line.command(line.root(), "seal", "help.seal",
                                 [&line, &options] { return run_seal(options, line.language(), stdout); });
    documents::SealBatch& batch = options.batch;
    sub->add_option("--template", batch.template_file, line.text("help.seal.template"))->required()->type_name("DOCX");
    sub->add_option("--data", batch.data_file, line.text("help.seal.data"))->required()->type_name("XLSX|CSV");
    sub->add_option("--key", batch.key_file, line.text("help.seal.key"))->required()->type_name("P12");
    sub->add_option("--password-file", options.password_file, line.text("help.seal.password_file"))
        ->required()
        ->type_name("FILE");
    sub->add_option("--out", batch.out, line.text("help.seal.out"))->required()->type_name("DIR");
    sub->add_option("--sheet", batch.sheet, line.text("help.seal.sheet"))->type_name("NAME");
    sub->add_option("--image", batch.image_file, line.text("help.seal.image"))->type_name("PNG");
    sub->add_option("--name", batch.name_pattern, line.text("help.seal.name"))->type_name("PATTERN");
    sub->add_option("--number", batch.number_pattern, line.text("help.seal.number"))
        ->type_name("PATTERN")
        ->capture_default_str();
    sub->add_option("--verify-url", batch.verify_url, line.text("help.seal.verify_url"))->type_name("URL");
    sub->add_option("--tsa", batch.tsa_url, line.text("help.tsa"))->type_name("URL");
    sub->add_option("--jobs", batch.jobs, line.text("help.seal.jobs"))->type_name("N")->check(CLI::Range(1, 256));
    sub->add_flag("--json", options.json, line.text("help.json"));
}

void add_seal_image(CommandLine& line) {
    auto& options = line.keep<SealImageOptions>();
    CLI::App* sub = line.command(line.root(), "seal-image", "help.image",
                                 [&line, &options] { return run_seal_image(options, line.language(), stdout); });
    sub->add_option("--name", options.picture.name, line.text("help.image.name"))->required()->type_name("NAME");
    sub->add_option("--kind", options.picture.kind, line.text("help.image.kind"))->type_name("KIND");
    sub->add_option("--diameter-mm", options.picture.diameter_mm, line.text("help.image.diameter"))->type_name("MM");
    sub->add_option("--code", options.picture.code, line.text("help.image.code"))->type_name("CODE");
    sub->add_option("--out", options.out, line.text("help.image.out"))->required()->type_name("PNG|SVG");
}

void add_key(CommandLine& line) {
    auto& options = line.keep<KeyNewOptions>();
    CLI::App* key = line.command(line.root(), "key", "help.key");
    CLI::App* sub = line.command(*key, "new", "help.key.new",
                                 [&line, &options] { return run_key_new(options, line.language(), stdout); });
    sub->add_option("--name", options.name, line.text("help.image.name"))->required()->type_name("NAME");
    sub->add_option("--out", options.folder, line.text("help.key.out"))->required()->type_name("DIR");
    sub->add_option("--password-file", options.password_file, line.text("help.seal.password_file"))
        ->required()
        ->type_name("FILE");
    sub->add_option("--alg", options.algorithm, line.text("help.key.alg"))->type_name("ALG")->capture_default_str();
}

void add_data(CommandLine& line) {
    auto& options = line.keep<DataCheckOptions>();
    CLI::App* data = line.command(line.root(), "data", "help.data");
    CLI::App* sub = line.command(*data, "check", "help.data.check",
                                 [&line, &options] { return run_data_check(options, line.language(), stdout); });
    sub->add_option("--data", options.data_file, line.text("help.seal.data"))->required()->type_name("XLSX|CSV");
    sub->add_option("--template", options.template_file, line.text("help.data.template"))->type_name("DOCX");
    sub->add_option("--sheet", options.sheet, line.text("help.seal.sheet"))->type_name("NAME");
    sub->add_flag("--json", options.json, line.text("help.json"));
}

void add_verify(CommandLine& line) {
    auto& options = line.keep<VerifyCommand>();
    CLI::App* sub = line.command(line.root(), "verify", "help.verify",
                                 [&line, &options] { return run_verify(options, line.language(), stdout); });
    sub->add_option("FILE", options.files, line.text("help.verify.file"))->required()->type_name("PDF");
    sub->add_option("--trust", options.trust, line.text("help.verify.trust"))
        ->type_name("PEM")
        ->allow_extra_args(false);
    sub->add_option("--at", options.at, line.text("help.verify.at"))->type_name("TIME");
    sub->add_option("--crl", options.crls, line.text("help.verify.crl"))->type_name("DER")->allow_extra_args(false);
    sub->add_option("--ocsp", options.ocsp_responses, line.text("help.verify.ocsp"))
        ->type_name("DER")
        ->allow_extra_args(false)
        ->take_all();
    sub->add_flag("--json", options.json, line.text("help.verify.json"));
}

void add_countersign(CommandLine& line) {
    auto& options = line.keep<CountersignCommand>();
    CLI::App* sub = line.command(line.root(), "countersign", "help.countersign",
                                 [&line, &options] { return run_countersign(options, line.language(), stdout); });
    sub->add_option("FILE", options.file, line.text("help.countersign.file"))->required()->type_name("PDF");
    sub->add_option("--field", options.field, line.text("help.countersign.field"))->required()->type_name("NAME");
    sub->add_option("--key", options.key, line.text("help.seal.key"))->required()->type_name("P12");
    sub->add_option("--password-file", options.password_file, line.text("help.seal.password_file"))
        ->required()
        ->type_name("FILE");
    sub->add_option("--picture", options.picture, line.text("help.countersign.picture"))->type_name("PNG");
    sub->add_option("--reason", options.reason, line.text("help.countersign.reason"))->type_name("TEXT");
    sub->add_option("--location", options.location, line.text("help.countersign.location"))->type_name("TEXT");
    sub->add_option("--tsa", options.tsa, line.text("help.tsa"))->type_name("URL");
    sub->add_option("--out", options.out, line.text("help.countersign.out"))->type_name("PDF");
}

void add_time_stamp(CommandLine& line) {
    auto& options = line.keep<TimeStampCommand>();
    CLI::App* sub = line.command(line.root(), "timestamp", "help.timestamp",
                                 [&line, &options] { return run_time_stamp(options, line.language(), stdout); });
    sub->add_option("FILE", options.file, line.text("help.countersign.file"))->required()->type_name("PDF");
    sub->add_option("--tsa", options.tsa, line.text("help.tsa"))->required()->type_name("URL");
    sub->add_option("--out", options.out, line.text("help.countersign.out"))->type_name("PDF");
}

}  // namespace

void define_document_commands(CommandLine& line) {
    add_seal(line);
    add_seal_image(line);
    add_key(line);
    add_data(line);
    add_verify(line);
    add_countersign(line);
    add_time_stamp(line);
}

}  // namespace shanqi::app
