// schools.xlsx: 3,800 schools as several colleagues put them into one list. The twelve rows of `refused_rows` cannot
// be sealed; all other faults can be read without guessing.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>

#include "modules/documents/samples/identity.hpp"
#include "modules/documents/samples/random.hpp"
#include "modules/documents/samples/schools.hpp"
#include "modules/documents/samples/workbook.hpp"

namespace shanqi::sample {
namespace {

enum Column {
    sequence,
    name,
    kind,
    province,
    city,
    county,
    address,
    credit_code,
    department,
    phone,
    hours,
    amount,
    start,
    end,
    signed_on,
    remark
};
constexpr int column_count = remark + 1;

struct Day {
    int year, month, day;
};

// The day as Excel's 1900 date system counts it: days since 1899-12-30 for dates after February 1900.
int serial_of(const Day& date) {
    const int shifted_year = date.month <= 2 ? date.year - 1 : date.year;
    const int shifted_month = date.month <= 2 ? date.month + 9 : date.month - 3;
    const int days_since_year_0 = 365 * shifted_year + shifted_year / 4 - shifted_year / 100 + shifted_year / 400 +
                                  (153 * shifted_month + 2) / 5 + date.day - 1;
    constexpr int day_of_1899_12_30 = 693'899;
    return days_since_year_0 - day_of_1899_12_30;
}

Cell date_cell(Worksheet& sheet, Random& random, const Day& date) {
    const auto& [year, month, day] = date;
    switch (random.below(9)) {
        case 0:
            return sheet.shared(fmt::format("{}年{}月{}日", year, month, day));
        case 1:
            return sheet.shared(fmt::format("{}/{}/{}", year, month, day));
        case 2:
            return sheet.shared(fmt::format("{}.{}.{}", year, month, day));
        case 3:
            return sheet.shared(fmt::format("{}{:02}{:02}", year, month, day), CellStyle::text);
        case 4:
            return sheet.shared(fmt::format("{}-{:02}-{:02}", year, month, day));
        case 5:
            return Worksheet::number(std::to_string(serial_of(date)), CellStyle::date_iso);
        case 6:
            return Worksheet::number(std::to_string(serial_of(date)), CellStyle::date_chinese);
        default:
            return Worksheet::number(std::to_string(serial_of(date)), CellStyle::date_slashes);
    }
}

Cell amount_cell(Worksheet& sheet, Random& random, int row, int lessons, long yuan) {
    switch (random.below(12)) {
        case 0:
            return sheet.shared(with_thousands(yuan) + "元");
        case 1:
            return sheet.shared("¥" + with_thousands(yuan) + ".00", CellStyle::text);
        case 2:
            return sheet.shared(full_width(std::to_string(yuan)));
        case 3:
            return sheet.shared(std::to_string(yuan), CellStyle::text);
        case 4:
            return sheet.shared(with_thousands(yuan), CellStyle::text);
        case 5:
            return Worksheet::formula(fmt::format("K{}*{}", row, yuan / lessons), std::to_string(yuan),
                                      CellStyle::thousands);
        default:
            return Worksheet::number(std::to_string(yuan), CellStyle::thousands);
    }
}

Cell phone_cell(Worksheet& sheet, Random& random, const std::string& mobile) {
    switch (random.below(8)) {
        case 0:
            return sheet.shared(full_width(mobile));
        case 1:
            return sheet.shared(mobile.substr(0, 3) + " " + mobile.substr(3, 4) + " " + mobile.substr(7));
        case 2:
            return sheet.shared(mobile, CellStyle::text);
        case 3:  // as a program writes a float: shown as 1.64E+10, nothing lost
            return Worksheet::number(fmt::format("{}.{}E10", mobile.substr(0, 1), mobile.substr(1)));
        default:
            return Worksheet::number(mobile);
    }
}

Cell name_cell(Worksheet& sheet, Random& random, const School& school) {
    const std::string& text = school.name;
    if (random.one_in(40)) return sheet.rich(school.county.name, text.substr(school.county.name.size()));
    if (random.one_in(15)) return Worksheet::inline_text(text);
    if (random.one_in(50)) return sheet.shared("  " + text + " ");
    return sheet.shared(text);
}

std::vector<Cell> school_cells(Worksheet& sheet, Random& random, const School& school) {
    const int row = sheet.rows() + 1;
    const int lessons = 4 + 2 * random.below(8);
    const long yuan = lessons * (200L + 50L * random.below(7));
    const Day start_date{2026, 3 + random.below(2), 1 + random.below(28)};
    const Day end_date{2026, random.one_in(2) ? 7 : 12, 1 + random.below(31)};
    std::vector<Cell> cells(column_count, Worksheet::blank());
    cells[sequence] = Worksheet::number(std::to_string(school.sequence));
    cells[name] = name_cell(sheet, random, school);
    cells[kind] = sheet.shared(school.kind);
    cells[province] = sheet.shared(school.county.province);
    cells[city] = sheet.shared(school.county.city);
    cells[county] = sheet.shared(school.county.name);
    cells[address] = sheet.shared(school.address);
    cells[credit_code] = sheet.shared(credit_code_of(school.sequence), CellStyle::text);
    cells[department] = sheet.shared(school.department);
    cells[phone] = phone_cell(sheet, random, mobile_of(school.sequence));
    cells[hours] = random.one_in(9) ? sheet.shared(full_width(std::to_string(lessons)))
                                    : Worksheet::number(std::to_string(lessons));
    cells[amount] = amount_cell(sheet, random, row, lessons, yuan);
    cells[start] = date_cell(sheet, random, start_date);
    cells[end] = date_cell(sheet, random, end_date);
    cells[signed_on] = date_cell(sheet, random, {2026, 2, 1 + random.below(28)});
    if (random.one_in(6))
        cells[remark] = sheet.shared(std::array{"教具由乙方自备", "其中两课时改为线上", "寄宿生课程安排在晚间",
                                                "课程与家长会同日举行"}[static_cast<std::size_t>(random.below(4))]);
    return cells;
}

// Row in the list of schools -> what is wrong with it.
void spoil(Worksheet& sheet, int school, std::vector<Cell>& cells) {
    switch (school) {
        case 118:
            cells[amount] = Worksheet::error("#N/A");
            break;
        case 431:
            cells[credit_code] = Worksheet::number("1.29911002200004E+17");
            break;
        case 777:
            cells[end] = sheet.shared("2026年2月30日");
            break;
        case 902:
            cells[amount] = Worksheet::blank();
            break;
        case 1250:
            cells[department] = Worksheet::blank();
            break;
        case 1604:
            cells[amount] = sheet.shared("待定");
            break;
        case 1999:
            cells[credit_code] = Worksheet::number("129934002200022000");
            break;
        case 2345:
            cells[name] = Worksheet::blank();
            break;
        case 2718:
            cells[start] = sheet.shared("开学后再定");
            break;
        case 3003:
            cells[address] = Worksheet::error("#REF!");
            break;
        // A character that an office drew itself, in the private use area: no font of anybody else has it.
        case 3210:
            cells[name] = sheet.shared("阳城县\xEE\x80\x95村小学");
            break;
        case 3601:
            cells[phone] = Worksheet::error("#VALUE!");
            break;
        default:
            break;
    }
}

void write_header(Worksheet& sheet) {
    const auto span = [&](std::initializer_list<const char*> texts) {
        std::vector<Cell> cells;
        for (const char* text : texts) cells.push_back(sheet.shared(text, CellStyle::header));
        sheet.row(cells);
    };
    sheet.row({sheet.shared("2026年春季“青苹果课堂”合作学校名单", CellStyle::title)});
    sheet.merge("A1:P1");
    sheet.row({sheet.shared("填报单位：某某公益服务中心　　填报日期：2026年1月20日　　单位：元、课时")});
    sheet.merge("A2:P2");
    span({"序号", "学校信息", "", "", "", "", "", "", "联系人", "", "协议", "", "", "", "", "备注"});
    span({"", "学校名称", "学校类型", "省", "市", "县区", "地址", "统一社会信用代码", "联系部门", "电话", "课时",
          "金额", "起始日期", "结束日期", "签订日期", ""});
    for (const char* range : {"A3:A4", "B3:H3", "I3:J3", "K3:O3", "P3:P4"}) sheet.merge(range);
    sheet.columns({6, 30, 14, 12, 12, 14, 36, 22, 14, 12, 8, 14, 14, 14, 14, 24});
    sheet.freeze(4);
}

void write_footer(Worksheet& sheet) {
    std::vector<Cell> total(column_count, Worksheet::blank(CellStyle::total));
    total[sequence] = sheet.shared("合计", CellStyle::header);
    total[hours] = Worksheet::formula(fmt::format("SUM(K5:K{})", sheet.rows()), "41800", CellStyle::total);
    total[amount] = Worksheet::formula(fmt::format("SUM(L5:L{})", sheet.rows()), "14630000", CellStyle::total);
    sheet.row(total);
    sheet.skip_row();
    sheet.row({sheet.shared("注：1. 课时以学校确认的课表为准；2. 金额含讲师交通和教具。")});
    sheet.row({sheet.shared("　　3. 灰色（隐藏）行为本学期暂停合作的学校，不发协议。")});
    sheet.row({sheet.shared("制表：项目部　　审核：财务部")});
}

}  // namespace

void write_schools(const std::filesystem::path& path, const std::vector<School>& schools) {
    Random random(20260120);
    Worksheet sheet;
    write_header(sheet);
    for (const School& school : schools) {
        std::vector<Cell> cells = school_cells(sheet, random, school);
        spoil(sheet, school.sequence, cells);
        sheet.row(cells);
        if (school.sequence % 600 == 0) sheet.skip_row();
        if (school.sequence % 750 == 0) {
            School paused = school;
            paused.name = school.county.name + "暂停合作小学";
            paused.sequence = 9000 + school.sequence;
            sheet.row(school_cells(sheet, random, paused), true);
        }
    }
    write_footer(sheet);
    sheet.save(path, "合作学校");
}

}  // namespace shanqi::sample
