// Signature fields (ISO 32000-1, 12.7.4.5 and 12.8): ours, which certifies, and the empty ones of countersigners.
#pragma once

#include <string>
#include <vector>

#include "office/pdf/body.hpp"
#include "office/pdf/pdf.hpp"

namespace shanqi::office::pdf {

struct Widget {
    std::string name;
    std::size_t page = 0;
    double left = 0, bottom = 0, right = 0, top = 0;  // PDF coordinates
    int object = 0;
    int value = 0;  // the signature dictionary, 0: still empty
};

// Where the countersigners sign, one widget a name (its first mark), and where our signature stands: on the
// first seal.
std::vector<Widget> signature_widgets(const Pages&, const std::string& certifying_field, bool is_signed,
                                      double stamp_width, double stamp_height);

void write_widget(Body&, const Widget&, int page_object, int appearance);

// Places of the holes in a signature dictionary that was just written.
struct SignatureHoles {
    std::size_t byte_range = 0;    // first of three numbers of byte_range_digits
    std::size_t contents = 0;      // the "<"
    std::size_t contents_end = 0;  // behind the ">"
};
constexpr int byte_range_digits = 10;

// Positions are in `body.bytes`.
SignatureHoles write_signature(Body&, int object, const PdfSigning&, Instant time);

}  // namespace shanqi::office::pdf
