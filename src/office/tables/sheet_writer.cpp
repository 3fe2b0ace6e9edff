#include "office/tables/sheet_writer.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "office/tables/values.hpp"

namespace shanqi::office {
namespace {

constexpr std::size_t cell_units_max = 32'767;  // UTF-16 code units in a cell: Excel's limit
constexpr std::size_t sheet_name_characters_max = 31;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }

// ECMA-376 part 1, 22.9.2.19 (ST_Xstring): _xHHHH_ is a character, so such letters in the text need their own
// underscore escaped. The library does that for control characters only.
std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at);
        const bool looks_escaped = rest.size() >= 7 && rest[0] == '_' && rest[1] == 'x' && rest[6] == '_' &&
                                   is_hex(rest[2]) && is_hex(rest[3]) && is_hex(rest[4]) && is_hex(rest[5]);
        if (looks_escaped) {
            out += "_x005F_";
        } else if (text[at] == '\0') {
            out += "\xEF\xBF\xBD";
        } else {
            out += text[at];
        }
    }
    return out;
}

std::size_t utf16_units(std::string_view utf8) {
    std::size_t units = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
    }
    return units;
}

Result<> sync_and_rename(const std::filesystem::path& from, const std::filesystem::path& to) {
    const auto sync = [](const std::filesystem::path& path, int flags) -> Result<> {
        const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
        if (descriptor < 0) return system_error(errno, path);
        const int synced = ::fsync(descriptor);
        const int problem = errno;
        ::close(descriptor);
        if (synced != 0) return system_error(problem, path);
        return {};
    };
    TRY_DO(sync(from, O_RDONLY));
    if (::rename(from.c_str(), to.c_str()) != 0) return system_error(errno, to);
    return sync(to.has_parent_path() ? to.parent_path() : std::filesystem::path("."), O_RDONLY | O_DIRECTORY);
}

}  // namespace

struct SheetWriter::Impl {
    std::filesystem::path path, temporary;
    std::vector<ColumnSpec> columns;
    lxw_workbook* workbook = nullptr;
    lxw_worksheet* sheet = nullptr;
    lxw_format* text_format = nullptr;
    lxw_format* date_format = nullptr;
    lxw_format* time_format = nullptr;
    lxw_row_t next_row = 0;

    ~Impl() {
        if (workbook != nullptr) lxw_workbook_free(workbook);
        if (!temporary.empty()) ::unlink(temporary.c_str());
    }

    Result<> text(lxw_col_t column, std::string_view value, lxw_format* format) {
        const std::string safe = escaped(is_utf8(value) ? std::string(value) : to_utf8(to_utf32(value)));
        if (utf16_units(safe) > cell_units_max) {
            return fail(ErrorKind::limit, "tables.cell_too_long", {},
                        {.file = path.string(), .cell = tables::cell_name(column, next_row + 1)});
        }
        // A string cell (t="inlineStr") is never calculated, also when it starts with = + - @.
        return checked(worksheet_write_string(sheet, next_row, column, safe.c_str(), format));
    }

    Result<> checked(lxw_error error) {
        if (error == LXW_NO_ERROR) return {};
        if (error == LXW_ERROR_MEMORY_MALLOC_FAILED) std::abort();
        return system_error(errno != 0 ? errno : EIO, path);
    }

    Result<> cell(lxw_col_t column, const Value& value) {
        switch (value.kind) {
            case Value::Kind::blank:
                return checked(worksheet_write_blank(sheet, next_row, column, text_format));
            case Value::Kind::number:
                return checked(worksheet_write_number(sheet, next_row, column, value.number, nullptr));
            case Value::Kind::boolean:
                return checked(worksheet_write_boolean(sheet, next_row, column, value.number != 0 ? 1 : 0, nullptr));
            case Value::Kind::date:
                if (value.date.year >= 1901) {
                    lxw_datetime when{value.date.year, value.date.month, value.date.day,
                                      value.hour,      value.minute,     static_cast<double>(value.second)};
                    const bool timed = value.hour != 0 || value.minute != 0 || value.second != 0;
                    return checked(
                        worksheet_write_datetime(sheet, next_row, column, &when, timed ? time_format : date_format));
                }
                return text(column, value.text, text_format);
            case Value::Kind::text:
            case Value::Kind::error:
            case Value::Kind::damaged:
                return text(column, value.text, text_format);
        }
        return {};
    }
};

Value text_value(std::string text) {
    const Value::Kind kind = text.empty() ? Value::Kind::blank : Value::Kind::text;
    return {.kind = kind, .text = std::move(text)};
}

Value integer_value(std::int64_t number) {
    return {.kind = Value::Kind::number, .text = std::to_string(number), .number = static_cast<double>(number)};
}

