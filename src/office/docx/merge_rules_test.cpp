// IF over a MERGEFIELD, as Word and WPS write it: nested complex fields, split over runs.
#include <gtest/gtest.h>

#include "office/docx/test_model.hpp"

namespace shanqi::office::docx {
namespace {

std::string character(std::string_view type) {
    return "<w:r><w:fldChar w:fldCharType='" + std::string(type) + "'/></w:r>";
}
std::string code(std::string_view text) {
    return "<w:r><w:instrText xml:space='preserve'>" + std::string(text) + "</w:instrText></w:r>";
}
std::string field(const std::string& instruction, std::string_view result) {
    return character("begin") + instruction + character("separate") + "<w:r><w:t>" + std::string(result) +
           "</w:t></w:r>" + character("end");
}
std::string merge(std::string_view name, std::string_view switches = "") {
    return field(code(" MERGEFIELD ") + code(std::string(name) + " " + std::string(switches)),
                 "«" + std::string(name) + "»");
}
std::string read_as(const std::string& runs) { return shown(paragraph_at(read_body_ok("<w:p>" + runs + "</w:p>"), 0)); }

TEST(DocxMergeRules, AnIfBecomesAConditionOfTheTemplateLanguage) {
    EXPECT_EQ(
        read_as(field(code(" I") + code("F ") + merge("性别") + code(" = \"男\" \"先生\" \"女士\" \\* MERGEFORMAT "),
                      "先生")),
        "{{#如果 性别=男}}先生{{#否则}}女士{{/如果}}");
    EXPECT_EQ(read_as(field(code("IF \"") + merge("备注", "\\* MERGEFORMAT") + code("\" &lt;&gt; \"\" \"备注：") +
                                merge("备注") + code("\""),
                            "")),
              "{{#如果 备注!=}}备注：{{备注}}{{/如果}}");
    EXPECT_EQ(
        read_as(character("begin") + code("IF ") + merge("金额") + code(" &gt;= 1000 “大额” “”") + character("end")),
        "{{#如果 金额>=1000}}大额{{/如果}}");
}

TEST(DocxMergeRules, AChainOfIfsIsNested) {
    const std::string inner = field(code("IF ") + merge("类型") + code(" = \"中学\" \"初中\" \"其他\""), "其他");
    EXPECT_EQ(read_as(field(code("IF ") + merge("类型") + code(" = \"小学\" \"小学\" ") + inner, "小学")),
              "{{#如果 类型=小学}}小学{{#否则}}{{#如果 类型=中学}}初中{{#否则}}其他{{/如果}}{{/如果}}");
}

TEST(DocxMergeRules, WhatCannotBeWrittenSoIsReportedBesideItsOldResult) {
    for (const std::string& rule : {
             code("IF 1 = 1 \"甲\" \"乙\""),                                           // no field
             code("IF ") + merge("名") + code(" = \"某*\" \"甲\" \"乙\""),             // a wildcard
             code("IF ") + merge("名") + code(" = \"某\" \"{{甲}}\" \"乙\""),          // our own signs
             code("IF ") + merge("数", "\\# 0.0") + code(" = \"1.0\" \"甲\" \"乙\""),  // compares what is shown
             code("IF ") + merge("名") + code(" &gt; \"某\" \"甲\" \"乙\""),           // order of words
             code("IF ") + merge("名") + code(" = \"某\" \"") + field(code("DATE"), "今天") + code("\" \"乙\""),
             code("NEXT "),
         }) {
        EXPECT_EQ(read_as(field(rule, "旧")), "旧[unsupported.merge_rule]") << rule;
    }
}

}  // namespace
}  // namespace shanqi::office::docx
