#include "office/pdf/read/update.hpp"

#include <gtest/gtest.h>

#include "office/pdf/read/test_pdf.hpp"

namespace shanqi::office::pdf_read {
namespace {

using test::File;

// The same three objects with a table, and with a cross-reference stream.
std::vector<std::string> bases() {
    File with_stream;
    with_stream.object(4, test::object_stream({{1, std::string(test::catalog)}, {2, std::string(test::pages)}}));
    with_stream.object(3, "(three)").compressed(1, 4, 0).compressed(2, 4, 1).cross_reference_stream(5);
    File with_table = test::start("(three)");
    with_table.object(7, "(seven)", 2).table("/ID[<AA><BB>]/Info 3 0 R");
    return {with_table.bytes, with_stream.bytes};
}

Result<std::string> unsigned_file(const Sha256&) { return std::string(); }

TEST(Update, AppendsToBothKindsAndKeepsTheBase) {
    for (const std::string& base : bases()) {
        const auto before = StrictFile::open(base);
        ASSERT_TRUE(before) << before.error().key;
        Update update(*before);
        const int added = update.add("[1 2 3]");
        update.replace(3, "(changed)");
        const auto made = std::move(update).finish(unsigned_file);
        ASSERT_TRUE(made);
        EXPECT_TRUE(made->starts_with(base));
        const auto after = StrictFile::open(*made);
        ASSERT_TRUE(after) << after.error().key << after.error().arguments.front().second;
        EXPECT_EQ(after->revision_ends(), (std::vector{base.size(), made->size()}));
        EXPECT_EQ(after->uses_cross_reference_streams(), before->uses_cross_reference_streams());
        EXPECT_EQ(after->object(3).string()->bytes, "changed");
        EXPECT_EQ(after->object(added).array()->size(), 3U);
        EXPECT_TRUE(after->object(1) == before->object(1));
    }
}

TEST(Update, KeepsGenerationsAndTheTrailer) {
    const std::string base = bases()[0];
    const auto before = StrictFile::open(base);
    ASSERT_TRUE(before);
    Update update(*before);
    update.replace(7, "(again)");
    const auto made = std::move(update).finish(unsigned_file);
    const auto after = StrictFile::open(*made);
    ASSERT_TRUE(after) << after.error().key;
    EXPECT_EQ(after->generation(7), 2);
    EXPECT_EQ(after->trailer().at("Root"), before->trailer().at("Root"));
    EXPECT_EQ(after->trailer().at("Info"), before->trailer().at("Info"));
    EXPECT_EQ(after->trailer().at("ID").array()->at(0).string()->bytes, "\xAA");
    EXPECT_NE(after->trailer().at("ID").array()->at(1).string()->bytes, "\xBB");
}

TEST(Update, SignsTheWholeFileButTheContents) {
    for (const std::string& base : bases()) {
        const auto before = StrictFile::open(base);
        ASSERT_TRUE(before);
        Update update(*before);
        const int number = update.reserve();
        update.put_signature(number, "<</Type/Sig", 40);
        update.replace(3, "<</V " + std::to_string(number) + " 0 R>>");
        Sha256 signed_digest{};
        const auto made = std::move(update).finish([&](const Sha256& digest) -> Result<std::string> {
            signed_digest = digest;
            return std::string("signature");
        });
        ASSERT_TRUE(made);
        const auto after = StrictFile::open(*made);
        ASSERT_TRUE(after) << after.error().key;
        const Object& signature = after->object(number);
        const Object& contents = signature.at("Contents");
        EXPECT_EQ(contents.string()->bytes, "signature" + std::string(31, '\0'));
        const Array& range = *signature.at("ByteRange").array();
        ASSERT_EQ(range.size(), 4U);
        EXPECT_EQ(range[0].integer(), 0);
        EXPECT_EQ(range[1].integer(), static_cast<std::int64_t>(contents.begin));
        EXPECT_EQ(range[2].integer(), static_cast<std::int64_t>(contents.end));
        EXPECT_EQ(*range[2].integer() + *range[3].integer(), static_cast<std::int64_t>(made->size()));
        EXPECT_EQ(signed_digest, sha256(made->substr(0, contents.begin) + made->substr(contents.end)));
    }
}

TEST(Update, RefusesASignatureThatDoesNotFit) {
    const std::string base = bases()[0];
    const auto before = StrictFile::open(base);
    Update update(*before);
    update.put_signature(update.reserve(), "<<", 4);
    const auto made =
        std::move(update).finish([](const Sha256&) -> Result<std::string> { return std::string("too long"); });
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().key, "pdf_read.signature_too_large");
}

TEST(Update, WritesWhatItReads) {
    File file = test::start("<</A#20b[1 -2.5 .00001 99999999999999999999]/S(a\\(\\\\)/H<00FF>/R 1 0 R/T true/N null>>");
    file.object(4, test::stream("/K/v", "raw \xFF bytes")).table();
    const auto before = StrictFile::open(file.bytes);
    ASSERT_TRUE(before);
    Update update(*before);
    const int value = update.add(serialized(before->object(3)));
    const int stream = update.add(serialized(before->object(4)));
    const int dictionary = update.add(serialized_dictionary(*before->object(3).dictionary()));
    const auto made = std::move(update).finish(unsigned_file);
    const auto after = StrictFile::open(*made);
    ASSERT_TRUE(after) << after.error().key;
    EXPECT_TRUE(after->object(value) == before->object(3));
    EXPECT_TRUE(after->object(dictionary) == before->object(3));
    EXPECT_TRUE(after->object(stream) == before->object(4));
}

// A base whose last line has no end: its revision then ends behind the line end that the update adds.
TEST(Update, EndsTheLastLineOfTheBase) {
    std::string base = bases()[0];
    base.pop_back();
    const auto before = StrictFile::open(base);
    ASSERT_TRUE(before) << before.error().key;
    Update update(*before);
    update.add("1");
    const auto made = std::move(update).finish(unsigned_file);
    const auto after = StrictFile::open(*made);
    ASSERT_TRUE(after) << after.error().key;
    EXPECT_EQ(after->revision_ends().front(), base.size() + 1);
}

}  // namespace
}  // namespace shanqi::office::pdf_read
