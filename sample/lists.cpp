// The smaller lists: volunteers.csv in GB18030 as older systems export it, materials.xlsx with several rows a school.
#include "lists.hpp"

#include <fmt/format.h>
#include <unicode/ucnv.h>

#include <array>
#include <stdexcept>

#include "modules/documents/samples/archive.hpp"
#include "modules/documents/samples/identity.hpp"
#include "modules/documents/samples/random.hpp"
#include "modules/documents/samples/workbook.hpp"

namespace shanqi::sample {
namespace {

// 龘 and 㛃 are in GBK's neighbourhood, 𬱖 (U+2CC56) needs the four bytes of GB18030.
constexpr std::array surnames{"张", "王", "李", "赵", "陈", "刘", "欧阳", "司马", "阿依", "龘", "㛃", "𬱖"};
constexpr std::array activities{"青春期课程助教", "小学低年级身体认知课程主讲", "家长课堂签到引导", "教具整理与寄送",
                                "线上双师课堂排课"};
constexpr std::array trainings{"初级讲师培训16学时，考核合格", "助教培训8学时", "志愿者通识培训4学时"};

std::string to_gb18030(const std::string& utf8) {
    std::string bytes(utf8.size() * 2 + 16, '\0');
    UErrorCode status = U_ZERO_ERROR;
    const int32_t length = ucnv_convert("gb18030", "UTF-8", bytes.data(), static_cast<int32_t>(bytes.size()),
                                        utf8.data(), static_cast<int32_t>(utf8.size()), &status);
    if (U_FAILURE(status)) throw std::runtime_error("cannot convert to GB18030");
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
}

struct Item {
    const char *name, *size, *unit;
    double yuan;
};
constexpr std::array items{Item{"小学低年级教具箱", "箱装，12件", "箱", 368},
                           Item{"小学高年级教具箱", "箱装，15件", "箱", 412.5},
                           Item{"《我的身体》绘本", "大16开，32页", "册", 18.8},
                           Item{"青春期手册（男生版）", "32开，48页", "册", 9.9},
                           Item{"青春期手册（女生版）", "32开，48页", "册", 9.9},
                           Item{"卫生用品示教包", "袋装", "包", 25},
                           Item{"课堂海报", "A2，一套6张", "套", 30},
                           Item{"讲师手册", "大16开，96页", "册", 35}};

}  // namespace

void write_plain(const std::filesystem::path& path, const std::vector<School>& schools) {
    std::string csv =
        "学校名称,学校类型,省,市,县区,地址,统一社会信用代码,联系部门,电话,课时,金额,起始日期,结束日期,签订日期,备注\n";
    for (const School& school : schools) {
        const int lessons = 4 + school.sequence % 8 * 2;
        csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},2026-03-{:02},2026-07-10,2026-02-{:02},{}\n", school.name,
                           school.kind, school.county.province, school.county.city, school.county.name, school.address,
                           credit_code_of(school.sequence), school.department, mobile_of(school.sequence), lessons,
                           lessons * 350, school.sequence % 28 + 1, school.sequence % 27 + 1,
                           school.sequence % 6 == 0 ? "教具由乙方自备" : "");
    }
    write_file(path, csv);
}

void write_volunteers(const std::filesystem::path& path, const std::vector<County>& counties, int count) {
    Random random(20260501);
    std::string csv =
        "志愿者编号,姓名,证件类型,证件号码,服务地区,服务内容,\"服务时间\n（小时）\",培训情况,起始日期,结束日期,"
        "出具日期,联系电话\r\n";
    for (int i = 1; i <= count; ++i) {
        const County& county = counties[static_cast<std::size_t>(random.below(static_cast<int>(counties.size())))];
        const int half_hours = 4 + random.below(120);
        csv += fmt::format(
            "V2026{:04},{}某某,居民身份证,9901**********{:04},{}{},\"{}，共{}次\",{},{},2025.{}.1,2026年{}月{}日,2026-"
            "05-04,{}\r\n",
            i, surnames[static_cast<std::size_t>(i % 60 < 50 ? i % 6 : i % 12)], i % 10'000, county.province,
            county.name, random.pick(activities), half_hours / 3 + 1,
            half_hours % 2 == 0 ? std::to_string(half_hours / 2) : fmt::format("{}.5", half_hours / 2),
            random.pick(trainings), 9 + random.below(4), 1 + random.below(4), 1 + random.below(28),
            mobile_of(50'000 + i));
    }
    write_file(path, to_gb18030(csv));
}

void write_materials(const std::filesystem::path& path, const std::vector<School>& schools) {
    Random random(20260215);
    Worksheet sheet;
    std::vector<Cell> header;
    for (const char* text : {"学校名称", "收件部门", "收件电话", "收件地址", "物资名称", "规格", "单位", "数量", "单价",
                             "金额", "发出日期"})
        header.push_back(sheet.shared(text, CellStyle::header));
    sheet.row(header);
    sheet.columns({30, 14, 14, 40, 24, 16, 8, 8, 10, 12, 14});
    sheet.freeze(1);
    for (int i = 0; i < 40; ++i) {
        const School& school = schools[static_cast<std::size_t>(i) * 91];
        // Most schools get a few things; two get enough to fill more than a page.
        const int lines = i % 20 == 7 ? 45 : 3 + random.below(6);
        for (int line = 0; line < lines; ++line) {
            const Item& item = items[static_cast<std::size_t>((line + i) % static_cast<int>(items.size()))];
            const int quantity = 1 + random.below(60);
            const int row = sheet.rows() + 1;
            sheet.row({sheet.shared(school.name), sheet.shared(school.department),
                       sheet.shared(mobile_of(school.sequence), CellStyle::text), sheet.shared(school.address),
                       sheet.shared(item.name), sheet.shared(item.size), sheet.shared(item.unit),
                       Worksheet::number(std::to_string(quantity)),
                       Worksheet::number(fmt::format("{}", item.yuan), CellStyle::thousands),
                       Worksheet::formula(fmt::format("H{0}*I{0}", row), fmt::format("{:.2f}", quantity * item.yuan),
                                          CellStyle::thousands),
                       sheet.shared("2026年2月25日")});
        }
    }
    sheet.save(path, "物资清单");
}

}  // namespace shanqi::sample
