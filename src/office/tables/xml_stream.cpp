#include "office/tables/xml_stream.hpp"

#include <expat.h>

#include <utility>

namespace shanqi::office::tables {
namespace {

constexpr int piece_bytes = 64 << 10;

std::string_view local(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

struct XmlStream::Impl {
    XML_Parser parser = nullptr;
    XmlHandler* handler = nullptr;
    std::unique_ptr<PartStream> bytes;
    std::string part;
    int depth = 0;
    bool unsafe = false;
    bool at_end = false;
    long fed_bytes = 0;

    ~Impl() {
        if (parser != nullptr) XML_ParserFree(parser);
    }

    void refuse() {
        unsafe = true;
        XML_StopParser(parser, XML_FALSE);
    }

    void stop_if_failed() {
        if (!handler->status) XML_StopParser(parser, XML_FALSE);
    }

    static void on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
        auto& impl = *static_cast<Impl*>(self);
        if (impl.unsafe || !impl.handler->status) return;
        if (++impl.depth > limits::xml_depth_max) return impl.refuse();
        impl.handler->start(local(name), attributes);
        impl.stop_if_failed();
    }

    static void on_end(void* self, const XML_Char* name) {
        auto& impl = *static_cast<Impl*>(self);
        if (impl.unsafe || !impl.handler->status) return;  // expat closes an empty element also when it was stopped
        --impl.depth;
        impl.handler->end(local(name));
        impl.stop_if_failed();
    }

    static void on_text(void* self, const XML_Char* text, int size) {
        auto& impl = *static_cast<Impl*>(self);
        if (impl.unsafe || !impl.handler->status) return;
        impl.handler->text({text, static_cast<std::size_t>(size)});
        impl.stop_if_failed();
    }

    static void on_document_type(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        static_cast<Impl*>(self)->refuse();
    }
};

std::string_view attribute(XmlAttributes attributes, std::string_view local_name) {
    for (; *attributes != nullptr; attributes += 2) {
        if (local_name == attributes[0]) return attributes[1];
    }
    return {};
}

std::string_view prefixed_attribute(XmlAttributes attributes, std::string_view local_name) {
    for (; *attributes != nullptr; attributes += 2) {
        const std::string_view name = attributes[0];
        if (name.find(':') != std::string_view::npos && local(name) == local_name) return attributes[1];
    }
    return {};
}

bool is_true(std::string_view value) { return value == "1" || value == "true" || value == "on"; }

XmlStream::XmlStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
XmlStream::XmlStream(XmlStream&&) noexcept = default;
XmlStream& XmlStream::operator=(XmlStream&&) noexcept = default;
XmlStream::~XmlStream() = default;

Result<XmlStream> XmlStream::open(Package& package, std::string part, XmlHandler& handler) {
    auto impl = std::make_unique<Impl>();
    impl->bytes = TRY(package.open(part));
    impl->part = std::move(part);
    impl->handler = &handler;
    impl->parser = XML_ParserCreate(nullptr);
    if (impl->parser == nullptr) return fail(ErrorKind::system, "tables.damaged", {{"part", impl->part}});
    XML_SetUserData(impl->parser, impl.get());
    XML_SetElementHandler(impl->parser, Impl::on_start, Impl::on_end);
    XML_SetCharacterDataHandler(impl->parser, Impl::on_text);
    XML_SetStartDoctypeDeclHandler(impl->parser, Impl::on_document_type);
    return XmlStream(std::move(impl));
}

Result<bool> XmlStream::feed() {
    Impl& impl = *impl_;
    if (impl.at_end) return false;
    void* buffer = XML_GetBuffer(impl.parser, piece_bytes);
    if (buffer == nullptr) return fail(ErrorKind::invalid, "tables.damaged", {{"part", impl.part}});
    const std::size_t got = TRY(impl.bytes->read(static_cast<char*>(buffer), piece_bytes));
    impl.at_end = got == 0;
    impl.fed_bytes += static_cast<long>(got);
    const XML_Status parsed = XML_ParseBuffer(impl.parser, static_cast<int>(got), impl.at_end ? 1 : 0);
    if (!impl.handler->status) return std::unexpected(impl.handler->status.error());
    if (!impl.unsafe && !impl.at_end &&
        impl.fed_bytes - XML_GetCurrentByteIndex(impl.parser) > limits::xml_token_bytes_max) {
        impl.unsafe = true;
    }
    if (impl.unsafe) return fail(ErrorKind::invalid, "tables.unsafe_xml", {{"part", impl.part}});
    if (parsed != XML_STATUS_OK) return fail(ErrorKind::invalid, "tables.damaged", {{"part", impl.part}});
    return !impl.at_end;
}

Result<> parse_part(Package& package, const std::string& part, XmlHandler& handler) {
    XmlStream stream = TRY(XmlStream::open(package, part, handler));
    while (TRY(stream.feed())) {
    }
    return {};
}

}  // namespace shanqi::office::tables
