// Workbooks without the zip around them: the input is the parts one after another, each behind a line "@@name".
// What follows is XML from a stranger: parts that are missing, cut, nested, or lie about each other. Bytes that
// begin like a zip are opened as a file instead.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "office/tables/check.hpp"
#include "office/tables/open.hpp"

namespace {

using namespace shanqi::office;

std::map<std::string, std::string> parts_of(std::string_view text) {
    std::map<std::string, std::string> parts;
    while (text.starts_with("@@")) {
        const std::size_t line = text.find('\n');
        if (line == std::string_view::npos) break;
        std::size_t end = text.find("\n@@", line);
        if (end == std::string_view::npos) end = text.size() - 1;
        parts[std::string(text.substr(2, line - 2))] =
            std::string(text.substr(line + 1, end > line ? end - line - 1 : 0));
        text.remove_prefix(end + 1);
    }
    return parts;
}

void read_all(shanqi::Result<std::unique_ptr<TableReader>> table) {
    if (!table) return;
    while (true) {
        auto row = (*table)->next();
        if (!row || !*row) return;
        if ((*row)->cells.size() != (*table)->columns().size()) __builtin_trap();
        check_row((*table)->columns(), **row, [](const CellProblem&) {});
    }
}

void read_file(const std::uint8_t* data, std::size_t size) {
    const int descriptor = ::memfd_create("fuzz", MFD_CLOEXEC);
    if (descriptor < 0) return;
    if (::write(descriptor, data, size) == static_cast<ssize_t>(size)) {
        read_all(open_table("/proc/self/fd/" + std::to_string(descriptor)));
    }
    ::close(descriptor);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (text.starts_with("PK")) {
        read_file(data, size);
    } else {
        read_all(tables::open_workbook(tables::memory_package(parts_of(text)), {}, "fuzz.xlsx"));
    }
    return 0;
}
