// make_sample --out DIR: the synthetic lists and templates of the demonstration, the same bytes each time.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string_view>

#include "schools.hpp"
#include "templates.hpp"

namespace {

int make(const std::filesystem::path& out) {
    using namespace shanqi::sample;
    const std::filesystem::path source = SHANQI_SAMPLE_DIR;
    std::filesystem::create_directories(out);
    const auto counties = read_counties(source / "divisions.csv");
    const auto schools = make_schools(counties, 3800);
    write_schools(out / "schools.xlsx", schools);
    write_materials(out / "materials.xlsx", schools);
    write_volunteers(out / "volunteers.csv", counties, 500);
    for (const char* name : {"agreement", "letter", "certificate", "materials"})
        write_template(source / "templates", name, out / (std::string(name) + ".docx"));
    fmt::print(
        "{}: schools.xlsx materials.xlsx volunteers.csv agreement.docx letter.docx certificate.docx materials.docx\n",
        out.string());
    return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 3 || std::string_view(arguments[1]) != "--out") {
        fmt::print(stderr, "make_sample --out DIR\n");
        return 1;
    }
    try {
        return make(arguments[2]);
    } catch (const std::exception& error) {
        fmt::print(stderr, "make_sample: {}\n", error.what());
        return 1;
    }
}
