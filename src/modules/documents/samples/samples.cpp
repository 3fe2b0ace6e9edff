#include "modules/documents/samples/samples.hpp"

#include <map>
#include <stdexcept>

#include "modules/documents/samples/archive.hpp"
#include "modules/documents/samples/embedded.hpp"
#include "modules/documents/samples/schools.hpp"

namespace shanqi::sample {

Result<> write_samples(const std::filesystem::path& folder, int rows) {
    if (rows < 1 || rows > sample_rows_max)
        return fail(ErrorKind::invalid, "documents.sample_rows", {{"limit", std::to_string(sample_rows_max)}},
                    {.field = "/rows"});
    try {
        std::map<std::string, std::string> parts;
        for (const Part& part : agreement_parts()) parts[part.name] = part.bytes;
        write_docx(folder / "agreement.docx", std::move(parts));
        write_schools(folder / "schools.xlsx", make_schools(read_counties(divisions_csv()), rows));
        return {};
    } catch (const std::runtime_error& error) {  // the sample's makers throw: a full disk, a folder that is gone
        return fail(ErrorKind::system, "documents.sample_failed", {{"reason", error.what()}});
    }
}

}  // namespace shanqi::sample
