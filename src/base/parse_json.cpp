// The strict reader of JSON. Boost.JSON's own parse() lets the last of two equal keys win; whoever checks the first and
// acts on the second can be fooled (RFC 8259, 4), so that two are refused here.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <vector>

#include "base/described.hpp"

namespace shanqi {
namespace {

namespace json = boost::json;
using Code = json::error_code;

class Builder {
public:
    constexpr static std::size_t max_object_size = limits::json_items_max;
    constexpr static std::size_t max_array_size = limits::json_items_max;
    constexpr static std::size_t max_key_size = 1024;
    constexpr static std::size_t max_string_size = limits::json_string_bytes_max;

    bool on_document_begin(Code&) {
        stack_.reset();
        return true;
    }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) {
        keys_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t count, Code& code) {
        std::vector<std::string>& keys = keys_.back();
        std::sort(keys.begin(), keys.end());
        if (const auto twice = std::adjacent_find(keys.begin(), keys.end()); twice != keys.end()) {
            duplicate = *twice;
            code = json::error::syntax;
            return false;
        }
        keys_.pop_back();
        stack_.push_object(count);
        return true;
    }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t count, Code&) {
        stack_.push_array(count);
        return true;
    }
    bool on_key_part(json::string_view text, std::size_t, Code&) {
        part_.append(text.data(), text.size());
        stack_.push_chars(text);
        return true;
    }
    bool on_key(json::string_view text, std::size_t, Code&) {
        part_.append(text.data(), text.size());
        keys_.back().push_back(std::move(part_));
        part_.clear();
        stack_.push_key(text);
        return true;
    }
    bool on_string_part(json::string_view text, std::size_t, Code&) {
        stack_.push_chars(text);
        return true;
    }
    bool on_string(json::string_view text, std::size_t, Code&) {
        stack_.push_string(text);
        return true;
    }
    bool on_number_part(json::string_view, Code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, Code&) {
        stack_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view, Code&) {
        stack_.push_uint64(number);
        return true;
    }
    bool on_double(double number, json::string_view, Code&) {
        stack_.push_double(number);
        return true;
    }
    bool on_bool(bool flag, Code&) {
        stack_.push_bool(flag);
        return true;
    }
    bool on_null(Code&) {
        stack_.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, Code&) { return true; }
    bool on_comment(json::string_view, Code&) { return true; }

    json::value release() { return stack_.release(); }
    std::string duplicate;

private:
    json::value_stack stack_;
    std::vector<std::vector<std::string>> keys_;  // of the objects that are open
    std::string part_;
};

}  // namespace

Result<json::value> parse_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = limits::json_depth_max;
    json::basic_parser<Builder> parser(options);
    Code code;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
    if (!parser.handler().duplicate.empty())
        return fail(ErrorKind::invalid, "json.duplicate_key", {{"name", parser.handler().duplicate.substr(0, 100)}});
    if (code == json::error::too_deep)
        return fail(ErrorKind::invalid, "json.too_deep", {{"limit", std::to_string(limits::json_depth_max)}});
    if (code == json::error::object_too_large || code == json::error::array_too_large ||
        code == json::error::key_too_large || code == json::error::string_too_large)
        return fail(ErrorKind::invalid, "json.too_large", {{"limit", std::to_string(limits::json_items_max)}});
    if (!code && read < text.size()) code = json::error::extra_data;
    if (code) return fail(ErrorKind::invalid, "json.malformed", {{"offset", std::to_string(read)}});
    return parser.handler().release();
}

}  // namespace shanqi
