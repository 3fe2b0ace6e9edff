// Members, invitations, tokens and sessions as lists: pages, filters, orders, and the workbook of what is filtered.
#include <gmock/gmock.h>

#include <set>

#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/people.hpp"
#include "modules/accounts/test_office.hpp"
#include "office/tables/table.hpp"

namespace shanqi::accounts {
namespace {

using house::Role;

class ListsTest : public testing::TestWithParam<store::Dialect> {
protected:
    ListsTest() { EXPECT_EQ(browser_.sign_in("owner@example.org").status, 200); }
    std::string in_org(const std::string& path) { return "/orgs/" + org_.text() + path; }

    // As many as a large volunteers' organisation has, in one transaction; without a password, which would cost each
    // of them what Argon2 costs.
    void add_people(int count) {
        std::vector<Account> people;
        for (int i = 0; i < count; i++) {
            people.push_back(store::TestDatabase::checked(
                prepare_account(office_.house, {.name = (i % 3 == 0 ? "王某某" : "李某某") + std::to_string(i),
                                                .email = "p" + std::to_string(i) + "@example.org",
                                                .phone = {},
                                                .password = {},
                                                .administrator = false})));
        }
        const Instant now = office_.clock.now();
        store::TestDatabase::checked(office_.test.database().write([&](store::Writer& writer) -> Result<> {
            for (std::size_t i = 0; i < people.size(); i++) {
                TRY_DO(insert_account(writer, people[i]));
                // Many joined in the same moment: the id tells them apart.
                TRY_DO(insert_membership(writer, {org_,
                                                  people[i].id,
                                                  i % 2 == 0 ? Role::volunteer : Role::partner,
                                                  "",
                                                  {now.us + static_cast<std::int64_t>(i / 100)}}));
            }
            return {};
        }));
    }
    std::vector<std::string> all_pages(const std::string& path, const std::string& member, int limit) {
        std::vector<std::string> seen;
        std::string after;
        const std::string joint = path.find('?') == std::string::npos ? "?" : "&";
        do {
            const Seen page = browser_.get(path + joint + "limit=" + std::to_string(limit) +
                                           (after.empty() ? std::string() : "&after=" + after));
            EXPECT_EQ(page.status, 200) << page.body;
            if (page.status != 200) break;
            for (const auto& item : page.json.at("items").as_array())
                seen.emplace_back(item.as_object().at(member).as_string());
            after = page.at("next");
        } while (after != "null");
        return seen;
    }
    // Rows of the first sheet, without the header.
    std::vector<std::vector<std::string>> workbook(const Seen& seen) {
        std::vector<std::vector<std::string>> rows;
        EXPECT_EQ(seen.status, 200) << seen.body;
        const auto table = store::TestDatabase::checked(office::open_table(seen.file));
        while (auto row = store::TestDatabase::checked(table->next())) {
            std::vector<std::string> cells;
            for (const office::Value& cell : row->cells) cells.push_back(cell.text);
            rows.push_back(std::move(cells));
        }
        return rows;
    }
    Office office_{GetParam()};
    const AccountId owner_ = office_.account("owner@example.org", true);
    const OrgId org_ = office_.organisation("某某公益", owner_);
    Browser browser_{office_};
};
INSTANTIATE_TEST_SUITE_P(Databases, ListsTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

TEST_P(ListsTest, FifteenThousandMembersPageFilterAndExport) {
    constexpr int people = 15'000;
    add_people(people);
    const auto everybody = all_pages(in_org("/members"), "account", 500);
    EXPECT_EQ(everybody.size(), people + 1U);
    EXPECT_EQ(std::set<std::string>(everybody.begin(), everybody.end()).size(), people + 1U);
    const Seen filtered = browser_.get(in_org("/members?role=partner&sort=name&text=" + std::string("%E7%8E%8B")));
    ASSERT_EQ(filtered.status, 200) << filtered.body;
    EXPECT_EQ(filtered.json.at("items").as_array().size(), 50U);
    for (const auto& item : filtered.json.at("items").as_array()) {
        EXPECT_EQ(item.at("role").as_string(), "partner");
        EXPECT_TRUE(std::string_view(item.at("name").as_string()).starts_with("王"));
    }
    const auto rows = workbook(browser_.get(in_org("/members.xlsx?role=partner&text=%E7%8E%8B")));
    EXPECT_EQ(rows.size(), 2'500U);  // odd and divisible by three
    for (const auto& row : rows) {
        EXPECT_TRUE(row[0].starts_with("王")) << row[0];
        EXPECT_EQ(row[2], "p***@example.org");
    }
    EXPECT_EQ(office_.count("audit_entries", "action = 'accounts.members_export' AND details LIKE '%2500%'"), 1);
}

TEST_P(ListsTest, EveryOrderOfMembersShowsEachOnce) {
    add_people(230);
    for (const char* sort : {"name", "-name", "role", "-role", "joined", "-joined", "last_seen", "-last_seen"}) {
        const auto seen = all_pages(in_org("/members?sort=") + sort, "account", 37);
        EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 231U) << sort;
        EXPECT_EQ(seen.size(), 231U) << sort;
    }
    EXPECT_EQ(browser_.get(in_org("/members?sort=email")).at("key"), "http.bad_sort");
    EXPECT_EQ(browser_.get(in_org("/members?role=king")).status, 422);
    EXPECT_EQ(browser_.get(in_org("/members?after=nonsense")).at("key"), "http.bad_cursor");
    EXPECT_EQ(browser_.get(in_org("/members.xlsx?colour=red")).at("key"), "json.unknown_member");
}

TEST_P(ListsTest, InvitationsByStateAndName) {
    for (int i = 0; i < 7; i++) {
        const Seen made =
            browser_.post(in_org("/invitations"), std::string(R"({"role":")") + (i % 2 == 0 ? "staff" : "partner") +
                                                      R"(","name":"某某)" + std::to_string(i) + R"("})");
        ASSERT_EQ(made.status, 201) << made.body;
        if (i != 0) continue;
        const std::string link = made.at("link");
        Browser guest{office_, "192.0.2.30"};
        ASSERT_EQ(guest
                      .post("/invitations/" + link.substr(link.find('#') + 1) + "/accept",
                            R"({"name":"李某某","email":"li@example.org","password":"a long enough password"})")
                      .status,
                  200);
    }
    EXPECT_EQ(all_pages(in_org("/invitations"), "id", 2).size(), 6U);
    EXPECT_EQ(all_pages(in_org("/invitations?role=partner"), "id", 2).size(), 3U);
    EXPECT_EQ(all_pages(in_org("/invitations?state=used"), "name", 2), std::vector<std::string>{"某某0"});
    EXPECT_EQ(all_pages(in_org("/invitations?text=%E6%9F%903"), "id", 2).size(), 1U);
    EXPECT_EQ(workbook(browser_.get(in_org("/invitations.xlsx?role=partner"))).size(), 3U);
    office_.clock.advance(7 * 86400 - 60);
    ASSERT_EQ(browser_.sign_in("owner@example.org").status, 200);
    office_.clock.advance(120);
    EXPECT_TRUE(all_pages(in_org("/invitations"), "id", 2).empty());
    EXPECT_EQ(all_pages(in_org("/invitations?state=expired"), "id", 4).size(), 6U);
}

TEST_P(ListsTest, TokensAndSessionsPage) {
    for (int i = 0; i < 5; i++) {
        office_.clock.advance(1);
        const std::string expires =
            i == 4 ? R"(,"expires":")" + iso_utc({office_.clock.now().us + 60'000'000}) + "\"" : "";
        const Seen made =
            browser_.post("/account/tokens", R"({"name":"财务)" + std::to_string(i) +
                                                 R"(","scopes":["accounts.members_read"])" + expires + "}");
        ASSERT_EQ(made.status, 201) << made.body;
    }
    EXPECT_EQ(all_pages("/account/tokens", "name", 2),
              (std::vector<std::string>{"财务4", "财务3", "财务2", "财务1", "财务0"}));
    EXPECT_EQ(all_pages("/account/tokens?sort=expires", "id", 2).size(), 5U);
    office_.clock.advance(61);
    EXPECT_EQ(all_pages("/account/tokens?state=expired", "name", 2), std::vector<std::string>{"财务4"});
    EXPECT_EQ(all_pages("/account/tokens?state=valid&text=2", "name", 2), std::vector<std::string>{"财务2"});
    for (int i = 0; i < 3; i++) {
        Browser other{office_, "192.0.2.5" + std::to_string(i)};
        ASSERT_EQ(other.sign_in("owner@example.org").status, 200);
    }
    EXPECT_EQ(all_pages("/account/sessions", "id", 1).size(), 4U);
}

}  // namespace
}  // namespace shanqi::accounts
