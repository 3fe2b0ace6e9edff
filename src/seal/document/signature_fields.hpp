// Where the signatures of a file stand: the form's fields of type Sig (ISO 32000-1, 12.7.4.5), and signature
// dictionaries that no field holds, which only an attacker writes.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "office/pdf/read/strict_file.hpp"

namespace shanqi::seal {

struct SignatureField {
    int object = 0;        // of the field
    int value_object = 0;  // of the signature dictionary; 0 when nobody signed, or it stands in the field
    std::string name;      // fully qualified: "甲方.印章"
    const office::pdf_read::Object* field = nullptr;
    const office::pdf_read::Object* value = nullptr;  // the signature dictionary; null when nobody signed
};

// Text strings are UTF-16BE with a byte order mark, UTF-8 with one (ISO 32000-2), or PDFDocEncoding.
std::string text_of(const office::pdf_read::Object& string);

// In the order of the form. Pointers live as long as the file.
std::vector<SignatureField> signature_fields(const office::pdf_read::StrictFile&);

// Numbers of objects that look like signatures (/ByteRange or /SubFilter with /Contents) and are no field's value.
std::vector<int> stray_signatures(const office::pdf_read::StrictFile&, const std::vector<SignatureField>&);

// Whether a signature dictionary is a document time-stamp. None when its /Type and /SubFilter disagree: to one reader
// it would be a signature, to another a time-stamp.
std::optional<bool> is_time_stamp(const office::pdf_read::StrictFile&, const office::pdf_read::Object& signature);

// DocMDP (12.8.2.2): the level that a signature dictionary's transform asks for, 1 to 3.
std::optional<int> certification_level(const office::pdf_read::StrictFile&, const office::pdf_read::Object& signature);
// What the file's signatures allow together: the lowest level of any DocMDP transform and of any signed field's /Lock
// (ISO 32000-2, table 236); 0 when none says anything.
int permission_of(const office::pdf_read::StrictFile&);
// FieldMDP (12.8.2.4): whether a signature of the file locks the field of this name.
bool is_locked(const office::pdf_read::StrictFile&, const std::string& field);
// The signature that /Perms/DocMDP names: its object number; 0 without one.
int certifying_object(const office::pdf_read::StrictFile&);

}  // namespace shanqi::seal