Value date_value(Date date) { return {.kind = Value::Kind::date, .text = chinese_date(date), .date = date}; }

SheetWriter::SheetWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SheetWriter::SheetWriter(SheetWriter&&) noexcept = default;
SheetWriter& SheetWriter::operator=(SheetWriter&&) noexcept = default;
SheetWriter::~SheetWriter() = default;

Result<SheetWriter> SheetWriter::create(const std::filesystem::path& path, std::string_view sheet_name,
                                        std::vector<ColumnSpec> columns) {
    if (columns.size() > static_cast<std::size_t>(limits::columns_max)) {
        return fail(ErrorKind::limit, "tables.too_wide", {{"limit", std::to_string(limits::columns_max)}},
                    {.file = path.string()});
    }
    const bool bad_name = sheet_name.empty() || to_utf32(sheet_name).size() > sheet_name_characters_max ||
                          sheet_name.find_first_of("[]:*?/\\") != std::string_view::npos ||
                          sheet_name.front() == '\'' || sheet_name.back() == '\'';
    if (bad_name) return fail(ErrorKind::invalid, "tables.bad_sheet_name", {{"name", std::string(sheet_name)}});

    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->temporary = path.string() + ".part";
    impl->columns = std::move(columns);
    // The library makes its file at the end: a folder that cannot be written is found now instead.
    const int probe = ::open(impl->temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (probe < 0) {
        const int problem = errno;
        impl->temporary.clear();
        return system_error(problem, path);
    }
    ::close(probe);

    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets it; null is /tmp
    impl->workbook = workbook_new_opt(impl->temporary.c_str(), &options);
    if (impl->workbook == nullptr) return system_error(ENOMEM, path);
    impl->sheet = workbook_add_worksheet(impl->workbook, std::string(sheet_name).c_str());
    if (impl->sheet == nullptr) return system_error(errno != 0 ? errno : EIO, path);

    lxw_format* header = workbook_add_format(impl->workbook);
    format_set_bold(header);
    format_set_text_wrap(header);
    format_set_num_format_index(header, 49);
    impl->text_format = workbook_add_format(impl->workbook);
    format_set_num_format_index(impl->text_format, 49);  // "@": what is typed into it later stays text too
    impl->date_format = workbook_add_format(impl->workbook);
    format_set_num_format(impl->date_format, "yyyy-mm-dd");
    impl->time_format = workbook_add_format(impl->workbook);
    format_set_num_format(impl->time_format, "yyyy-mm-dd hh:mm:ss");

    const auto width = static_cast<lxw_col_t>(impl->columns.size());
    for (lxw_col_t i = 0; i < width; ++i) {
        worksheet_set_column(impl->sheet, i, i, impl->columns[i].width_characters, nullptr);
    }
    worksheet_freeze_panes(impl->sheet, 1, 0);
    for (lxw_col_t i = 0; i < width; ++i) TRY_DO(impl->text(i, impl->columns[i].name, header));
    impl->next_row = 1;
    return SheetWriter(std::move(impl));
}

Result<> SheetWriter::row(std::span<const Value> cells) {
    if (impl_->next_row >= static_cast<lxw_row_t>(limits::rows_max)) {
        return fail(ErrorKind::limit, "tables.too_many_rows", {{"limit", std::to_string(limits::rows_max)}},
                    {.file = impl_->path.string()});
    }
    if (cells.size() > static_cast<std::size_t>(limits::columns_max)) {
        return fail(ErrorKind::limit, "tables.too_wide", {{"limit", std::to_string(limits::columns_max)}},
                    {.file = impl_->path.string()});
    }
    const auto width = static_cast<lxw_col_t>(cells.size());
    for (lxw_col_t i = 0; i < width; ++i) TRY_DO(impl_->cell(i, cells[i]));
    ++impl_->next_row;
    return {};
}

Result<> SheetWriter::close() {
    lxw_workbook* workbook = std::exchange(impl_->workbook, nullptr);
    if (workbook == nullptr) return {};
    // The library does not look whether its temporary file took all rows.
    if (impl_->sheet->optimize_tmpfile != nullptr &&
        (std::fflush(impl_->sheet->optimize_tmpfile) != 0 || std::ferror(impl_->sheet->optimize_tmpfile) != 0)) {
        lxw_workbook_free(workbook);
        return system_error(ENOSPC, impl_->path);
    }
    errno = 0;
    TRY_DO(impl_->checked(workbook_close(workbook)));
    TRY_DO(sync_and_rename(impl_->temporary, impl_->path));
    impl_->temporary.clear();
    return {};
}

}  // namespace shanqi::office
