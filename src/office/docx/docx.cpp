#include "office/docx/docx.hpp"

#include <exception>
#include <new>

#include "office/docx/reader.hpp"

namespace shanqi::office {

Result<Document> read_docx(std::string_view bytes) {
    try {
        docx::Package package = TRY(docx::Package::open(bytes));
        return docx::Reader(package).run();
    } catch (const std::bad_alloc&) {
        return fail(ErrorKind::limit, "docx.too_complex");
    } catch (const std::exception&) {  // of libraries below us: the caller only learns that it is damaged
        return fail(ErrorKind::invalid, "docx.damaged", {{"part", "?"}});
    }
}

}  // namespace shanqi::office
