#include "office/docx/reader.hpp"
namespace shanqi::office::docx {
Result<std::vector<Inline>> Reader::drawing(pugi::xml_node, const Story&, const RunStylePtr&) { return std::vector<Inline>(); }
Result<std::vector<Inline>> Reader::vml_picture(pugi::xml_node, const Story&, const RunStylePtr&) { return std::vector<Inline>(); }
}
