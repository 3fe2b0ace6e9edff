// Real names of provinces, cities and counties (docs/sources.md) for schools that do not exist.
#pragma once

#include <string>
#include <vector>

namespace shanqi::sample {

struct County {
    std::string province, city, name;  // 河北省, 石家庄市, 长安区
    std::string code;                  // 130102
};

// In the order of the codes. A municipality is its own city (北京市, 北京市, 东城区); counties that a province
// governs directly have the county as their city, as people write it.
std::vector<County> read_counties(const std::string& divisions_csv);

}  // namespace shanqi::sample
