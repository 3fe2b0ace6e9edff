// make_sample --out DIR             the synthetic lists and templates of the demonstration, the same bytes each time
// make_sample --out DIR --rows N    as many schools as that, and plain.csv: the same without faults (for bench/)
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "lists.hpp"
#include "modules/documents/samples/embedded.hpp"
#include "templates.hpp"

namespace {

void make(const std::filesystem::path& out, int rows, bool plain) {
    using namespace shanqi::sample;
    const std::filesystem::path source = SHANQI_SAMPLE_DIR;
    std::filesystem::create_directories(out);
    const auto counties = read_counties(divisions_csv());
    const auto schools = make_schools(counties, rows);
    write_schools(out / "schools.xlsx", schools);
    if (plain) write_plain(out / "plain.csv", schools);
    if (rows >= 3800) write_materials(out / "materials.xlsx", schools);
    write_volunteers(out / "volunteers.csv", counties, 500);
    for (const char* name : {"agreement", "letter", "certificate", "materials"})
        write_template(source / "templates", name, out / (std::string(name) + ".docx"));
    fmt::print(
        "{}: schools.xlsx materials.xlsx volunteers.csv agreement.docx letter.docx certificate.docx materials.docx\n",
        out.string());
}

}  // namespace

int main(int argument_count, char** arguments) {
    const bool with_rows = argument_count == 5 && std::string_view(arguments[3]) == "--rows";
    const int rows = with_rows ? std::atoi(arguments[4]) : 3800;
    if ((argument_count != 3 && !with_rows) || std::string_view(arguments[1]) != "--out" || rows < 1 ||
        rows > 200'000) {
        fmt::print(stderr, "make_sample --out DIR [--rows N]\n");
        return 1;
    }
    try {
        make(arguments[2], rows, with_rows);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "make_sample: {}\n", error.what());
        return 1;
    }
}
