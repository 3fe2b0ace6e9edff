// What a run found, as JSON of keys and arguments: told in the language of whoever looks.
#include <boost/json.hpp>

#include "modules/documents/runs.hpp"

namespace shanqi::documents {
namespace {

namespace json = boost::json;

json::object json_of(const Error& error) {
    json::array arguments;
    for (const auto& [name, value] : error.arguments) arguments.push_back({name, value});
    return {{"key", error.key},           {"arguments", std::move(arguments)},
            {"file", error.place.file},   {"sheet", error.place.sheet},
            {"row", error.place.row},     {"cell", error.place.cell},
            {"field", error.place.field}, {"page", error.place.page}};
}

std::string text_at(const json::object& object, const char* name) {
    const json::value* found = object.if_contains(name);
    const json::string* text = found != nullptr ? found->if_string() : nullptr;
    return text != nullptr ? std::string(*text) : std::string();
}

std::int64_t number_at(const json::object& object, const char* name) {
    const json::value* found = object.if_contains(name);
    return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

Error error_of(const json::object& object) {
    Error error;
    error.key = text_at(object, "key");
    error.place = {.file = text_at(object, "file"),
                   .sheet = text_at(object, "sheet"),
                   .row = static_cast<long>(number_at(object, "row")),
                   .cell = text_at(object, "cell"),
                   .field = text_at(object, "field"),
                   .page = static_cast<int>(number_at(object, "page"))};
    const json::value* arguments = object.if_contains("arguments");
    if (arguments == nullptr || !arguments->is_array()) return error;
    for (const json::value& pair : arguments->get_array()) {
        const json::array* both = pair.if_array();
        if (both == nullptr || both->size() != 2 || !(*both)[0].is_string() || !(*both)[1].is_string()) continue;
        error.arguments.emplace_back(std::string((*both)[0].get_string()), std::string((*both)[1].get_string()));
    }
    return error;
}

// Our own text from the vault: what cannot be read is told as nothing.
json::object parsed(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    return !error && value.is_object() ? std::move(value.get_object()) : json::object();
}

const json::array& list_at(const json::object& object, const char* name) {
    static const json::array none;
    const json::value* found = object.if_contains(name);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

}  // namespace

std::string findings_json(const RunFindings& findings) {
    json::array refused, notices;
    for (const Error& error : findings.refused) refused.push_back(json_of(error));
    for (const SealNotice& notice : findings.notices) {
        json::object one = json_of(notice.error);
        one["documents"] = notice.documents;
        notices.push_back(std::move(one));
    }
    return json::serialize(json::object{{"refused", std::move(refused)}, {"notices", std::move(notices)}});
}

RunFindings findings_of(std::string_view text) {
    const json::object object = parsed(text);
    RunFindings out;
    for (const json::value& one : list_at(object, "refused"))
        if (one.is_object()) out.refused.push_back(error_of(one.get_object()));
    for (const json::value& one : list_at(object, "notices"))
        if (one.is_object())
            out.notices.push_back({error_of(one.get_object()), number_at(one.get_object(), "documents")});
    return out;
}

std::string problem_json(const Error& error) { return json::serialize(json_of(error)); }

std::optional<Error> problem_of(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return error_of(parsed(text));
}

}  // namespace shanqi::documents
