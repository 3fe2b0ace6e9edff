// For tests of any collection of rooms: goes through every endpoint of a router as somebody who is owner of another
// organisation, with the ids of the first, and says which endpoint gave something away or let something happen.
//
//   EXPECT_EQ(isolation_faults(router, guard, database, stranger_headers, ids, {"documents", …tables…}), {});
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "http/router.hpp"
#include "store/database.hpp"

namespace shanqi::accounts {

struct IsolationTry {
    http::Headers headers;                           // of the stranger: cookie and x-csrf-token, or authorization
    std::string org;                                 // the organisation that it does not belong to
    std::map<std::string, std::string> path_values;  // ids of rows of `org`, by the name in the path: {"member", "…"}
    std::vector<std::string> tables;                 // compared row by row before and after: WHERE org_id = org
};

namespace detail {

inline Result<std::string> contents(store::Database& database, const IsolationTry& with) {
    return database.read([&](store::Reader& reader) -> Result<std::string> {
        std::string all;
        for (const std::string& table : with.tables) {
            // Whole rows in an order of their own: any change shows.
            std::vector<std::string> lines;
            for (const store::Row& row :
                 TRY(reader.query_text("SELECT * FROM " + table + " WHERE org_id = $1", {with.org}))) {
                std::string line;
                for (std::size_t i = 0; i < row.size(); i++) {
                    std::visit(
                        [&](const auto& value) {
                            using T = std::decay_t<decltype(value)>;
                            if constexpr (std::is_same_v<T, std::int64_t>) line += std::to_string(value);
                            if constexpr (std::is_same_v<T, std::string>) line += value;
                            if constexpr (std::is_same_v<T, store::Bytes>) line += value.data;
                        },
                        row.value(i).get());
                    line += '\x1f';
                }
                lines.push_back(std::move(line));
            }
            std::ranges::sort(lines);
            all += table + "\n";
            for (const std::string& line : lines) all += line + "\n";
        }
        return all;
    });
}

}  // namespace detail

// Empty: every endpoint below {org} answered 404 (or 403) and changed nothing. `tried`: how many there were.
inline std::vector<std::string> isolation_faults(const http::Router& router, http::Guard& guard,
                                                 store::Database& database, const IsolationTry& with, int* tried) {
    std::vector<std::string> faults;
    *tried = 0;
    const auto before = detail::contents(database, with);
    if (!before) return {"the tables cannot be read: " + before.error().key};
    for (const auto& endpoint : router.endpoints()) {
        const http::Route& route = endpoint->route;
        if (route.path.find("{org}") == std::string::npos) continue;
        http::Request request;
        request.method = route.method;
        request.headers = with.headers;
        request.client = "192.0.2.99";
        request.request_id = "00000000-0000-7000-8000-0000000000ff";
        for (std::size_t at = 0; at < route.path.size(); at++) {
            if (route.path[at] != '{') {
                request.path += route.path[at];
                continue;
            }
            const std::size_t end = route.path.find('}', at);
            const std::string name = route.path.substr(at + 1, end - at - 1);
            const auto found = with.path_values.find(name);
            request.path += name == "org"                     ? with.org
                            : found != with.path_values.end() ? found->second
                                                              : "00000000-0000-7000-8000-0000000000fe";
            at = end;
        }
        request.target = request.path;
        if (route.method == http::Method::post || route.method == http::Method::put ||
            route.method == http::Method::patch) {
            if (!route.upload) {
                request.body = "{}";
                request.headers.emplace_back("content-type", "application/json");
            }
        }
        ++*tried;
        const http::Reply reply = http::dispatch(router, guard, nullptr, request, {});
        if (reply.status != 404 && reply.status != 403) {
            faults.push_back(route.operation + " answered " + std::to_string(reply.status));
        }
        const auto* text = std::get_if<std::string>(&reply.body);
        if (text == nullptr) faults.push_back(route.operation + " sent a file or a stream");
        const auto after = detail::contents(database, with);
        if (!after || *after != *before) faults.push_back(route.operation + " changed something");
    }
    return faults;
}

}  // namespace shanqi::accounts
