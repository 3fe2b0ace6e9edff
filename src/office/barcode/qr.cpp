#include "office/barcode/qr.hpp"

#include <qrencode.h>

#include <memory>
#include <string>

namespace shanqi::office {
namespace {

// Version 40 holds 2,331 bytes at level M; what a phone reads at 22 mm ends long before.
constexpr std::size_t text_bytes_max = 2331;

struct FreeCode {
    void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

Result<QrCode> make_qr_code(std::string_view text) {
    auto too_long = [&] {
        return fail(ErrorKind::limit, "qr.too_long",
                    {{"bytes", std::to_string(text.size())}, {"limit", std::to_string(text_bytes_max)}});
    };
    if (text.empty() || text.size() > text_bytes_max) return too_long();
    std::unique_ptr<QRcode, FreeCode> code(QRcode_encodeData(
        static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M));
    if (!code) return too_long();
    QrCode out;
    out.modules = code->width;
    std::size_t count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
    out.dark.resize(count);
    for (std::size_t i = 0; i < count; ++i)
        out.dark[i] = code->data[i] & 1;  // the other bits say what kind of module it is
    return out;
}

}  // namespace shanqi::office
