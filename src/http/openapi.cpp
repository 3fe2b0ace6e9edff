#include "http/openapi.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>

namespace shanqi::http {
namespace {

namespace json = boost::json;

// "/orgs/{org}/documents/{number}.pdf" stands in OpenAPI as it is.
bool in_path(const Endpoint& endpoint, std::string_view name) {
    return std::find(endpoint.path_members.begin(), endpoint.path_members.end(), name) != endpoint.path_members.end();
}

std::string lower_case_method(Method method) {
    std::string out(name_of(method));
    for (char& c : out) c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// "…/orgs/{org}/members/{member}" is of "members": the first word behind the organisation.
std::string tag_of(const Route& route) {
    std::string_view rest = route.path;
    if (rest.starts_with("/api/v1")) rest.remove_prefix(7);
    std::string tag;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(segment.size());
        if (segment.empty() || segment.front() == '{') continue;
        tag = segment;
        if (tag != "orgs") break;
    }
    return tag;
}

json::object parameter(std::string_view name, std::string_view in, bool required, json::value schema) {
    json::object out{{"name", name}, {"in", in}, {"required", required}, {"schema", std::move(schema)}};
    return out;
}

// A parameter is absent, never null.
json::value not_null(json::value schema) {
    json::object& object = schema.as_object();
    if (json::value* type = object.if_contains("type"); type != nullptr && type->is_array())
        *type = json::value(type->get_array().at(0));
    if (json::value* choices = object.if_contains("enum")) {
        json::array& all = choices->as_array();
        if (!all.empty() && all.back().is_null()) all.pop_back();
    }
    return schema;
}

// The struct's own schema, written out: its members are spread over path, query and body.
json::object members_schema(const Endpoint& endpoint, json::object& definitions) {
    json::object own;
    const json::object reference = endpoint.input_schema(own);
    const json::string& name = reference.at("$ref").as_string();
    const std::string key(name.subview(std::string_view("#/components/schemas/").size()));
    json::object out = own.at(key).as_object();
    const std::string itself = '"' + std::string(name) + '"';
    if (json::serialize(out).find(itself) == std::string::npos) own.erase(key);  // unless it holds a list of itself
    for (const auto& [other, schema] : own) definitions[other] = schema;
    return out;
}

class Writer {
public:
    json::object write(const Router& router, std::string_view title, std::string_view version);

private:
    json::object operation(const Endpoint&);
    void input(const Endpoint&, json::object& operation, json::array& parameters);
    json::object replies(const Endpoint&);
    json::object definitions_;
};

void Writer::input(const Endpoint& endpoint, json::object& operation, json::array& parameters) {
    const Route& route = endpoint.route;
    json::object schema, properties;
    if (endpoint.members != nullptr) {
        schema = members_schema(endpoint, definitions_);
        properties = schema.at("properties").as_object();
    }
    for (const std::string& name : endpoint.path_members) {
        const json::value* known = properties.if_contains(name);
        json::object text{{"type", "string"}};
        if (name == "org") text["format"] = "uuid";
        parameters.push_back(parameter(name, "path", true, known != nullptr ? not_null(*known) : json::value(text)));
    }
    const bool from_query = route.method == Method::get || route.method == Method::del || route.upload;
    json::object body_properties;
    json::array required;
    if (endpoint.members != nullptr) {
        for (const MemberForm& member : *endpoint.members) {
            if (in_path(endpoint, member.name)) continue;
            if (from_query) {
                parameters.push_back(parameter(member.name, "query", !member.optional && !member.list,
                                               not_null(properties.at(member.name))));
            } else {
                body_properties[member.name] = properties.at(member.name);
                if (!member.optional) required.emplace_back(member.name);
            }
        }
    }
    if (route.creates) {
        json::object key = parameter("Idempotency-Key", "header", false,
                                     json::object{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}});
        key["description"] = "The same key gives the first reply again for 24 hours.";
        parameters.push_back(std::move(key));
    }
    if (route.upload) {
        parameters.push_back(parameter("X-File-Name", "header", false, json::object{{"type", "string"}}));
        operation["requestBody"] = json::object{
            {"required", true},
            {"content",
             json::object{{"application/octet-stream",
                           json::object{{"schema", json::object{{"type", "string"}, {"format", "binary"}}}}}}}};
    } else if (!body_properties.empty()) {
        json::object body{{"type", "object"}, {"additionalProperties", false}, {"properties", body_properties}};
        const bool needed = !required.empty();
        if (needed) body["required"] = std::move(required);
        operation["requestBody"] =
            json::object{{"required", needed},
                         {"content", json::object{{"application/json", json::object{{"schema", std::move(body)}}}}}};
    }
}

json::object Writer::replies(const Endpoint& endpoint) {
    json::object good{{"description", "OK"}};
    std::string status = endpoint.route.creates ? "201" : "200";
    if (endpoint.members == nullptr) {
        const bool text = endpoint.raw_content_type.starts_with("text/");
        json::object schema{{"type", "string"}};
        if (!text) schema["format"] = "binary";
        good["content"] = json::object{{endpoint.raw_content_type, json::object{{"schema", std::move(schema)}}}};
    } else if (!endpoint.replies_content) {
        status = "204";
        good["description"] = "Done";
    } else {
        good["content"] =
            json::object{{"application/json", json::object{{"schema", endpoint.output_schema(definitions_)}}}};
    }
    json::object problem{{"$ref", "#/components/responses/Problem"}};
    return {{status, std::move(good)}, {"default", std::move(problem)}};
}

json::object Writer::operation(const Endpoint& endpoint) {
    const Route& route = endpoint.route;
    json::object out{{"operationId", route.operation}, {"tags", json::array{tag_of(route)}}};
    if (!route.summary.empty()) out["summary"] = route.summary;
    if (!route.permission.empty() && route.permission != "session") out["x-permission"] = route.permission;
    json::array parameters;
    input(endpoint, out, parameters);
    if (!parameters.empty()) out["parameters"] = std::move(parameters);
    out["responses"] = replies(endpoint);
    out["security"] =
        route.open ? json::array{}
                   : json::array{json::object{{"cookie", json::array{}}}, json::object{{"bearer", json::array{}}}};
    return out;
}

json::object problem_schema() {
    const json::object text{{"type", "string"}};
    return {{"type", "object"},
            {"properties",
             json::object{{"type", json::object{{"type", "string"}, {"format", "uri"}}},
                          {"title", text},
                          {"status", json::object{{"type", "integer"}}},
                          {"detail", json::object{{"type", "string"}, {"description", "A sentence for people."}}},
                          {"key", json::object{{"type", "string"}, {"description", "What it is, for programs."}}},
                          {"field", json::object{{"type", "string"}, {"description", "JSON pointer into the input."}}},
                          {"request_id", text}}},
            {"required", json::array{"type", "title", "status", "detail", "key"}}};
}

json::object Writer::write(const Router& router, std::string_view title, std::string_view version) {
    // Sorted: the document does not depend on the order in which rooms are registered.
    std::map<std::string, std::map<std::string, const Endpoint*>> all;
    for (const auto& endpoint : router.endpoints())
        all[endpoint->route.path][lower_case_method(endpoint->route.method)] = endpoint.get();
    json::object paths;
    for (const auto& [path, methods] : all) {
        json::object item;
        for (const auto& [method, endpoint] : methods) item[method] = operation(*endpoint);
        paths[path] = std::move(item);
    }
    definitions_["Problem"] = problem_schema();
    std::map<std::string, json::value> sorted;
    for (const auto& [name, schema] : definitions_) sorted.emplace(name, schema);
    json::object schemas;
    for (auto& [name, schema] : sorted) schemas[name] = std::move(schema);

    json::object problem_reply{
        {"description", "A problem document (RFC 9457)."},
        {"content", json::object{{"application/problem+json",
                                  json::object{{"schema", json::object{{"$ref", "#/components/schemas/Problem"}}}}}}}};
    json::object components{
        {"schemas", std::move(schemas)},
        {"responses", json::object{{"Problem", std::move(problem_reply)}}},
        {"securitySchemes",
         json::object{{"cookie", json::object{{"type", "apiKey"}, {"in", "cookie"}, {"name", "shanqi_session"}}},
                      {"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}}}}};
    return {{"openapi", "3.1.0"},
            {"info", json::object{{"title", title}, {"version", version}}},
            {"paths", std::move(paths)},
            {"components", std::move(components)}};
}

}  // namespace

json::object openapi_document(const Router& router, std::string_view title, std::string_view version) {
    return Writer().write(router, title, version);
}

}  // namespace shanqi::http
