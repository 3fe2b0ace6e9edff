// QR codes (ISO/IEC 18004).
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "office/pdf/pdf.hpp"

namespace shanqi::office {

// Error correction M, smallest version that fits. Error: qr.too_long.
Result<QrCode> make_qr_code(std::string_view text);

}  // namespace shanqi::office
