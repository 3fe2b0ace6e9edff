// A template and a list that belong to nobody, for trying the room out: 协议模板 and 合作学校.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace shanqi::sample {

constexpr int sample_rows_max = 10'000;

// Writes FOLDER/agreement.docx and FOLDER/schools.xlsx with so many schools, the same bytes each time. From 118 schools
// on, some rows cannot be sealed, as in real lists (schools_workbook.cpp). Errors: documents.sample_rows, file.*
Result<> write_samples(const std::filesystem::path& folder, int rows);

}  // namespace shanqi::sample
