#include "office/pdf/metadata.hpp"

#include <string_view>

#include "base/text.hpp"
#include "office/pdf/bytes.hpp"

namespace shanqi::office::pdf {
namespace {

constexpr std::string_view producer = "Shanqi 善器 0.1";

// XML 1.0 allows no control characters, however escaped; the same text must stand in both places.
std::string plain(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (char c : utf8)
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out += c;
    return is_utf8(out) ? out : to_utf8(to_utf32(out));
}

void append_escaped(std::string& out, std::string_view text) {
    for (char c : plain(text)) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
}

void append_element(std::string& out, std::string_view name, std::string_view value) {
    if (plain(value).empty()) return;
    out += '<';
    out += name;
    out += '>';
    append_escaped(out, value);
    out += "</";
    out += name;
    out += ">\n";
}

void append_list(std::string& out, std::string_view name, std::string_view open, std::string_view close,
                 std::string_view value) {
    if (plain(value).empty()) return;
    out += '<';
    out += name;
    out += "><rdf:";
    out += open;
    append_escaped(out, value);
    out += "</rdf:li></rdf:";
    out += close;
    out += "></";
    out += name;
    out += ">\n";
}

// ISO 19005-1, 6.7.8: properties of our own come with their description.
constexpr std::string_view extension_schema =
    "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\""
    " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" "
    "xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n"
    "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">"
    "<pdfaSchema:schema>Shanqi sealed document</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>urn:shanqi:document:1.0</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>shanqi</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>\n"
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>number</pdfaProperty:name>"
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
    "<pdfaProperty:description>Number in the seal register</pdfaProperty:description></rdf:li>\n"
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>recipient</pdfaProperty:name>"
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
    "<pdfaProperty:description>To whom the document is addressed</pdfaProperty:description></rdf:li>\n"
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>verifyUrl</pdfaProperty:name>"
    "<pdfaProperty:valueType>URI</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
    "<pdfaProperty:description>Where the document can be verified</pdfaProperty:description></rdf:li>\n"
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>trial</pdfaProperty:name>"
    "<pdfaProperty:valueType>Boolean</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>True: sealed with a trial certificate, not an official "
    "seal</pdfaProperty:description></rdf:li>\n"
    "</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n";

void append_entry(std::string& out, std::string_view key, std::string_view value) {
    std::string text = plain(value);
    if (text.empty()) return;
    out += '/';
    out += key;
    append_text_string(out, text);
}

}  // namespace

std::string info_entries(const PdfMetadata& metadata) {
    std::string out;
    append_entry(out, "Title", metadata.title);
    append_entry(out, "Author", metadata.author);
    append_entry(out, "Subject", metadata.subject);
    append_entry(out, "Keywords", metadata.keywords);
    append_entry(out, "Creator", metadata.creator);
    append_entry(out, "Producer", producer);
    out += "/CreationDate";
    append_date(out, metadata.created);
    out += "/ModDate";
    append_date(out, metadata.created);
    return out;
}

std::string xmp_packet(const PdfMetadata& metadata) {
    std::string out;
    out.reserve(5000);
    out +=
        "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
        "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
        "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
        " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\""
        " xmlns:shanqi=\"urn:shanqi:document:1.0\">\n"
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>\n"
        "<dc:format>application/pdf</dc:format>\n";
    append_list(out, "dc:title", "Alt><rdf:li xml:lang=\"x-default\">", "Alt", metadata.title);
    append_list(out, "dc:creator", "Seq><rdf:li>", "Seq", metadata.author);
    append_list(out, "dc:description", "Alt><rdf:li xml:lang=\"x-default\">", "Alt", metadata.subject);
    append_list(out, "dc:language", "Bag><rdf:li>", "Bag", metadata.language);
    append_element(out, "pdf:Keywords", metadata.keywords);
    append_element(out, "pdf:Producer", producer);
    append_element(out, "xmp:CreatorTool", metadata.creator);
    std::string created = iso_china(metadata.created);
    append_element(out, "xmp:CreateDate", created);
    append_element(out, "xmp:ModifyDate", created);
    append_element(out, "xmp:MetadataDate", created);
    append_element(out, "shanqi:number", metadata.number);
    append_element(out, "shanqi:recipient", metadata.recipient);
    append_element(out, "shanqi:verifyUrl", metadata.verify_url);
    append_element(out, "shanqi:trial", metadata.trial ? "True" : "False");
    out += "</rdf:Description>\n";
    out += extension_schema;
    out += "</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>";
    return out;
}

}  // namespace shanqi::office::pdf
