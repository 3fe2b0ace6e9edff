#include "seal/document/form_update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "base/time.hpp"
#include "office/pdf/picture.hpp"
#include "seal/seal.hpp"

namespace shanqi::seal {
namespace {

using office::pdf_read::Array;
using office::pdf_read::Dictionary;
using office::pdf_read::Name;
using office::pdf_read::Object;
using office::pdf_read::serialized;
using office::pdf_read::StrictFile;
using office::pdf_read::Update;

std::string longer_list(const Array* old, int added) {
    std::string out = "[";
    if (old) {
        for (const Object& item : *old) out += serialized(item) + " ";
    }
    return out + pdf_reference(added) + "]";
}

std::string image_object(const office::pdf::Picture& picture, bool is_alpha, int mask) {
    const std::string& data = is_alpha ? picture.alpha : picture.data;
    std::string out = fmt::format(
        "<</Type/XObject/Subtype/Image/Width {}/Height {}/BitsPerComponent 8/ColorSpace/{}/Filter/FlateDecode",
        picture.width, picture.height, is_alpha ? "DeviceGray" : "DeviceRGB");
    if (mask != 0) out += "/SMask " + pdf_reference(mask);
    return out + fmt::format("/Length {}>>\nstream\n", data.size()) + data + "\nendstream";
}

}  // namespace

std::string pdf_text(std::string_view utf8) {
    std::string out = "<FEFF";
    for (const char32_t c : to_utf32(utf8)) {
        const auto code = static_cast<std::uint32_t>(c);
        out += code < 0x10000 ? fmt::format("{:04X}", code)
                              : fmt::format("{:04X}{:04X}", 0xD7C0 + (code >> 10U), 0xDC00 + (code & 0x3FFU));
    }
    return out + ">";
}

std::string pdf_date(Instant time) {
    const CivilTime civil = china_time(time);
    return fmt::format("(D:{:04}{:02}{:02}{:02}{:02}{:02}+08'00')", civil.date.year, static_cast<int>(civil.date.month),
                       static_cast<int>(civil.date.day), civil.hour, civil.minute, civil.second);
}

std::string pdf_reference(int number, int generation) { return fmt::format("{} {} R", number, generation); }

std::string with_entries(const Object& dictionary, const std::map<std::string, std::string>& entries) {
    std::string out = "<<";
    if (const Dictionary* old = dictionary.dictionary()) {
        for (const auto& [key, value] : *old) {
            if (!entries.contains(key))
                out.append(serialized(Object{.value = Name{key}})).append(" ").append(serialized(value));
        }
    }
    for (const auto& [key, text] : entries) out.append("/").append(key).append(" ").append(text);
    return out + ">>";
}

void append_to_list(Update& update, const StrictFile& file, int holder, std::string_view key, int added) {
    const Object& entry = file.object(holder).at(key);
    const std::string list = longer_list(file.resolve(entry).array(), added);
    if (const auto* reference = entry.reference(); reference && !file.resolve(entry).is_null())
        return update.replace(reference->number, list);
    update.replace(holder, with_entries(file.object(holder), {{std::string(key), list}}));
}

void append_field(Update& update, const StrictFile& file, int field) {
    const int root = file.trailer().find("Root")->second.reference()->number;
    const Object& entry = file.object(root).at("AcroForm");
    const Object& form = file.resolve(entry);
    std::map<std::string, std::string> changes;
    const Object& fields = form.at("Fields");
    const std::string list = longer_list(file.resolve(fields).array(), field);
    if (const auto* reference = fields.reference(); reference && !file.resolve(fields).is_null())
        update.replace(reference->number, list);
    else
        changes["Fields"] = list;
    if (file.resolve(form.at("SigFlags")).integer().value_or(0) != 3)
        changes["SigFlags"] = "3";  // SignaturesExist, AppendOnly
    if (changes.empty()) return;
    const std::string text = with_entries(form, changes);
    if (const auto* reference = entry.reference(); reference && !form.is_null())
        return update.replace(reference->number, text);
    update.replace(root, with_entries(file.object(root), {{"AcroForm", text}}));
}

Result<int> add_picture_appearance(Update& update, const StrictFile& file, const Object& widget, std::string_view bytes,
                                   bool trial) {
    const Object& rectangle = file.resolve(widget.at("Rect"));
    std::array<double, 4> side{};
    if (rectangle.array() && rectangle.array()->size() == 4) {
        for (std::size_t i = 0; i < 4; ++i) side[i] = file.resolve((*rectangle.array())[i]).number().value_or(0);
    }
    const double width = std::abs(side[2] - side[0]), height = std::abs(side[3] - side[1]);
    if (width < 1 || height < 1) return fail(ErrorKind::refused, "sign.no_room");
    Raster raster = TRY(read_seal_image(bytes, trial));
    const office::pdf::Picture picture = TRY(office::pdf::stamp_picture(
        {.width = raster.width, .height = raster.height, .rgba = std::move(raster.rgba), .width_mm = raster.width_mm}));
    const int mask = picture.alpha.empty() ? 0 : update.add(image_object(picture, true, 0));
    const int image = update.add(image_object(picture, false, mask));
    const double scale = std::min(width / picture.width, height / picture.height);
    const double shown_width = picture.width * scale, shown_height = picture.height * scale;
    const std::string content = fmt::format("q {:.4f} 0 0 {:.4f} {:.4f} {:.4f} cm /Picture Do Q", shown_width,
                                            shown_height, (width - shown_width) / 2, (height - shown_height) / 2);
    return update.add(
        fmt::format("<</Type/XObject/Subtype/Form/BBox[0 0 {:.4f} {:.4f}]/Resources<</XObject<</Picture {}>>>>/Length "
                    "{}>>\nstream\n{}\nendstream",
                    width, height, pdf_reference(image), content.size(), content));
}

}  // namespace shanqi::seal
