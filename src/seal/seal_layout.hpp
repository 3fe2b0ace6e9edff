// Where everything stands on a round seal.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "seal/outline.hpp"
#include "seal/seal.hpp"

namespace shanqi::seal {

constexpr double name_seal_local_mm = 42;  // 民办非企业单位印章管理规定 (民政部、公安部令20号)
constexpr double name_seal_national_mm = 45;
constexpr double special_seal_min_mm = 30;
constexpr double special_seal_max_mm = 42;

// The kind that a seal without any line under the star has.
bool is_name_seal(std::string_view kind);

// Layers from the bottom up, in a square of diameter_mm around the origin. Errors: seal.bad_diameter,
// seal.name_too_long, seal.kind_too_long, seal.bad_code, seal.empty_name, seal.missing_glyph, seal.font_missing.
Result<std::vector<Layer>> seal_layers(const SealPicture&);

// 试用 across a picture of this size; opaque and large enough that nobody takes the seal for an official one.
Result<Layer> trial_layer(double diameter_mm);

}  // namespace shanqi::seal
