// XML parts, made uniform: every element and attribute carries the prefix that Word uses ("w:p", "a:blip"), whatever
// prefixes the producer chose and whether it writes Transitional or Strict; mc:AlternateContent is already decided.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include <pugixml.hpp>

namespace shanqi::office::docx {

class XmlPart {
public:
    pugi::xml_node root() const { return document_->document_element(); }

private:
    friend Result<XmlPart> parse_xml(std::string bytes, std::string_view part);
    std::unique_ptr<pugi::xml_document> document_ = std::make_unique<pugi::xml_document>();
};

// Errors: docx.damaged {part}, docx.too_complex. No DTD is read and no entity of it expanded.
Result<XmlPart> parse_xml(std::string bytes, std::string_view part);

std::string_view local_name(pugi::xml_node node);
inline std::string_view name_of(pugi::xml_node node) { return node.name(); }
inline std::string_view text_of(pugi::xml_attribute attribute) { return attribute.value(); }
// The attribute w:val of `node`'s child `name`; empty text when either is absent.
std::string_view child_value(pugi::xml_node node, const char* name);

// ---- simple types (ECMA-376 part 1, 17.18 and 22.9) ----

// ST_OnOff. An element without w:val is on.
bool on_off(pugi::xml_attribute value);
std::optional<bool> child_on_off(pugi::xml_node node, const char* name);
std::optional<long long> integer(std::string_view text);
std::optional<double> decimal(std::string_view text);
// Lengths in points. All also take "12pt", "2.5cm" of Strict (ST_UniversalMeasure).
double points_from_emu(std::string_view text);
std::optional<double> points_from_twips(std::string_view text);
std::optional<double> points_from_half_points(std::string_view text);
// Percent from "50%" or from units of 1/`units_per_percent` percent.
std::optional<double> percent(std::string_view text, double units_per_percent);

// Text for the model: valid UTF-8, no control characters; line ends and tabs become blanks.
std::string clean_text(std::string_view text);

}  // namespace shanqi::office::docx
