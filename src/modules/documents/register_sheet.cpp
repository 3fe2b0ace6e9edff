// register.xlsx (用印登记簿) is register.jsonl for people: made anew at the end of every run.
#include <boost/json.hpp>

#include <fstream>

#include "base/files.hpp"
#include "modules/documents/own_sheet.hpp"
#include "modules/documents/register.hpp"
#include "office/tables/sheet_writer.hpp"

namespace shanqi::documents {

Result<std::filesystem::path> Register::write_sheet(bool something_is_new) const {
    namespace fs = std::filesystem;
    namespace json = boost::json;
    using office::Value;
    const OwnSheet own(out_, "register.xlsx");
    std::error_code missing;
    if (rows_.empty() || (!something_is_new && fs::exists(own.file(), missing))) return fs::path();
    fs::path kept = TRY(own.set_aside_if_changed());
    const std::vector<std::pair<const char*, office::ColumnSpec>> columns = {
        {"number", {.name = "编号", .width_characters = 16}},
        {"document", {.name = "文书", .width_characters = 24}},
        {"recipient", {.name = "接收方", .width_characters = 28}},
        {"pages", {.name = "页数", .width_characters = 6}},
        {"sha256", {.name = "文件SHA-256", .width_characters = 68}},
        {"time", {.name = "用印时间", .width_characters = 26}},
        {"key", {.name = "证书指纹SHA-256", .width_characters = 68}},
        {"file", {.name = "文件", .width_characters = 44}}};
    std::vector<office::ColumnSpec> specs;
    specs.reserve(columns.size());
    for (const auto& [name, spec] : columns) specs.push_back(spec);
    auto sheet = TRY(office::SheetWriter::create(own.file(), "用印登记簿", specs));
    std::ifstream in(out_ / "register.jsonl", std::ios::binary);
    std::string text;
    std::vector<Value> line;
    while (std::getline(in, text)) {
        boost::system::error_code error;
        const json::value parsed = json::parse(text, error);
        if (error || !parsed.is_object()) {
            return fail(ErrorKind::invalid, "documents.register_damaged", {},
                        {.file = (out_ / "register.jsonl").string()});
        }
        line.clear();
        for (const auto& [name, spec] : columns) {
            const json::value* found = parsed.as_object().if_contains(name);
            Value value;
            if (found != nullptr && found->is_int64()) value = office::integer_value(found->get_int64());
            if (found != nullptr && found->is_string()) value = office::text_value(std::string(found->get_string()));
            line.push_back(std::move(value));
        }
        TRY_DO(sheet.row(line));
    }
    TRY_DO(sheet.close());
    TRY_DO(own.remember());
    return kept;
}

}  // namespace shanqi::documents
