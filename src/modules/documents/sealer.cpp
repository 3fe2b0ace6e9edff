#include "modules/documents/sealer.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "modules/documents/register.hpp"
#include "office/barcode/qr.hpp"
#include "office/docx/docx.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t time_stamp_growth_bytes = 512;  // serial numbers and signatures vary in length
constexpr int stamp_dots_per_inch = 300;              // sharp in print, a quarter of the bytes of 600
constexpr double seal_radius = 59.5;                  // points: 21 mm

// The column that names who gets the document: the first field of the file name, else a field of the template that is
// called a name. No other field is guessed: it could be an identity number, which has no business in a file name.
std::string recipient_field(const office::Template& form, const std::vector<office::TemplateField>& name_fields) {
    for (const office::TemplateField& field : name_fields) {
        if (!field.built_in) return field.name;
    }
    for (const char* word : {"学校名称", "单位名称", "姓名", "名称", "学校", "单位", "收件人"}) {
        for (const office::TemplateField& field : form.fields()) {
            const bool is_masked = std::ranges::find(field.filters, "掩码") != field.filters.end();
            if (!field.built_in && !field.repeated && !is_masked && field.name.ends_with(word)) return field.name;
        }
    }
    return {};
}

bool is_web_address(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

// A template without {{印章}} (an old mail merge) still gets its seal: under the last lines of the last page.
void add_seal_mark(office::Pages& pages) {
    office::Page& page = pages.pages.back();
    double y = 0;
    for (const office::PlacedFragment& placed : page.fragments) {
        if (!placed.fragment->is_artifact) y = std::max(y, placed.at.y);
    }
    const double lowest = page.height - seal_radius - 10, highest = seal_radius + 10;
    page.marks.push_back({.kind = office::Mark::Kind::seal,
                          .name = {},
                          .at = {page.width * 0.72, std::clamp(y, highest, std::max(highest, lowest))}});
    pages.notices.push_back(
        Error{.kind = ErrorKind::invalid, .key = "documents.no_seal_mark", .arguments = {}, .place = {}});
}

}  // namespace

Result<std::unique_ptr<Sealer>> Sealer::create(const SealBatch& batch, const std::vector<std::string>& columns,
                                               unsigned workers) {
    std::unique_ptr<Sealer> self(new Sealer());
    self->clock_ = batch.clock;
    self->today_ = china_time(batch.clock->now()).date;
    self->verify_url_ = batch.verify_url;
    if (!batch.verify_url.empty() && !is_web_address(batch.verify_url))
        return fail(ErrorKind::invalid, "documents.bad_verify_url", {{"value", batch.verify_url}});
    self->key_ = batch.key != nullptr ? batch.key
                                      : TRY(seal::SigningKey::open(batch.key_file, batch.password, batch.clock->now()));

    const std::string docx = TRY(read_file(batch.template_file, shanqi::limits::template_bytes_max));
    self->template_hash_ = hex(sha256(docx));
    const auto with_file = [&](Error error) {
        error.place.file = batch.template_file.string();
        return std::unexpected(std::move(error));
    };
    Result<office::Document> document = office::read_docx(docx);
    if (!document) return with_file(document.error());
    self->title_ = document->title.empty() ? batch.template_file.stem().string() : document->title;
    Result<office::Template> form = office::Template::compile(std::move(*document));
    if (!form) return with_file(form.error());
    self->template_ = std::move(*form);
    if (Result<> bound = self->template_.bind(columns); !bound) return with_file(bound.error());
    TRY_DO(self->open_patterns(batch, columns));
    TRY_DO(self->open_writer(batch));
    if (!batch.tsa_url.empty()) {
        self->http_ = make_http_client();
        self->time_stamps_.emplace(*self->http_, batch.tsa_url);
        // One question in advance: whether anybody answers, and how much room the answers need in each file.
        const std::string token = TRY(self->time_stamps_->stamp(sha256(random_bytes(32))));
        self->time_stamp_bytes_ = token.size() + time_stamp_growth_bytes;
    }
    for (unsigned i = 0; i < workers; ++i) self->engines_.emplace_back(self->fonts_);
    return self;
}

Result<> Sealer::open_patterns(const SealBatch& batch, const std::vector<std::string>& columns) {
    std::string name = batch.name_pattern;
    has_own_name_ = !name.empty();
    if (name.empty()) {
        const std::string field = recipient_field(template_, {});
        // Whether the field may be empty is the template's business, not the file name's.
        name = field.empty() ? "{{编号}}" : "{{编号}}-{{" + field + "|默认:无}}";
    }
    name_ = TRY(office::Pattern::compile(name));
    TRY_DO(name_.bind(columns));
    number_ = TRY(office::Pattern::compile(batch.number_pattern));
    TRY_DO(number_.bind(columns));
    // A number made of columns is the user's own; one that never changes is a slip.
    if (std::ranges::none_of(number_.fields(),
                             [](const office::TemplateField& f) { return !f.built_in || f.name == "序号"; }))
        return fail(ErrorKind::invalid, "documents.same_number_for_all", {{"pattern", batch.number_pattern}});
    recipient_column_ = office::find_column(recipient_field(template_, name_.fields()), columns).value_or(-1);
    return {};
}

