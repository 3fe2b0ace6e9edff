// What the page engine does not render keeps its place and its name.
#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

// "key: detail" of the only inline.
std::string reported(const Document& document) {
    const auto& item = inline_at<Unsupported>(paragraph_at(document, 0), 0);
    return item.key + ": " + item.detail;
}

TEST(DocxReports, EquationsWithTheirCharacters) {
    const std::string equation =
        "<m:oMath><m:r><m:t>E=m</m:t></m:r><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e></m:sSup></m:oMath>";
    EXPECT_EQ(reported(read_body_ok("<w:p>" + equation + "</w:p>")), "unsupported.equation: E=mc");
    EXPECT_EQ(reported(read_body_ok("<w:p><m:oMathPara>" + equation + "</m:oMathPara></w:p>")),
              "unsupported.equation: E=mc");
    EXPECT_EQ(shown(paragraph_at(read_body_ok("<m:oMathPara>" + equation + "</m:oMathPara>"), 0)),
              "[unsupported.equation]");
}

TEST(DocxReports, EmbeddedObjectsByTheirProgram) {
    EXPECT_EQ(reported(read_body_ok(
                  R"(<w:p><w:r><w:object><v:shape/><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r></w:p>)")),
              "unsupported.ole_object: Excel.Sheet.12");
}

TEST(DocxReports, NotesWithTheirFirstWords) {
    const auto note = [](std::string_view id, std::string_view words) {
        return "<w:footnote w:id=\"" + std::string(id) + "\"><w:p><w:r><w:footnoteRef/><w:t>" + std::string(words) +
               "</w:t></w:r></w:p></w:footnote>";
    };
    std::string endless;
    for (int i = 0; i < 100; ++i) endless += "很长";
    const Document document = read_ok(
        TestPackage()
            .definition("footnotes", "w:footnotes", note("2", "见附件") + note("3", endless))
            .body(
                R"(<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p><w:p><w:r><w:footnoteReference w:id="3"/></w:r></w:p><w:p><w:r><w:endnoteReference w:id="2"/></w:r></w:p>)"));
    EXPECT_EQ(reported(document), "unsupported.footnote: 见附件");
    EXPECT_TRUE(inline_at<Unsupported>(paragraph_at(document, 1), 0).detail.ends_with("很长…"));
    EXPECT_EQ(inline_at<Unsupported>(paragraph_at(document, 2), 0).key, "unsupported.endnote");
}

TEST(DocxReports, CommentsMacrosFragmentsAndClocks) {
    const Document document = read_ok(
        TestPackage()
            .part("word/vbaProject.bin", "x")
            .relate("v", "vbaProject", "vbaProject.bin")
            .body(
                R"(<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>文</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r><w:r><w:yearLong/></w:r></w:p><w:altChunk r:id="x"/>)"));
    EXPECT_EQ(shown(paragraph_at(document, 0)), "文[unsupported.content]");
    EXPECT_TRUE(has_notice(document, "unsupported.comments"));
    EXPECT_TRUE(has_notice(document, "unsupported.macros"));
    EXPECT_TRUE(has_notice(document, "unsupported.embedded_document"));
}

TEST(DocxReports, ARubyKeepsItsBase) {
    const Document document = read_body_ok(
        R"(<w:p><w:r><w:ruby><w:rt><w:r><w:t>shàn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>善</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>)");
    EXPECT_EQ(shown(paragraph_at(document, 0)), "善");
    EXPECT_TRUE(has_notice(document, "unsupported.ruby: 善"));
}

TEST(DocxReports, EveryNoticeIsASentenceInBothLanguages) {
    const Document document = read_body_ok(
        R"(<w:p><w:r><w:rPr><w:em w:val="dot"/></w:rPr><w:t>a</w:t><w:commentReference w:id="0"/></w:r></w:p>)");
    ASSERT_EQ(document.notices.size(), 2U);
    for (const Error& notice : document.notices) {
        EXPECT_NE(message(notice, Language::zh_hans).find("文档中的"), std::string::npos);
        EXPECT_NE(message(notice, Language::en).find("not rendered"), std::string::npos);
        EXPECT_NE(message(notice.arguments.at(0).second, {}, Language::en), notice.arguments.at(0).second);
    }
}

TEST(DocxReports, ANoticeIsMadeOnceAndTheirNumberIsLimited) {
    std::string body;
    for (int i = 0; i < 5000; ++i)
        body += "<w:p><w:r><w:ruby><w:rubyBase><w:r><w:t>" + std::to_string(i / 2) +
                "</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>";
    EXPECT_EQ(read_body_ok(body).notices.size(), 200U);
}

}  // namespace
}  // namespace shanqi::office::docx
