#include "http/message.hpp"

#include <algorithm>

namespace shanqi::http {
namespace {

std::string_view found_in(const Pairs& pairs, std::string_view name) {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
    return found == pairs.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

std::string_view name_of(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        case Method::other:
            break;
    }
    return "";
}

std::string_view Request::header(std::string_view lower_case_name) const { return found_in(headers, lower_case_name); }
std::string_view Request::parameter(std::string_view name) const { return found_in(query, name); }

// RFC 6265, 4.2: "a=1; b=2".
std::string_view Request::cookie(std::string_view name) const {
    std::string_view rest = header("cookie");
    while (!rest.empty()) {
        std::string_view one = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) return one.substr(name.size() + 1);
    }
    return {};
}

Language language_of(const Request& request) {
    if (const auto asked = language_of_tag(request.parameter("lang"))) return *asked;
    if (const auto chosen = language_of_tag(request.cookie("shanqi_lang"))) return *chosen;
    // RFC 9110, 12.5.4. Browsers put the language that is liked best first: weights are not needed to choose of three.
    std::string_view rest = request.header("accept-language");
    while (!rest.empty()) {
        std::string_view one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (const auto liked = language_of_tag(one)) return *liked;
    }
    return Language::zh_hans;
}

}  // namespace shanqi::http
