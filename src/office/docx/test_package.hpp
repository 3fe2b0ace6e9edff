// For tests: zips parts into a .docx in memory.
#pragma once

#include <zip.h>

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace shanqi::office::docx {

inline constexpr std::string_view test_namespaces =
    R"( xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main")"
    R"( xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships")"
    R"( xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing")"
    R"( xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main")"
    R"( xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture")"
    R"( xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape")"
    R"( xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup")"
    R"( xmlns:wp14="http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing")"
    R"( xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006")"
    R"( xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math")"
    R"( xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart")"
    R"( xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office")"
    R"( xmlns:w10="urn:schemas-microsoft-com:office:word")";

// The first bytes of a PNG of `width` by `height` pixels: what the reader looks at.
inline std::string test_png(unsigned width, unsigned height) {
    std::string out("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    for (const unsigned side : {width, height}) {
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(side >> shift & 0xFF);
    }
    return out + std::string("\x08\x02\0\0\0\0\0\0\0", 9);
}

class TestPackage {
public:
    TestPackage() {
        parts_["_rels/.rels"] = relationships(
            R"(<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>)");
    }

    TestPackage& part(const std::string& name, std::string bytes) {
        parts_[name] = std::move(bytes);
        return *this;
    }
    // Content of w:body.
    TestPackage& body(std::string_view xml) {
        return part("word/document.xml", root("w:document", "<w:body>" + std::string(xml) + "</w:body>"));
    }
    // A definition part beside the document, with its relationship: styles, numbering, settings, header…
    TestPackage& definition(const std::string& type, std::string_view root_name, std::string_view xml,
                            const std::string& id = {}) {
        const std::string file = type + (id.empty() ? "" : "_" + id) + ".xml";
        part("word/" + file, root(root_name, xml));
        return relate(id.empty() ? "rel_" + type : id, type, file);
    }
    // A picture of the document's, under this relationship.
    TestPackage& picture(const std::string& id, const std::string& file, std::string bytes) {
        return part("word/media/" + file, std::move(bytes)).relate(id, "image", "media/" + file);
    }
    TestPackage& relate(const std::string& id, const std::string& type, const std::string& target,
                        bool external = false) {
        document_relationships_ += "<Relationship Id=\"" + id +
                                   "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" +
                                   type + "\" Target=\"" + target + "\"" +
                                   (external ? " TargetMode=\"External\"" : "") + "/>";
        return *this;
    }

    std::string bytes() const {
        std::map<std::string, std::string> parts = parts_;
        parts["word/_rels/document.xml.rels"] = relationships(document_relationships_);
        return zipped(parts);
    }

    static std::string root(std::string_view name, std::string_view xml) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><" + std::string(name) + std::string(test_namespaces) + ">" +
               std::string(xml) + "</" + std::string(name) + ">";
    }
    static std::string relationships(const std::string& entries) {
        return "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" + entries +
               "</Relationships>";
    }

    static std::string zipped(const std::map<std::string, std::string>& parts) {
        zip_error_t error;
        zip_error_init(&error);
        zip_source_t* buffer = zip_source_buffer_create(nullptr, 0, 0, &error);
        zip_source_keep(buffer);
        zip_t* archive = zip_open_from_source(buffer, ZIP_TRUNCATE, &error);
        if (archive == nullptr) throw std::runtime_error("zip");
        for (const auto& [name, bytes] : parts) {
            zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
            if (zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) < 0) throw std::runtime_error("zip");
        }
        if (zip_close(archive) != 0) throw std::runtime_error("zip");
        zip_stat_t stat;
        zip_source_stat(buffer, &stat);
        std::string out(static_cast<std::size_t>(stat.size), '\0');
        zip_source_open(buffer);
        zip_source_read(buffer, out.data(), out.size());
        zip_source_close(buffer);
        zip_source_free(buffer);
        return out;
    }

private:
    std::map<std::string, std::string> parts_;
    std::string document_relationships_;
};

}  // namespace shanqi::office::docx
