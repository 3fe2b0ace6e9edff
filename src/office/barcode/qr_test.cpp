#include "office/barcode/qr.hpp"

#include <gtest/gtest.h>

namespace shanqi::office {
namespace {

// ISO/IEC 18004, 6.3.3: three finder patterns, dark border, light ring, dark square of three.
bool has_finder(const QrCode& code, int left, int top) {
    for (int y = 0; y < 7; ++y)
        for (int x = 0; x < 7; ++x) {
            int ring = std::max(std::abs(x - 3), std::abs(y - 3));
            if (code.dark[static_cast<std::size_t>(top + y) * static_cast<std::size_t>(code.modules) +
                          static_cast<std::size_t>(left + x)] != (ring != 2))
                return false;
        }
    return true;
}

TEST(QrCode, takes_the_smallest_version_and_has_its_finders) {
    auto code = make_qr_code("https://example.org/v/AbCdEfGhIjKlMnOpQrStUv");
    ASSERT_TRUE(code);
    EXPECT_EQ(code->modules, 33);  // version 4 holds 62 bytes at level M, version 3 only 42
    EXPECT_TRUE(has_finder(*code, 0, 0));
    EXPECT_TRUE(has_finder(*code, code->modules - 7, 0));
    EXPECT_TRUE(has_finder(*code, 0, code->modules - 7));
    EXPECT_FALSE(has_finder(*code, code->modules - 7, code->modules - 7));
}

TEST(QrCode, the_same_text_gives_the_same_code) {
    EXPECT_EQ(make_qr_code("善器")->dark, make_qr_code("善器")->dark);
    EXPECT_NE(make_qr_code("善器")->dark, make_qr_code("善气")->dark);
}

TEST(QrCode, refuses_what_no_code_holds) {
    EXPECT_TRUE(make_qr_code(std::string(2331, 'a')));
    EXPECT_EQ(make_qr_code(std::string(2332, 'a')).error().key, "qr.too_long");
    EXPECT_EQ(make_qr_code("").error().key, "qr.too_long");
}

}  // namespace
}  // namespace shanqi::office
