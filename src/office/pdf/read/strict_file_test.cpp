#include "office/pdf/read/strict_file.hpp"

#include <gtest/gtest.h>

#include "office/pdf/read/test_pdf.hpp"

namespace shanqi::office::pdf_read {
namespace {

using test::File;
using test::start;

std::string key_of(std::string_view bytes) {
    const auto file = StrictFile::open(bytes);
    return file ? "" : file.error().key;
}

TEST(StrictFile, ReadsValuesOfEveryKind) {
    const std::string bytes =
        start(
            "<</A#20B[1 -2 +3 4. -.5 1 0 R 7 8 true false null]/S(a\\(b(c)\\)\\101\\n\\\r\nd\r\ne)/H<48 6 9 7>"
            "/N/x#2Fy/E<<>>%comment\n/L 12345678901234567890>>")
            .table()
            .bytes;
    const auto file = StrictFile::open(bytes);
    ASSERT_TRUE(file) << file.error().key;
    const Object& object = file->object(3);
    const Array& array = *object.at("A B").array();
    ASSERT_EQ(array.size(), 11U);
    EXPECT_EQ(array[1].integer(), -2);
    EXPECT_EQ(array[2].integer(), 3);
    EXPECT_EQ(array[3].number(), 4.0);
    EXPECT_EQ(array[4].number(), -0.5);
    EXPECT_EQ(*array[5].reference(), (Reference{1, 0}));
    EXPECT_EQ(array[6].integer(), 7);
    EXPECT_EQ(std::get<bool>(array[8].value), true);
    EXPECT_TRUE(array[10].is_null());
    EXPECT_EQ(object.at("S").string()->bytes, "a(b(c))A\nd\ne");
    EXPECT_EQ(object.at("H").string()->bytes, "Hip");
    EXPECT_TRUE(object.at("N").is_name("x/y"));
    EXPECT_TRUE(object.at("E").dictionary()->empty());
    EXPECT_EQ(object.at("L").number(), 12345678901234567890.0);
    EXPECT_TRUE(object.at("nothing").is_null());
    EXPECT_TRUE(file->resolve(array[5]).at("Type").is_name("Catalog"));
    const Object& text = object.at("H");
    EXPECT_EQ(bytes.substr(text.begin, text.end - text.begin), "<48 6 9 7>");
    EXPECT_EQ(bytes.substr(object.begin, 7), "3 0 obj");
    EXPECT_EQ(bytes.substr(object.end - 6, 6), "endobj");
}

TEST(StrictFile, AcceptsTheThreeLineEndsOfTables) {
    for (const char* line_end : {" \n", " \r", "\r\n"}) EXPECT_EQ(key_of(start().table("", line_end).bytes), "");
    EXPECT_EQ(key_of(start().table("", "\n").bytes), "pdf_read.bad_cross_reference");
}

TEST(StrictFile, ReadsStreamsWithDirectAndIndirectLength) {
    File file = start(test::stream("/Filter[/FlateDecode]", test::zlib("hello")));
    file.object(4, "<</Length 5 0 R>>stream\r\nplain\nendstream").object(5, "5");
    file.table();
    const auto read = StrictFile::open(file.bytes);
    ASSERT_TRUE(read) << read.error().key;
    EXPECT_EQ(read->decoded(*read->object(3).stream()), "hello");
    EXPECT_EQ(read->decoded(*read->object(4).stream()), "plain");
    EXPECT_GE(read->object(4).stream()->raw.data(), file.bytes.data());
}

TEST(StrictFile, ReadsObjectStreamsAndCrossReferenceStreams) {
    for (const bool up : {false, true}) {
        File file;
        file.object(4, test::object_stream({{1, std::string(test::catalog)}, {2, std::string(test::pages)}, {6, "5"}}));
        file.object(3, "<</Length 6 0 R>>stream\nplain\nendstream");
        file.compressed(1, 4, 0).compressed(2, 4, 1).compressed(6, 4, 2).cross_reference_stream(5, up);
        const auto read = StrictFile::open(file.bytes);
        ASSERT_TRUE(read) << read.error().key;
        EXPECT_TRUE(read->uses_cross_reference_streams());
        EXPECT_TRUE(read->object(2).at("Type").is_name("Pages"));
        EXPECT_EQ(read->object(2).end, 0U);
        EXPECT_EQ(read->object(3).stream()->raw, "plain");
    }
}

// As Microsoft Word writes: a table that hides the compressed objects, and an empty section that shows them.
TEST(StrictFile, ReadsHybridFiles) {
    File file;
    file.object(1, test::catalog).object(2, test::pages).object(4, test::object_stream({{3, "(hidden)"}}));
    file.compressed(3, 4, 0);
    const std::size_t at = file.hybrid_stream(5);
    file.table().table(fmt::format("/XRefStm {}", at));
    const auto read = StrictFile::open(file.bytes);
    ASSERT_TRUE(read) << read.error().key;
    EXPECT_EQ(read->object(3).string()->bytes, "hidden");
    EXPECT_EQ(read->revision_ends().size(), 2U);
    // Two entries in use that differ would show two documents.
    File other = start();
    const std::size_t elsewhere = other.bytes.size();
    other.object(3, "(other)");
    const std::size_t stream = other.hybrid_stream(5);
    other.entry(3, elsewhere - 24);
    EXPECT_EQ(key_of(other.table(fmt::format("/XRefStm {}", stream)).bytes), "pdf_read.bad_cross_reference");
}

// The section at the beginning continues with the one at the end (annex F).
std::string linearised(std::string_view first_object) {
    const auto made = [&](std::size_t first_section, std::size_t main_section, std::size_t object, std::size_t last) {
        std::string out = fmt::format("%PDF-1.7\n3 0 obj\n{}\nendobj\n", first_object);
        const std::size_t first = out.size();
        out += fmt::format("xref\n1 1\n{:010} 00000 n \n3 1\n0000000009 00000 n \n", object);
        out += fmt::format("trailer\n<</Size 4/Root 1 0 R/Prev {:010}>>\nstartxref\n0\n%%EOF\n", main_section);
        const std::size_t catalog = out.size();
        out += fmt::format("1 0 obj\n{}\nendobj\n", test::catalog);
        const std::size_t pages = out.size();
        out += fmt::format("2 0 obj\n{}\nendobj\n", test::pages);
        const std::size_t main = out.size();
        out += fmt::format("xref\n0 1\n0000000000 65535 f \n2 1\n{:010} 00000 n \ntrailer\n<</Size 3>>\n", last);
        out += fmt::format("startxref\n{}\n%%EOF\n", first_section);
        return std::tuple{out, first, main, catalog, pages};
    };
    std::size_t first = 100, main = 0, catalog = 0, pages = 0;
    std::string out;
    for (int pass = 0; pass < 2; ++pass) std::tie(out, first, main, catalog, pages) = made(first, main, catalog, pages);
    return out;
}

TEST(StrictFile, LinearisedFileIsOneRevision) {
    const std::string bytes = linearised("<</Linearized 1>>");
    const auto read = StrictFile::open(bytes);
    ASSERT_TRUE(read) << read.error().key;
    EXPECT_EQ(read->revision_ends(), std::vector<std::size_t>{bytes.size()});
    EXPECT_TRUE(read->object(2).at("Type").is_name("Pages"));
    EXPECT_EQ(key_of(linearised("<</Linearizes 1>>")), "pdf_read.bad_cross_reference");
}

TEST(StrictFile, NamesTheEndOfEveryRevisionAndEachIsAFile) {
    File file = start("(one)");
    const std::string first = file.table().bytes;
    const std::string second = file.object(3, "(two)").table().bytes;
    file.object(4, "(new)").object(1, test::catalog).table();
    const auto read = StrictFile::open(file.bytes);
    ASSERT_TRUE(read) << read.error().key;
    EXPECT_EQ(read->revision_ends(), (std::vector{first.size(), second.size(), file.bytes.size()}));
    EXPECT_EQ(read->object(3).string()->bytes, "two");
    const std::string_view all = file.bytes;
    EXPECT_EQ(StrictFile::open(all.substr(0, read->revision_ends()[0]))->object(3).string()->bytes, "one");
    EXPECT_TRUE(StrictFile::open(all.substr(0, read->revision_ends()[1]))->object(4).is_null());
}

TEST(StrictFile, ReferencesFollowGenerationsAndFreeEntries) {
    File file = start();
    file.object(4, "[3 0 R 3 1 R 9 0 R 5 2 R]").object(5, "[5 2 R]", 2).object(6, "6 0 R").table();
    const auto read = StrictFile::open(file.bytes);
    ASSERT_TRUE(read) << read.error().key;
    const Array& array = *read->object(4).array();
    EXPECT_NE(read->resolve(array[0]).string(), nullptr);
    EXPECT_TRUE(read->resolve(array[1]).is_null());
    EXPECT_TRUE(read->resolve(array[2]).is_null());
    EXPECT_NE(read->resolve(array[3]).array(), nullptr);
    EXPECT_TRUE(read->resolve(read->object(6)).is_null());  // refers to itself
    EXPECT_EQ(read->generation(5), 2);
    EXPECT_TRUE(read->is_free(0));
    EXPECT_FALSE(read->is_free(5));
}

struct Broken {
    const char* what;
    std::string bytes;
    const char* key;
};

std::vector<Broken> broken_files() {
    using test::object_stream;
    using test::replaced;
    const std::string good = start("<</Key(value)>>").table().bytes;
    const auto appended = [&](std::string_view hidden, std::string_view body = "(new)") {
        File file = start();
        return file.table().raw(hidden).object(3, body).table().bytes;
    };
    const auto in_stream = [](const std::string& body, int container_of_1 = 0) {
        File file;
        file.object(4, body).object(2, test::pages).compressed(1, 4, container_of_1);
        return file.cross_reference_stream(5).bytes;
    };
    const std::string catalog(test::catalog);
    File outside = start();
    outside.entry(4, 999999).table();
    File shifted = start();
    shifted.entry(3, shifted.offset(3) + 1).table();
    File other_number = start();
    other_number.entry(4, other_number.offset(3)).table();
    File overlapping = start("(\n5 0 obj 1 endobj\n)");
    overlapping.entry(5, overlapping.bytes.find("5 0 obj")).table();
    File looping = start();
    looping.table().object(3, "(x)").table();
    const std::string loop =
        replaced(looping.bytes, fmt::format("/Prev {}", looping.bytes.find("xref\n")),
                 fmt::format("/Prev {}", looping.bytes.rfind("xref\n", looping.bytes.rfind("trailer"))));
    File extra_member = start();
    extra_member.table().object(4, object_stream({{5, "1"}, {3, "(hidden)"}})).compressed(5, 4, 0);
    extra_member.cross_reference_stream(6);
    const std::size_t too_deep = static_cast<std::size_t>(limits::depth_max) + 1;
    const std::string deep = std::string(too_deep, '[') + "1" + std::string(too_deep, ']');

    return {
        {"no header", "x" + good, "pdf_read.not_a_pdf"},
        {"unknown version", replaced(good, "%PDF-1.7", "%PDF-3.7"), "pdf_read.not_a_pdf"},
        {"nothing but a header", "%PDF-1.7\n", "pdf_read.no_end"},
        {"bytes behind the end", good + "x", "pdf_read.trailing_bytes"},
        {"white space behind the end", good + "\n", "pdf_read.trailing_bytes"},
        {"startxref elsewhere", replaced(good, "startxref\n", "startxref\n1"), "pdf_read.bad_cross_reference"},
        {"table not where startxref says", replaced(good, "xref\n0", " xref\n0"), "pdf_read.bad_cross_reference"},
        {"entry too short", replaced(good, "65535 f \n", "65535 f\n"), "pdf_read.bad_cross_reference"},
        {"entry of another kind", replaced(good, "65535 f", "65535 x"), "pdf_read.bad_cross_reference"},
        {"size too small", replaced(good, "/Size 4", "/Size 3"), "pdf_read.bad_cross_reference"},
        {"size beyond all numbers", replaced(good, "/Size 4", "/Size 99999999"), "pdf_read.too_large"},
        {"no size", replaced(good, "/Size", "/Sise"), "pdf_read.bad_cross_reference"},
        {"no root", replaced(good, "/Root", "/Toor"), "pdf_read.bad_cross_reference"},
        {"root is no dictionary", replaced(good, "/Root 1", "/Root 9"), "pdf_read.bad_cross_reference"},
        {"chain loops", loop, "pdf_read.bad_cross_reference"},
        {"encrypted", start().table("/Encrypt 3 0 R").bytes, "pdf_read.encrypted"},
        {"entry outside", outside.bytes, "pdf_read.bad_object"},
        {"entry one byte off", shifted.bytes, "pdf_read.bad_object"},
        {"two entries, one object", other_number.bytes, "pdf_read.bad_object"},
        {"an object inside another", overlapping.bytes, "pdf_read.bad_object"},
        {"one number twice", replaced(good, "\n2 1\n", "\n1 1\n"), "pdf_read.bad_object"},
        {"other generation", replaced(good, "3 0 obj", "3 1 obj"), "pdf_read.bad_object"},
        {"no endobj", replaced(good, ">>\nendobj\nxref", ">>\nendxxx\nxref"), "pdf_read.bad_object"},
        {"key twice", start("<</Key 1/Key 2>>").table().bytes, "pdf_read.duplicate_key"},
        {"key twice, once escaped", start("<</Key 1/#4Bey 2>>").table().bytes, "pdf_read.duplicate_key"},
        {"key twice in the trailer", start().table("/Root 2 0 R").bytes, "pdf_read.duplicate_key"},
        {"unclosed string", start("(abc").table().bytes, "pdf_read.bad_object"},
        {"bad hex string", start("<4x>").table().bytes, "pdf_read.bad_object"},
        {"bad name", start("/a#0").table().bytes, "pdf_read.bad_object"},
        {"null byte in a name", start("/a#00").table().bytes, "pdf_read.bad_object"},
        {"two points", start("1.2.3").table().bytes, "pdf_read.bad_object"},
        {"an exponent", start("1e5").table().bytes, "pdf_read.bad_object"},
        {"unknown word", start("nul").table().bytes, "pdf_read.bad_object"},
        {"too deep", start(deep).table().bytes, "pdf_read.too_large"},
        {"length too short", start("<</Length 3>>stream\nplain\nendstream").table().bytes, "pdf_read.bad_stream"},
        {"length too long", start("<</Length 7>>stream\nplain\nendstream").table().bytes, "pdf_read.bad_stream"},
        {"length beyond the file", start("<</Length 999999>>stream\nplain\nendstream").table().bytes,
         "pdf_read.bad_stream"},
        {"no length", start("<<>>stream\nplain\nendstream").table().bytes, "pdf_read.bad_stream"},
        {"length of nothing", start("<</Length 9 0 R>>stream\nplain\nendstream").table().bytes, "pdf_read.bad_stream"},
        {"CR alone behind stream", start("<</Length 5>>stream\rplain\nendstream").table().bytes, "pdf_read.bad_stream"},
        {"bytes between revisions", appended("junk\n"), "pdf_read.hidden_bytes"},
        {"unlisted object in a revision", appended("7 0 obj 1 endobj\n"), "pdf_read.hidden_bytes"},
        {"comment between revisions", appended("%junk\n"), "pdf_read.hidden_bytes"},
        {"comment in an appended object", appended("", "%junk\n(new)"), "pdf_read.hidden_bytes"},
        {"unlisted member of an object stream", extra_member.bytes, "pdf_read.hidden_bytes"},
        {"object stream: other number", in_stream(object_stream({{7, catalog}})), "pdf_read.bad_object"},
        {"object stream: other index", in_stream(object_stream({{1, catalog}}), 1), "pdf_read.bad_object"},
        {"object stream: number twice", in_stream(object_stream({{1, catalog}, {1, "2"}})), "pdf_read.bad_object"},
        {"object stream: two values", in_stream(object_stream({{1, catalog + " 1"}})), "pdf_read.bad_object"},
        {"object stream: a stream", in_stream(object_stream({{1, test::stream("", "x")}})), "pdf_read.bad_object"},
        {"object stream: key twice", in_stream(object_stream({{1, "<</A 1/A 2>>"}})), "pdf_read.duplicate_key"},
        {"object stream: not one", in_stream(test::stream("/N 1/First 4", "1 0 <<>>")), "pdf_read.bad_object"},
        {"object stream: damaged", replaced(in_stream(object_stream({{1, catalog}})), "\x78\x9c", "\x78\x9d"),
         "pdf_read.bad_stream"},
    };
}

TEST(StrictFile, RefusesWhatReadersCouldUnderstandDifferently) {
    for (const Broken& each : broken_files()) EXPECT_EQ(key_of(each.bytes), each.key) << each.what;
}

// Unused objects and comments of the program that wrote the file first are nobody's attack.
TEST(StrictFile, TheFirstRevisionMayHoldUnusedBytes) {
    File file = start();
    EXPECT_EQ(key_of(file.raw("%made by hand\n9 0 obj (unused) endobj\n").table().bytes), "");
}

TEST(StrictFile, AProgramMaySignAnAppendedRevisionWithItsName) {
    File file = start();
    file.table().object(3, "(new)").table();
    const std::size_t at = file.bytes.rfind("startxref");
    EXPECT_EQ(key_of(std::string(file.bytes).insert(at, "%iText-7.1.2\n")), "");
    EXPECT_EQ(key_of(std::string(file.bytes).insert(at, "%7 0 obj 1 endobj\n")), "pdf_read.hidden_bytes");
    EXPECT_EQ(key_of(std::string(file.bytes).insert(at, "%a\n%b\n")), "pdf_read.bad_cross_reference");
}

TEST(StrictFile, DecodesNoMoreThanTheLimit) {
    const std::string bomb = test::zlib(std::string(limits::decoded_stream_bytes_max + 1, '\0'));
    const std::string bytes = start(test::stream("/Filter/FlateDecode", bomb)).table().bytes;
    const auto read = StrictFile::open(bytes);
    ASSERT_TRUE(read);
    const auto decoded = read->decoded(*read->object(3).stream());
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().key, "pdf_read.too_large");
    EXPECT_EQ(decoded.error().kind, ErrorKind::limit);
}

TEST(StrictFile, EqualityIgnoresPlaceAndOrderOnly) {
    const std::string bytes =
        start("[<</A 1/B[2 (x)]>> <</B [ 2 (x) ] /A 1>> <</A 1/B[2 (y)]>> 2 0 R 2 1 R]").table().bytes;
    const auto read = StrictFile::open(bytes);
    ASSERT_TRUE(read);
    const Array& array = *read->object(3).array();
    EXPECT_TRUE(array[0] == array[1]);
    EXPECT_FALSE(array[0] == array[2]);
    EXPECT_FALSE(array[3] == array[4]);
}

}  // namespace
}  // namespace shanqi::office::pdf_read
