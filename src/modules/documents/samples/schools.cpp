#include "modules/documents/samples/schools.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include "modules/documents/samples/random.hpp"

namespace shanqi::sample {
namespace {

constexpr std::array words{"启航", "春晖", "育新", "晨光", "青禾", "知行", "同心", "明远",
                           "百草", "星河", "云溪", "山海", "麦田", "向阳", "求真", "博雅",
                           "新苗", "致远", "和风", "清泉", "松涛", "白桦", "红柳", "蒲公英"};
constexpr std::array departments{"教务处", "德育处", "校办公室", "心理健康中心", "政教处", "少先队大队部"};
constexpr std::array streets{"育才路", "人民路", "文化街", "学府路", "建设路", "滨河路", "校园街", "新华街"};

// Names as people write them in one and the same list: with and without a number, in brackets of either width.
std::string school_name(const County& county, Random& random, std::string& kind) {
    const std::string place = county.name;
    const std::string word = random.pick(words);
    const std::string ordinal =
        fmt::format("{}", std::array{"一", "二", "三", "四", "五"}[static_cast<std::size_t>(random.below(5))]);
    switch (random.below(8)) {
        case 0:
            kind = "初级中学";
            return place + word + "初级中学";
        case 1:
            kind = "小学";
            return place + word + "小学（" + ordinal + "）校区";
        case 2:
            kind = "小学";
            return place + word + "镇中心小学";
        case 3:
            kind = "九年一贯制学校";
            return place + word + "实验学校";
        case 4:
            kind = "小学";
            return place + word + "第" + ordinal + "小学";
        case 5:
            kind = "高级中学";
            return place + word + "高级中学";
        case 6:
            kind = "初级中学";
            return place + "第" + ordinal + word + "中学";
        default:
            kind = "小学";
            return place + word + "乡" + word + "小学";
    }
}

}  // namespace

std::vector<School> make_schools(const std::vector<County>& counties, int count) {
    Random random(20260301);
    std::vector<School> schools;
    std::set<std::string> taken;
    while (static_cast<int>(schools.size()) < count) {
        // Round and round through the country, so that all provinces stand in the list.
        const County& county = counties[(schools.size() * 37) % counties.size()];
        School school{.county = county};
        school.name = school_name(county, random, school.kind);
        // Names of places that older fonts do not have: 𧒽岗 (U+274BD) and 㙦 (U+3666) stand in real addresses.
        if (schools.size() % 1500 == 700) school.name = county.name + "𧒽岗小学";
        if (schools.size() % 1500 == 900) school.name = county.name + "㙦头小学";
        if (!taken.insert(school.name).second) continue;
        school.department = random.pick(departments);
        const std::string city = county.city == county.province || county.city == county.name ? "" : county.city;
        school.address =
            county.province + city + county.name + random.pick(streets) + std::to_string(random.below(400) + 1) + "号";
        school.sequence = static_cast<int>(schools.size()) + 1;
        schools.push_back(school);
    }
    return schools;
}

}  // namespace shanqi::sample
