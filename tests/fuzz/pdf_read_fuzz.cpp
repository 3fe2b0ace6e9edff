// PDF files to be verified come from forgers. What opens must resolve, decode and compare without end or fault; each
// of its revisions must be opened or refused; and written again as an update, it must say the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "office/pdf/read/strict_file.hpp"
#include "office/pdf/read/update.hpp"

namespace {

using namespace shanqi;
using namespace shanqi::office::pdf_read;

void resolve_all(const StrictFile& file, const Object& object) {
    (void)file.resolve(object);
    if (const Array* array = object.array())
        for (const Object& item : *array) resolve_all(file, item);
    if (const Dictionary* dictionary = object.dictionary())
        for (const auto& [key, value] : *dictionary) resolve_all(file, value);
}

// A stream is written with a direct /Length, so it says the same only if it had one.
bool stays_equal(const Object& object) { return object.stream() == nullptr || object.at("Length").integer(); }

// What an object stream holds is named by the section that brings the stream: an update that only copies it hides it.
bool may_be_copied(const Object& object) { return object.stream() == nullptr || !object.at("Type").is_name("ObjStm"); }

void write_again(const StrictFile& file) {
    if (*file.trailer().at("Size").integer() > limits::object_number_max - 2) return;  // no number is left
    Update update(file);
    for (const auto& [number, object] : file.objects())
        if (may_be_copied(object)) update.replace(number, serialized(object));
    update.put_signature(update.reserve(), "<</Type/Sig", 8);
    const auto made = std::move(update).finish([](const Sha256&) -> Result<std::string> { return std::string("12"); });
    if (!made) __builtin_trap();
    const auto after = StrictFile::open(*made);
    if (!after) __builtin_trap();
    for (const auto& [number, object] : file.objects())
        if (stays_equal(object) && !(after->object(number) == object)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto file = StrictFile::open(bytes);
    if (!file) return 0;
    for (const auto& [number, object] : file->objects()) {
        resolve_all(*file, object);
        if (object.stream() != nullptr) (void)file->decoded(*object.stream());
        if (object.end > size || object.begin > object.end) __builtin_trap();
    }
    if (file->revision_ends().back() != size) __builtin_trap();
    for (const std::size_t end : file->revision_ends()) (void)StrictFile::open(bytes.substr(0, end));
    write_again(*file);
    return 0;
}
