// Pieces of incremental updates that signatures need: a form's list grows, a field gets an appearance.
#pragma once

#include <map>
#include <string>

#include "base/time.hpp"
#include "office/pdf/read/update.hpp"

namespace shanqi::seal {

std::string pdf_text(std::string_view utf8);  // a text string: UTF-16BE in hexadecimal (ISO 32000-1, 7.9.2.2)
std::string pdf_date(Instant);
std::string pdf_reference(int number, int generation = 0);

// The dictionary with some entries set to PDF syntax.
std::string with_entries(const office::pdf_read::Object& dictionary, const std::map<std::string, std::string>& entries);

// Appends a reference to the array under `key` of object `holder`, wherever the array stands.
void append_to_list(office::pdf_read::Update&, const office::pdf_read::StrictFile&, int holder, std::string_view key,
                    int added);

// Appends a field to the document's form, making one where there is none, and sets SigFlags (12.7.2).
void append_field(office::pdf_read::Update&, const office::pdf_read::StrictFile&, int field);

// The number of an appearance stream that shows a picture (PNG or JPEG) in the middle of a widget's rectangle, its
// paper made transparent, with 试用 across it when `trial`. Errors: those of seal pictures; sign.no_room when the field
// shows nothing.
Result<int> add_picture_appearance(office::pdf_read::Update&, const office::pdf_read::StrictFile&,
                                   const office::pdf_read::Object& widget, std::string_view picture, bool trial);

}  // namespace shanqi::seal
