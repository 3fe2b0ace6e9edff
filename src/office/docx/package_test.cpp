// Files that are no Word documents, damaged or hostile ones, and the same document in other dialects.
#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

std::string error_of(const std::string& bytes) {
    const auto read = read_docx(bytes);
    return read ? "read" : read.error().key;
}

TEST(DocxPackage, OtherFilesAreToldApart) {
    const std::string compound("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    EXPECT_EQ(error_of(compound + std::string(600, '\0')), "docx.old_doc");
    EXPECT_EQ(error_of(compound + std::string(600, '\0') +
                       std::string("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32)),
              "docx.encrypted");
    EXPECT_EQ(error_of(""), "docx.not_a_document");
    EXPECT_EQ(error_of("<html>"), "docx.not_a_document");
    EXPECT_EQ(error_of("{\\rtf1}"), "docx.not_a_document");
    EXPECT_EQ(error_of("PK\3\4 but no more"), "docx.broken_zip");
    EXPECT_EQ(error_of(TestPackage().body("<w:p/>").bytes().substr(0, 300)), "docx.broken_zip");
    EXPECT_EQ(error_of(TestPackage::zipped({{"xl/workbook.xml", "<workbook/>"}})), "docx.no_document");
    EXPECT_EQ(error_of(TestPackage().part("word/document.xml", "<html/>").bytes()), "docx.other_format");
    EXPECT_EQ(error_of(TestPackage().part("word/document.xml", "<w:document").bytes()), "docx.damaged");
    EXPECT_EQ(error_of(TestPackage().part("word/document.xml", TestPackage::root("w:document", "")).bytes()),
              "docx.damaged");
    EXPECT_EQ(error_of(TestPackage().part("word/document.xml", "").bytes()), "docx.damaged");
}

TEST(DocxPackage, ADamagedDefinitionPartIsNamed) {
    const auto read = read_docx(TestPackage()
                                    .part("word/styles.xml", "<w:styles><w:style>")
                                    .relate("s", "styles", "styles.xml")
                                    .body("<w:p/>")
                                    .bytes());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().key, "docx.damaged");
    EXPECT_NE(message(read.error(), Language::zh_hans).find("word/styles.xml"), std::string::npos);
}

TEST(DocxPackage, PartsAreFoundByRelationshipWithoutCaseAndFromTheRoot) {
    const std::string document =
        TestPackage::root("w:document", "<w:body><w:p><w:r><w:t>文</w:t></w:r></w:p></w:body>");
    const std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    const auto package = [&](const std::string& target, const std::string& name) {
        return TestPackage::zipped({{"_rels/.rels", TestPackage::relationships("<Relationship Id=\"a\" Type=\"" + type +
                                                                               "\" Target=\"" + target + "\"/>")},
                                    {name, document}});
    };
    EXPECT_EQ(error_of(package("/Word/Document2.xml", "word/document2.xml")), "read");
    EXPECT_EQ(error_of(package("./a%20b/../x.xml", "x.xml")), "read");
    EXPECT_EQ(error_of(package("../../etc/passwd", "x.xml")), "docx.no_document");
    EXPECT_EQ(error_of(TestPackage::zipped({{"word/document.xml", document}})), "read");  // no relationships at all
}

TEST(DocxPackage, ZipBombsAreNotInflated) {
    EXPECT_EQ(error_of(TestPackage().body("<w:p>" + std::string(40 << 20, ' ') + "</w:p>").bytes()), "docx.zip_bomb");
    TestPackage many;
    for (int i = 0; i < 5000; ++i) many.part("word/media/" + std::to_string(i), "");
    EXPECT_EQ(error_of(many.body("<w:p/>").bytes()), "docx.zip_bomb");
}

TEST(DocxPackage, EntitiesOfADocumentTypeAreNotExpanded) {
    const std::string bomb =
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY f SYSTEM "
        "\"file:///etc/passwd\">]>";
    const Document document = read_ok(TestPackage().part(
        "word/document.xml", bomb + "<w:document" + std::string(test_namespaces) +
                                 "><w:body><w:p><w:r><w:t>[&b;&f;&amp;]</w:t></w:r></w:p></w:body></w:document>"));
    EXPECT_EQ(shown(paragraph_at(document, 0)), "[&b;&f;&]");
}

TEST(DocxPackage, DepthIsLimited) {
    std::string deep;
    for (int i = 0; i < 3000; ++i) deep += "<w:smartTag>";
    deep += "<w:p/>";
    for (int i = 0; i < 3000; ++i) deep += "</w:smartTag>";
    EXPECT_EQ(error_of(TestPackage().body(deep).bytes()), "docx.too_complex");
}

TEST(DocxPackage, TheNumberOfBlocksIsLimited) {
    std::string paragraphs;
    for (int i = 0; i < 250'000; ++i) paragraphs += "<w:p/>";
    EXPECT_EQ(error_of(TestPackage().body(paragraphs).bytes()), "docx.too_complex");
}

TEST(DocxPackage, StrictFilesAndForeignPrefixes) {
    const std::string strict =
        R"(<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main" xmlns:q="http://purl.oclc.org/ooxml/officeDocument/relationships" x:conformance="strict">)"
        R"(<x:body><x:p><x:pPr><x:jc x:val="end"/><x:ind x:start="2cm" x:firstLine="24pt"/></x:pPr><x:r><x:rPr><x:sz x:val="16pt"/></x:rPr><x:t>严</x:t></x:r></x:p>)"
        R"(<x:p><x:r><x:drawing><d:inline xmlns:d="http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing"><d:extent cx="1in" cy="635000"/><g:graphic xmlns:g="http://purl.oclc.org/ooxml/drawingml/main"><g:graphicData>)"
        R"(<p:pic xmlns:p="http://purl.oclc.org/ooxml/drawingml/picture"><p:blipFill><g:blip q:embed="p"/></p:blipFill><p:spPr/></p:pic></g:graphicData></g:graphic></d:inline></x:drawing></x:r></x:p></x:body></x:document>)";
    const std::string types = "http://purl.oclc.org/ooxml/officeDocument/relationships/";
    const Document document = read_ok(TestPackage::zipped(
        {{"_rels/.rels", TestPackage::relationships("<Relationship Id=\"a\" Type=\"" + types +
                                                    "officeDocument\" Target=\"word/document.xml\"/>")},
         {"word/_rels/document.xml.rels",
          TestPackage::relationships("<Relationship Id=\"p\" Type=\"" + types + "image\" Target=\"media/a.png\"/>")},
         {"word/media/a.png", test_png(3, 3)},
         {"word/document.xml", strict}}));
    const Paragraph& paragraph = paragraph_at(document, 0);
    EXPECT_EQ(shown(paragraph), "严");
    EXPECT_EQ(paragraph.style.align, ParagraphStyle::Align::right);
    EXPECT_NEAR(paragraph.style.indent_left, 56.69, 0.01);
    EXPECT_DOUBLE_EQ(paragraph.style.indent_first, 24);
    EXPECT_DOUBLE_EQ(style_at(paragraph, 0).size, 16);
    EXPECT_DOUBLE_EQ(inline_at<Drawing>(paragraph_at(document, 1), 0).width, 72);
    EXPECT_EQ(document.images.size(), 1U);
}

TEST(DocxPackage, AForeignElementWithOurPrefixIsNotOurs) {
    EXPECT_EQ(
        shown(paragraph_at(
            read_body_ok(R"(<w:p><w:r xmlns:w="urn:other"><w:t>他人</w:t></w:r><w:r><w:t>我们</w:t></w:r></w:p>)"), 0)),
        "我们");
}

TEST(DocxPackage, TextIsCleanUtf8) {
    const Document document = read_body_ok("<w:p><w:r><w:t>a\xFF&#1;&#x85;b&#10;c\xC3\x28</w:t></w:r></w:p>");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "a\uFFFDb c\uFFFD(");
    const Document wide = read_ok(TestPackage().part("word/document.xml", [] {
        const std::string narrow =
            TestPackage::root("w:document", "<w:body><w:p><w:r><w:t>x</w:t></w:r></w:p></w:body>");
        std::string out = "\xFF\xFE";
        for (const char c : narrow.substr(narrow.find("?>") + 2)) out += std::string{c, '\0'};
        return out;
    }()));
    EXPECT_EQ(shown(paragraph_at(wide, 0)), "x");  // UTF-16, which the standard allows
}

TEST(DocxPackage, CorePropertiesAndLanguage) {
    const Document document = read_ok(
        TestPackage()
            .part(
                "_rels/.rels",
                TestPackage::relationships(
                    R"(<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>)"
                    R"(<Relationship Id="b" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>)"))
            .part(
                "docProps/core.xml",
                R"(<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title> 合作协议 </dc:title><dc:creator>某某</dc:creator></cp:coreProperties>)")
            .definition(
                "styles", "w:styles",
                R"(<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-US" w:eastAsia="zh-TW"/></w:rPr></w:rPrDefault></w:docDefaults>)")
            .body("<w:p/>"));
    EXPECT_EQ(document.title, "合作协议");
    EXPECT_EQ(document.author, "某某");
    EXPECT_EQ(document.language, "zh-TW");
    EXPECT_EQ(read_body_ok("<w:p/>").language, "zh-CN");
    // python-docx: the fonts of the theme are Japanese, the text need not be.
    EXPECT_EQ(
        read_ok(TestPackage()
                    .definition("settings", "w:settings", R"(<w:themeFontLang w:val="en-US" w:eastAsia="ja-JP"/>)")
                    .body("<w:p/>"))
            .language,
        "zh-CN");
}

}  // namespace
}  // namespace shanqi::office::docx
