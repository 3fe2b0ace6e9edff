// CSV: any bytes as a file. Encodings, quotes, separators, header search, row kinds, checks.
#include <cstddef>
#include <cstdint>
#include <string>

#include "office/tables/check.hpp"
#include "office/tables/csv_source.hpp"
#include "office/tables/open.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shanqi::office;
    auto rows = tables::open_csv(tables::memory_bytes(std::string(reinterpret_cast<const char*>(data), size)));
    if (!rows) return 0;
    auto table = tables::open_rows(std::move(*rows), "fuzz.csv");
    if (!table) return 0;
    while (true) {
        auto row = (*table)->next();
        if (!row || !*row) return 0;
        if ((*row)->cells.size() != (*table)->columns().size()) __builtin_trap();
        check_row((*table)->columns(), **row, [](const CellProblem&) {});
    }
}
