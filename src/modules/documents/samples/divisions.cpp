#include "modules/documents/samples/divisions.hpp"

#include <map>
#include <sstream>

namespace shanqi::sample {

std::vector<County> read_counties(const std::string& divisions_csv) {
    std::istringstream lines(divisions_csv);
    std::map<std::string, std::string> names;
    std::vector<County> counties;
    std::string line;
    std::getline(lines, line);  // the header
    while (std::getline(lines, line)) {
        const std::size_t first = line.find(','), second = line.find(',', first + 1);
        const std::string code = line.substr(0, first), name = line.substr(first + 1, second - first - 1);
        names[code] = name;
        if (code.size() != 6) continue;
        const std::string province = names[code.substr(0, 2)];
        std::string city = names[code.substr(0, 4)];
        if (city == "市辖区") city = province;
        if (city.find("直辖县级") != std::string::npos) city = name;
        counties.push_back({province, city, name, code});
    }
    return counties;
}

}  // namespace shanqi::sample
