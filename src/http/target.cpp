#include "http/target.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace shanqi::http {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool good_segment(std::string_view segment) {
    return segment != "." && segment != ".." && segment.find_first_of("/\\") == std::string_view::npos &&
           !has_control(segment) && is_utf8(segment);
}

std::optional<std::string> parse_path(std::string_view path) {
    if (!path.starts_with('/')) return std::nullopt;
    std::string out;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::string_view encoded = path.substr(0, path.find('/'));
        path.remove_prefix(encoded.size());
        const auto segment = percent_decoded(encoded);
        if (!segment || !good_segment(*segment)) return std::nullopt;
        if (segment->empty() && !path.empty()) return std::nullopt;  // "//"
        out += '/';
        out += *segment;
    }
    return out;
}

std::optional<Pairs> parse_query(std::string_view query) {
    Pairs out;
    while (!query.empty()) {
        const std::string_view one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(one.size() + 1, query.size()));
        if (one.empty()) continue;
        if (out.size() == limits::query_parameters_max) return std::nullopt;
        const std::size_t equals = one.find('=');
        auto name = percent_decoded(one.substr(0, equals), true);
        auto value = percent_decoded(equals == std::string_view::npos ? "" : one.substr(equals + 1), true);
        if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return std::nullopt;
        if (name->find('\0') != std::string::npos || value->find('\0') != std::string::npos) return std::nullopt;
        out.emplace_back(std::move(*name), std::move(*value));
    }
    return out;
}

std::string_view without_spaces(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string_view next_of(std::string_view& list) {
    const std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    return without_spaces(one);
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t out = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return out;
}

bool is_address(std::string_view text) {
    constexpr std::size_t address_bytes_max = 45;  // of IPv6
    if (text.size() > address_bytes_max) return false;
    const std::string copy(text);
    in6_addr parsed{};
    return inet_pton(AF_INET, copy.c_str(), &parsed) == 1 || inet_pton(AF_INET6, copy.c_str(), &parsed) == 1;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += plus_is_space && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::optional<Target> parse_target(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t path = target.find_first_of("/?", scheme.size());
        if (path == std::string_view::npos || target[path] != '/') return std::nullopt;
        target.remove_prefix(path);
        break;
    }
    if (target.find('#') != std::string_view::npos) return std::nullopt;
    const std::size_t question = target.find('?');
    auto path = parse_path(target.substr(0, question));
    auto query = parse_query(question == std::string_view::npos ? "" : target.substr(question + 1));
    if (!path || !query) return std::nullopt;
    return Target{std::move(*path), std::move(*query)};
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        const std::string_view one = next_of(accept_encoding);
        const std::string_view coding = without_spaces(one.substr(0, one.find(';')));
        std::string_view weight =
            one.find(';') == std::string_view::npos ? "" : without_spaces(one.substr(one.find(';') + 1));
        const bool refused = weight.starts_with("q=0") && weight.find_first_of("123456789") == std::string_view::npos;
        if (coding == "gzip") return !refused;
        if (coding == "*") any = !refused;
    }
    return any;
}

bool names_tag(std::string_view if_none_match, std::string_view etag) {
    if (etag.empty()) return false;
    while (!if_none_match.empty()) {
        std::string_view one = next_of(if_none_match);
        if (one == "*") return true;
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag) return true;
    }
    return false;
}

Range parse_range(std::string_view range, std::uint64_t size) {
    if (!range.starts_with("bytes=") || range.find(',') != std::string_view::npos) return {};
    range.remove_prefix(6);
    const std::size_t dash = range.find('-');
    if (dash == std::string_view::npos) return {};
    const std::string_view first_text = without_spaces(range.substr(0, dash));
    const std::string_view last_text = without_spaces(range.substr(dash + 1));
    const auto first = number(first_text), last = number(last_text);
    if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return {};
    if (!first) {  // "-500": the last 500
        const std::uint64_t count = std::min(*last, size);
        if (count == 0) return {Range::Kind::not_satisfiable, {}};
        return {Range::Kind::part, {size - count, count}};
    }
    if (last && *last < *first) return {};
    if (*first >= size) return {Range::Kind::not_satisfiable, {}};
    const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
    return {Range::Kind::part, {*first, end - *first + 1}};
}

std::string client_address(const std::string& peer, std::string_view forwarded_for,
                           const std::vector<std::string>& trusted_proxies) {
    const auto trusted = [&](std::string_view address) {
        return std::find(trusted_proxies.begin(), trusted_proxies.end(), address) != trusted_proxies.end();
    };
    std::string client = peer;
    while (trusted(client) && !forwarded_for.empty()) {
        const std::size_t comma = forwarded_for.rfind(',');
        const std::string_view named =
            without_spaces(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
        if (!is_address(named)) break;
        client = named;
        forwarded_for = comma == std::string_view::npos ? "" : forwarded_for.substr(0, comma);
    }
    return client;
}

}  // namespace shanqi::http
