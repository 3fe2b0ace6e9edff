#include "http/page.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"

namespace shanqi::http {
namespace {

const Listing listing{{{"name", "m.name", Column::Kind::text},
                       {"joined", "m.joined", Column::Kind::integer},
                       {"note", "m.note", Column::Kind::text, false}},
                      "m.id",
                      "-joined"};

Result<ListQuery> query(const std::optional<std::string>& after = {}, const std::optional<std::string>& sort = {},
                        const std::vector<std::string>& filters = {}, std::optional<int> limit = {}) {
    return list_query(listing, limit, after, sort, filters);
}

TEST(List, TheFirstPage) {
    const ListSql sql = list_sql(*query(), 2);
    EXPECT_EQ(sql.where, "");
    EXPECT_EQ(sql.order_limit, " ORDER BY m.joined DESC, m.id DESC LIMIT 51");
}

TEST(List, TheNextPageBeginsBehindTheLastRow) {
    const ListQuery first = *query({}, {}, {}, 2);
    struct Row {
        std::int64_t joined;
        std::string id;
    };
    const auto page = page_of<Row>(first, {{30, "c"}, {20, "b"}, {10, "a"}},
                                   [](const Row& row) { return RowPlace{row.joined, row.id}; });
    ASSERT_EQ(page.items.size(), 2U);
    ASSERT_TRUE(page.next);
    const ListSql sql = list_sql(*query(page.next, {}, {"name:has:50%_王"}), 2);
    EXPECT_EQ(sql.where, " AND m.name LIKE $2 ESCAPE '\\' AND (m.joined, m.id) < ($3, $4)");
    EXPECT_EQ(sql.parameters, (std::vector<ListValue>{"%50\\%\\_王%", std::int64_t{20}, "b"}));
    EXPECT_FALSE(
        page_of<Row>(first, {{30, "c"}, {20, "b"}}, [](const Row& r) { return RowPlace{r.joined, r.id}; }).next);
}

TEST(List, ACursorIsOfOneSortOrder) {
    const std::string cursor = encode_cursor(*query(), {std::int64_t{5}, "x"});
    EXPECT_TRUE(query(cursor));
    EXPECT_EQ(query(cursor, "name").error().key, "http.bad_cursor");
    EXPECT_EQ(query(cursor, "joined").error().key, "http.bad_cursor");
}

TEST(List, CursorsOfOthersAreRefused) {
    for (const std::string& wrong :
         {std::string("x"), std::string("%%%"), base64url("[]"), base64url(R"({"s":"-joined","v":"text","i":"a"})"),
          base64url(R"({"s":"-joined","v":1,"i":2})"), base64url(R"({"s":"-joined","v":1})"),
          base64url("{\"s\":\"-joined\",\"v\":1,\"i\":\"\\u0000\"}"), std::string(limits::cursor_bytes_max + 1, 'A')})
        EXPECT_EQ(query(wrong).error().key, "http.bad_cursor") << wrong.substr(0, 50);
}

TEST(List, OnlyItsColumns) {
    EXPECT_EQ(query({}, "id").error().key, "http.bad_sort");
    EXPECT_EQ(query({}, "note").error().key, "http.bad_sort");
    EXPECT_EQ(query({}, "name; DROP TABLE members").error().key, "http.bad_sort");
    EXPECT_EQ(query({}, "-name").value().descending, true);
    for (const char* wrong : {"name", "name:eq", "nobody:eq:1", "name:is:1", "joined:eq:soon", "joined:has:1"}) {
        const auto refused = query({}, {}, {"name:eq:ok", wrong});
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().key, "http.bad_filter");
        EXPECT_EQ(refused.error().place.field, "/filter/1");
    }
    EXPECT_EQ(list_sql(*query({}, {}, {"joined:ge:5", "name:eq:a:b"}), 1).where, " AND m.joined >= $1 AND m.name = $2");
    EXPECT_EQ(query({}, {}, {}, 0).error().key, "http.bad_limit");
    EXPECT_EQ(query({}, {}, {}, limits::page_rows_max + 1).error().key, "http.bad_limit");
    EXPECT_EQ(query({}, {}, std::vector<std::string>(limits::filters_max + 1, "name:eq:a")).error().key,
              "http.bad_filter");
}

}  // namespace
}  // namespace shanqi::http
