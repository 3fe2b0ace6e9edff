#include "http/router.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>

namespace shanqi::http {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> out;
    path.remove_prefix(1);
    while (true) {
        const std::size_t end = path.find('/');
        out.push_back(path.substr(0, end));
        if (end == std::string_view::npos) return out;
        path.remove_prefix(end + 1);
    }
}

struct Pattern {
    std::string name, suffix;
};

std::optional<Pattern> pattern_of(std::string_view segment) {
    const std::size_t close = segment.find('}');
    if (!segment.starts_with('{') || close == std::string_view::npos) return std::nullopt;
    return Pattern{std::string(segment.substr(1, close - 1)), std::string(segment.substr(close + 1))};
}

struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> words;
    struct Child {
        std::string suffix;
        std::unique_ptr<Node> node;
    };
    std::vector<Child> patterns;  // the longest suffix first
    // Names differ from method to method (PUT …/{member}, DELETE …/{account}): each endpoint keeps its own.
    std::map<Method, const Endpoint*> endpoints;
};

Node& child_of(Node& parent, std::string_view segment) {
    const auto pattern = pattern_of(segment);
    if (!pattern) {
        auto& child = parent.words[std::string(segment)];
        if (!child) child = std::make_unique<Node>();
        return *child;
    }
    for (Node::Child& one : parent.patterns)
        if (one.suffix == pattern->suffix) return *one.node;
    const auto place = std::find_if(parent.patterns.begin(), parent.patterns.end(),
                                    [&](const Node::Child& one) { return one.suffix.size() < pattern->suffix.size(); });
    return *parent.patterns.insert(place, {pattern->suffix, std::make_unique<Node>()})->node;
}

// Depth first, words before patterns: the first node with an endpoint of the method wins; nodes that have other methods
// only are told to `allowed`.
const Endpoint* find(const Node& node, const std::vector<std::string_view>& segments, std::size_t at, Method method,
                     std::vector<std::string_view>& values, std::set<Method>& allowed) {
    if (at == segments.size()) {
        if (const auto found = node.endpoints.find(method); found != node.endpoints.end()) return found->second;
        for (const auto& [other, endpoint] : node.endpoints) allowed.insert(other);
        return nullptr;
    }
    const std::string_view segment = segments[at];
    if (const auto word = node.words.find(segment); word != node.words.end())
        if (const Endpoint* found = find(*word->second, segments, at + 1, method, values, allowed)) return found;
    for (const Node::Child& child : node.patterns) {
        if (segment.size() <= child.suffix.size() || !segment.ends_with(child.suffix)) continue;
        values.push_back(segment.substr(0, segment.size() - child.suffix.size()));
        if (const Endpoint* found = find(*child.node, segments, at + 1, method, values, allowed)) return found;
        values.pop_back();
    }
    return nullptr;
}

void bug(const Route& route, std::string_view what) {
    throw std::logic_error(route.operation + " " + route.path + ": " + std::string(what));
}

}  // namespace

struct Router::State {
    Node root;
    std::vector<std::unique_ptr<Endpoint>> endpoints;
    std::set<std::string> operations;
};

Router::Router() : state_(std::make_unique<State>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;

void Router::add_raw(Route route, Handler handler, std::string_view content_type) {
    auto endpoint = std::make_unique<Endpoint>();
    endpoint->route = std::move(route);
    endpoint->handler = std::move(handler);
    endpoint->raw_content_type = content_type;
    add_endpoint(std::move(endpoint));
}

const Endpoint* Router::add_endpoint(std::unique_ptr<Endpoint> endpoint) {
    const Route& route = endpoint->route;
    if (!route.path.starts_with('/') || route.operation.empty()) bug(route, "needs a path and an operation");
    if (!state_->operations.insert(route.operation).second) bug(route, "the operation is there already");
    if (route.creates && route.method != Method::post) bug(route, "only a POST creates");
    if (route.permission.empty() && !route.open) bug(route, "says neither a permission nor that it is open");
    Node* node = &state_->root;
    for (const std::string_view segment : segments_of(route.path)) {
        node = &child_of(*node, segment);
        const auto pattern = pattern_of(segment);
        if (!pattern) continue;
        endpoint->path_members.push_back(pattern->name);
        const auto named = [&](const MemberForm& member) { return member.name == pattern->name; };
        if (endpoint->members != nullptr && pattern->name != "org" &&
            std::none_of(endpoint->members->begin(), endpoint->members->end(), named))
            bug(route, "the input has no member " + pattern->name);
    }
    if (!node->endpoints.emplace(route.method, endpoint.get()).second) bug(route, "the path is there already");
    state_->endpoints.push_back(std::move(endpoint));
    return state_->endpoints.back().get();
}

Router::Match Router::match(Method method, std::string_view path, std::vector<Method>* allowed) const {
    constexpr std::size_t segments_max = 32;
    Match out;
    if (!path.starts_with('/')) return out;
    const std::vector<std::string_view> segments = segments_of(path);
    if (segments.size() > segments_max) return out;
    std::vector<std::string_view> values;
    std::set<Method> others;
    out.endpoint = find(state_->root, segments, 0, method == Method::head ? Method::get : method, values, others);
    if (out.endpoint != nullptr) {
        for (std::size_t i = 0; i < values.size(); ++i)
            out.path.emplace_back(out.endpoint->path_members[i], std::string(values[i]));
    } else if (allowed != nullptr) {
        allowed->assign(others.begin(), others.end());
    }
    return out;
}

const std::vector<std::unique_ptr<Endpoint>>& Router::endpoints() const { return state_->endpoints; }

std::string Principal::actor() const {
    switch (kind) {
        case Kind::account:
            return "account:" + account.text();
        case Kind::token:
            return "token:" + session;
        case Kind::link:
            return "link:" + session;
        case Kind::nobody:
            break;
    }
    return "nobody";
}

bool Call::may(std::string_view permission) const {
    return std::find(permissions.begin(), permissions.end(), permission) != permissions.end();
}

std::string_view Call::path_member(std::string_view name) const {
    for (const auto& [key, value] : path)
        if (key == name) return value;
    return {};
}

}  // namespace shanqi::http
