#include "office/pdf/signature.hpp"

#include <algorithm>

namespace shanqi::office::pdf {
namespace {

constexpr double points_per_mm = 72 / 25.4;
constexpr double countersign_width = 60 * points_per_mm, countersign_height = 25 * points_per_mm;

void append_entry(std::string& out, std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out += key;
    append_text_string(out, value);
}

}  // namespace

std::vector<Widget> signature_widgets(const Pages& pages, const std::string& certifying_field, bool is_signed,
                                      double stamp_width, double stamp_height) {
    std::vector<Widget> widgets;
    if (is_signed) widgets.push_back({.name = certifying_field});
    bool seal_found = false;
    for (std::size_t i = 0; i < pages.pages.size(); ++i) {
        const Page& page = pages.pages[i];
        for (const PlacedMark& mark : page.marks) {
            double y = page.height - mark.at.y;
            if (mark.kind == Mark::Kind::seal && is_signed && !seal_found && stamp_width > 0) {
                seal_found = true;
                widgets[0] = {certifying_field,
                              i,
                              mark.at.x - stamp_width / 2,
                              y - stamp_height / 2,
                              mark.at.x + stamp_width / 2,
                              y + stamp_height / 2};
            }
            bool is_new = mark.kind == Mark::Kind::countersign &&
                          std::ranges::find(widgets, mark.name, &Widget::name) == widgets.end();
            if (!is_new) continue;
            double right = std::max(mark.at.x + 10, std::min(mark.at.x + countersign_width, page.width));
            widgets.push_back({mark.name, i, mark.at.x, y - countersign_height / 2, right, y + countersign_height / 2});
        }
    }
    return widgets;
}

void write_widget(Body& body, const Widget& widget, int page_object, int appearance) {
    body.begin(widget.object);
    std::string& out = body.bytes;
    out += "<</Type/Annot/Subtype/Widget/FT/Sig/T";
    append_text_string(out, widget.name);
    out += "/Rect[";
    for (double side : {widget.left, widget.bottom, widget.right, widget.top}) {
        append_number(out, side);
        out += ' ';
    }
    // 4: Print (ISO 19005-2, 6.3.2); 128: Locked, the seal does not move. A field to be signed is not locked.
    out += widget.value != 0 ? "]/F 132/P " : "]/F 4/P ";
    append_reference(out, page_object);
    out += "/AP<</N ";
    append_reference(out, appearance);
    out += ">>";
    if (widget.value != 0) {
        out += "/V ";
        append_reference(out, widget.value);
    }
    out += ">>\n";
    body.end();
}

SignatureHoles write_signature(Body& body, int object, const PdfSigning& signing, Instant time) {
    SignatureHoles holes;
    body.begin(object);
    std::string& out = body.bytes;
    out += "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M";
    append_date(out, time);
    append_entry(out, "/Name", signing.name);
    append_entry(out, "/Reason", signing.reason);
    append_entry(out, "/Location", signing.location);
    // 12.8.2.2, P 2: the fields may be filled and signed, nothing else changes.
    out +=
        "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P "
        "2/V/1.2>>>>]/ByteRange[0 ";
    holes.byte_range = out.size();
    for (int i = 0; i < 3; ++i) {
        append_padded(out, 0, byte_range_digits);
        out += i < 2 ? ' ' : ']';
    }
    out += "/Contents";
    holes.contents = out.size();
    out += '<';
    out.append(signing.contents_bytes * 2, '0');
    out += '>';
    holes.contents_end = out.size();
    out += ">>\n";
    body.end();
    return holes;
}

}  // namespace shanqi::office::pdf
