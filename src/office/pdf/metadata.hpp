// The document's description twice, as PDF/A wants it: the Info dictionary and XMP (ISO 16684-1), in step.
#pragma once

#include <string>

#include "office/pdf/pdf.hpp"

namespace shanqi::office::pdf {

std::string info_entries(const PdfMetadata&);
std::string xmp_packet(const PdfMetadata&);

}  // namespace shanqi::office::pdf
