// An sRGB profile (IEC 61966-2-1) in the form of ICC.1:2004: what /OutputIntents of PDF/A names.
#pragma once

#include <string>

namespace shanqi::office::pdf {

std::string srgb_profile();

}  // namespace shanqi::office::pdf