Result<> Sealer::open_writer(const SealBatch& batch) {
    fonts_ = TRY(office::FontLibrary::open());
    seal::Raster raster;
    if (batch.image_file.empty()) {
        raster = TRY(seal::draw_seal_raster(
            {.name = key_->subject_name(), .kind = {}, .code = {}, .trial = key_->is_trial()}, stamp_dots_per_inch));
    } else {
        const std::string bytes = TRY(read_file(batch.image_file, shanqi::limits::picture_bytes_max));
        Result<seal::Raster> read = seal::read_seal_image(bytes, key_->is_trial());
        if (!read) {
            read.error().place.file = batch.image_file.string();
            return std::unexpected(read.error());
        }
        raster = std::move(*read);
    }
    office::PdfWriter::Options options;
    options.fonts = fonts_;
    options.images = &template_.document().images;
    options.stamp = office::StampPicture{
        .width = raster.width, .height = raster.height, .rgba = std::move(raster.rgba), .width_mm = raster.width_mm};
    for (const std::string& name : template_.countersigners()) options.countersigners.push_back({name});
    writer_ = TRY(office::PdfWriter::create(std::move(options)));
    needs_qr_ = template_.has_mark(office::Mark::Kind::qr_code);
    return {};
}

office::BuiltIns Sealer::built_ins(const std::string& number, std::int64_t sequence) const {
    return {number, sequence, today_};
}

Result<std::string> Sealer::group_key(const Record& record) const {
    return name_.evaluate_without_number(record, built_ins({}, 0));
}

std::vector<Error> Sealer::check(const Record& record) const {
    // The number stands for itself: it is given only to rows that pass.
    std::vector<Error> problems = template_.check(record, built_ins("-", 1));
    if (!problems.empty()) return problems;
    for (const office::Pattern* pattern : {&name_, &number_}) {
        if (Result<std::string> text = pattern->evaluate(record, built_ins("-", 1)); !text)
            problems.push_back(text.error());
    }
    return problems;
}

Result<Sha256> Sealer::row_hash(const Record& record) const {
    // Where the user gave no name, ours is no part of what the document is: it may be another in the next version.
    const std::string name = has_own_name_ ? TRY(name_.evaluate_columns(record)) : std::string();
    const std::string values = template_.canonical_values(record);
    return Sha256Stream().update(template_hash_).update(values).update("\n").update(name).finish();
}

std::string Sealer::recipient(const Record& record) const {
    return recipient_column_ < 0 ? std::string() : record.value(0, recipient_column_).text;
}

Result<std::string> Sealer::series(const Record& record) const {
    return number_.evaluate_without_number(record, built_ins({}, 0));
}

Result<Assignment> Sealer::assign(const Record& record, std::string series, std::int64_t sequence) const {
    Assignment out{.number = TRY(number_.evaluate(record, built_ins({}, sequence))),
                   .series = std::move(series),
                   .sequence = sequence,
                   .file_name = {}};
    out.file_name = safe_file_name(TRY(name_.evaluate(record, built_ins(out.number, sequence)))) + ".pdf";
    return out;
}

Result<std::string> Sealer::sign(const Sha256& digest) const {
    Result<std::string> cms = key_->sign_cms(digest, time_stamps_ ? &*time_stamps_ : nullptr);
    // An authority that fails is not the row's fault: the batch stops, and what is done stays done.
    if (!cms && (cms.error().key.starts_with("tsa.") || cms.error().key.starts_with("http.")))
        cms.error().kind = ErrorKind::system;
    return cms;
}

Result<SealedFile> Sealer::build(unsigned worker, const Record& record, const Assignment& assignment,
                                 const fs::path& file) {
    const office::Document document = TRY(template_.fill(record, built_ins(assignment.number, assignment.sequence)));
    office::Pages pages = TRY(engines_[worker].lay_out(document));
    if (!template_.has_mark(office::Mark::Kind::seal)) add_seal_mark(pages);

    SealedFile out;
    out.time = clock_->now();
    office::PdfInput input;
    input.pages = &pages;
    input.metadata.title = title_ + " " + assignment.number;
    input.metadata.author = key_->subject_name();
    input.metadata.created = out.time;
    input.metadata.document_id = random_bytes(16);
    input.metadata.number = assignment.number;
    input.metadata.recipient = recipient(record);
    input.metadata.trial = key_->is_trial();
    // Where people look: the properties that every reader shows. The XMP property is for programs.
    if (key_->is_trial()) input.metadata.keywords = "试用（没有法律效力）";
    std::string code = assignment.number + "\n" + key_->subject_name();
    if (!verify_url_.empty()) {
        const std::string token = base64url(random_bytes(16));
        out.token_hash = hex(sha256(token));
        code = verify_url_ + token;
        input.metadata.verify_url = code;
    }
    if (needs_qr_) input.qr_code = TRY(office::make_qr_code(code));
    input.signing = office::PdfSigning{.name = key_->subject_name(),
                                       .reason = title_ + " " + assignment.number,
                                       .location = {},
                                       .contents_bytes = key_->cms_bytes_max() + time_stamp_bytes_,
                                       .sign = [this](const Sha256& digest) { return sign(digest); }};
    Result<office::PdfOutput> pdf = writer_->write(input);
    // A time-stamp that outgrew its room is not the row's fault either.
    if (!pdf && pdf.error().key == "pdf.signature_too_large") pdf.error().kind = ErrorKind::system;
    if (!pdf) return std::unexpected(pdf.error());
    TRY_DO(write_file(file, pdf->bytes));  // synced with its group
    out.pages = pdf->pages;
    out.bytes = pdf->bytes.size();
    out.sha256 = pdf->sha256;
    out.notices = std::move(pages.notices);
    return out;
}

}  // namespace shanqi::documents
