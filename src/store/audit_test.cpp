#include "store/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "store/test_database.hpp"

namespace shanqi::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Fault = std::pair<AuditFault::Kind, std::int64_t>;
using Kind = AuditFault::Kind;

class AuditTest : public testing::TestWithParam<Dialect> {
protected:
    TestDatabase test_{GetParam()};
    Database& database_ = test_.database();
    const OrgId org_ = OrgId::make(system_clock());

    void append(const OrgId& org, int count, const std::string& action = "test.row_change") {
        TestDatabase::checked(database_.write([&](Writer& writer) -> Result<> {
            for (int i = 0; i < count; ++i)
                TRY_DO(append_audit(writer, system_clock(),
                                    {.org = org,
                                     .actor = "account:" + std::to_string(i % 2),
                                     .action = action,
                                     .object = "row:" + std::to_string(i),
                                     .details = {{"reason", "某某要求 \"更正\""}, {"count", std::to_string(i)}},
                                     .request_id = "r"}));
            return {};
        }));
    }
    std::int64_t seal() { return TestDatabase::checked(seal_audit(database_)); }
    AuditReport verify(const std::string& expected_head = {}) {
        return TestDatabase::checked(verify_audit(database_, org_, expected_head));
    }
    std::vector<Fault> faults(const std::string& expected_head = {}) {
        std::vector<Fault> out;
        for (const AuditFault& fault : verify(expected_head).faults) out.emplace_back(fault.kind, fault.sequence);
        return out;
    }
    // What somebody with the database's own tools would do.
    void tamper(const std::string& sql) {
        const auto changed = database_.write([&](Writer& writer) { return writer.execute_text(sql, {org_}); });
        ASSERT_TRUE(changed) << changed.error().key;
        ASSERT_GT(*changed, 0);
    }
    static std::string entry(int sequence) {
        return "(SELECT entry_id FROM audit_links WHERE org_id = $1 AND sequence = " + std::to_string(sequence) + ")";
    }
};
INSTANTIATE_TEST_SUITE_P(Databases, AuditTest, testing::ValuesIn(test_dialects()), dialect_name);

// Computed by a few lines of Python from the words in audit.hpp. These values never change: chains of years hang on
// them.
TEST(AuditForm, IsWhatTheHeaderSays) {
    const AuditRecord first{.org = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d10",
                            .id = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d11",
                            .time_us = 1764057600000000,
                            .actor = "account:0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d12",
                            .action = "accounts.member_invite",
                            .object = "invitation:0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d13",
                            .details = R"([["role","staff"],["reason","新同事"]])",
                            .request_id = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d14"};
    const Sha256 first_hash = audit_link_hash(std::string(32, '\0'), first);
    EXPECT_EQ(hex(first_hash), "bca24a278f99b5911ded96843ecd961470a9ca1bc9494baa4754fec2123204c0");
    const AuditRecord second{.org = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d10",
                             .id = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d15",
                             .time_us = 1764057600000001,
                             .actor = "system:documents.batch_seal",
                             .action = "documents.batch_seal",
                             .object = "seal_run:0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d16",
                             .details = "[]",
                             .request_id = ""};
    EXPECT_EQ(hex(audit_link_hash(std::string(first_hash.begin(), first_hash.end()), second)),
              "4486628b03c7dbf716fbecd1107ca7c2e36690b9c936366b4c3147e52a34213c");
}

TEST(AuditForm, NoTwoEntriesHaveTheSameBytes) {
    const AuditRecord one{.actor = "a", .action = "bc"}, other{.actor = "ab", .action = "c"};
    EXPECT_NE(canonical_audit(one), canonical_audit(other));
    EXPECT_NE(canonical_audit({.actor = "1:a,"}), canonical_audit({.actor = "", .action = "a"}));
}

TEST_P(AuditTest, EntriesAreChainedPerOrganisation) {
    const OrgId other = OrgId::make(system_clock());
    append(org_, 3);
    append(other, 2);
    const AuditReport before = verify();
    EXPECT_EQ(before.entries, 0);
    EXPECT_EQ(before.waiting, 3);
    EXPECT_EQ(before.head, "0:" + std::string(64, '0'));
    EXPECT_THAT(before.faults, IsEmpty());  // waiting is no fault
    EXPECT_EQ(seal(), 5);
    EXPECT_EQ(seal(), 0);
    append(org_, 1);
    EXPECT_EQ(seal(), 1);
    const AuditReport after = verify();
    EXPECT_EQ(after.entries, 4);
    EXPECT_EQ(after.waiting, 0);
    EXPECT_THAT(after.head, testing::StartsWith("4:"));
    EXPECT_THAT(after.faults, IsEmpty());
    EXPECT_EQ(TestDatabase::checked(database_.read([&](Reader& reader) { return audit_head(reader, org_); })),
              after.head);
}

TEST_P(AuditTest, ARowPutBackAmongTheWaitingDoesNotStopTheChain) {
    append(org_, 2);
    EXPECT_EQ(seal(), 2);
    tamper(
        "INSERT INTO audit_pending (org_id, entry_id) SELECT org_id, entry_id FROM audit_links WHERE org_id = $1 AND "
        "sequence = 1");
    append(org_, 1);
    EXPECT_EQ(seal(), 1);
    EXPECT_THAT(verify().head, testing::StartsWith("3:"));
}

TEST_P(AuditTest, AnEntryIsThereOnlyWhenItsTransactionIs) {
    const auto failed = database_.write([&](Writer& writer) -> Result<> {
        TRY_DO(append_audit(writer, system_clock(), {.org = org_, .actor = "a", .action = "test.x", .object = "o"}));
        return fail(ErrorKind::conflict, "test.no");
    });
    EXPECT_FALSE(failed);
    EXPECT_EQ(verify().waiting, 0);
    EXPECT_EQ(seal(), 0);
}

TEST_P(AuditTest, ManySealersAtOnceMakeOneChain) {
    append(org_, 1'700);
    {
        std::vector<std::jthread> sealers;
        sealers.reserve(4);
        // One that was second seals less, and that is no error.
        for (int i = 0; i < 4; ++i) sealers.emplace_back([this] { EXPECT_TRUE(seal_audit(database_)); });
        append(org_, 100);
    }
    seal();
    const AuditReport report = verify();
    EXPECT_EQ(report.entries, 1'800);
    EXPECT_EQ(report.waiting, 0);
    EXPECT_THAT(report.faults, IsEmpty());
}

TEST_P(AuditTest, AChangedEntryIsFound) {
    append(org_, 6);
    seal();
    tamper("UPDATE audit_entries SET actor = 'account:another' WHERE org_id = $1 AND id = " + entry(3));
    EXPECT_THAT(faults(), ElementsAre(Fault(Kind::changed, 3)));
    EXPECT_THAT(verify().faults.at(0).entry_id, SizeIs(36));
    tamper("UPDATE audit_entries SET details = '[]' WHERE org_id = $1 AND id = " + entry(6));
    tamper("UPDATE audit_entries SET happened = happened + 1 WHERE org_id = $1 AND id = " + entry(1));
    EXPECT_THAT(faults(), ElementsAre(Fault(Kind::changed, 1), Fault(Kind::changed, 3), Fault(Kind::changed, 6)));
}

TEST_P(AuditTest, AMissingEntryIsFound) {
    append(org_, 6);
    seal();
    tamper("DELETE FROM audit_entries WHERE org_id = $1 AND id = " + entry(2));
    EXPECT_THAT(faults(), ElementsAre(Fault(Kind::missing, 2)));
    tamper("DELETE FROM audit_links WHERE org_id = $1 AND sequence IN (2, 5)");  // 2 with its link now; 5's entry stays
    EXPECT_THAT(faults(), ElementsAre(Fault(Kind::not_sealed, 0), Fault(Kind::missing, 2), Fault(Kind::missing, 5)));
}

TEST_P(AuditTest, AnEntryThatIsDeletedBeforeItIsSealedIsFound) {
    append(org_, 2);
    tamper("DELETE FROM audit_entries WHERE org_id = $1 AND object = 'row:1'");
    seal();
    EXPECT_THAT(faults(), ElementsAre(Fault(Kind::missing, 0)));
}

TEST_P(AuditTest, AnEntryThatWasSlippedPastTheSealerIsFound) {
    append(org_, 2);
    seal();
    append(org_, 1);
    tamper("DELETE FROM audit_pending WHERE org_id = $1");
    seal();
    EXPECT_THAT(faults(), ElementsAre(Fault(Kind::not_sealed, 0)));
}

TEST_P(AuditTest, EntriesThatChangedPlacesAreFound) {
    append(org_, 6);
    seal();
    tamper("UPDATE audit_links SET sequence = 1002 WHERE org_id = $1 AND sequence = 2");
    tamper("UPDATE audit_links SET sequence = 2 WHERE org_id = $1 AND sequence = 3");
    tamper("UPDATE audit_links SET sequence = 3 WHERE org_id = $1 AND sequence = 1002");
    EXPECT_THAT(faults(), ElementsAre(Fault(Kind::reordered, 2), Fault(Kind::reordered, 3), Fault(Kind::reordered, 4)));
}

TEST_P(AuditTest, EntriesThatWereExchangedUnderTheirHashesAreFound) {
    append(org_, 6);
    seal();
    const Rows ids = TestDatabase::checked(database_.read([&](Reader& reader) {
        return reader.query_text(
            "SELECT entry_id FROM audit_links WHERE org_id = $1 AND sequence IN (2, 5) ORDER BY sequence", {org_});
    }));
    const auto put = [&](const std::string& id, int sequence) {
        tamper("UPDATE audit_links SET entry_id = '" + id +
               "' WHERE org_id = $1 AND sequence = " + std::to_string(sequence));
    };
    put(org_.text(), 5);  // the index wants each entry once
    put(ids.at(1).text(0), 2);
    put(ids.at(0).text(0), 5);
    EXPECT_THAT(faults(), ElementsAre(Fault(Kind::reordered, 2), Fault(Kind::reordered, 5)));
}

TEST_P(AuditTest, ACutOrRewrittenEndIsFoundByAHeadThatWasWrittenDown) {
    append(org_, 6);
    seal();
    const std::string head = verify().head;
    EXPECT_THAT(faults(head), IsEmpty());
    append(org_, 2);
    seal();
    EXPECT_THAT(faults(head), IsEmpty());  // longer is no fault
    tamper(
        "DELETE FROM audit_entries WHERE org_id = $1 AND id IN (SELECT entry_id FROM audit_links"
        " WHERE org_id = $1 AND sequence >= 5)");
    tamper("DELETE FROM audit_links WHERE org_id = $1 AND sequence >= 5");
    EXPECT_THAT(faults(), IsEmpty());  // nothing in the database shows it
    EXPECT_THAT(faults(head), ElementsAre(Fault(Kind::missing, 5), Fault(Kind::missing, 6)));
    append(org_, 3);  // the sealer goes on, and the chain fits in itself
    seal();
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_THAT(faults(head), ElementsAre(Fault(Kind::changed, 6)));
    EXPECT_EQ(verify_audit(database_, org_, "six:beef").error().key, "audit.bad_head");
}

TEST_P(AuditTest, AnotherOrganisationsFaultsAreItsOwn) {
    const OrgId other = OrgId::make(system_clock());
    append(org_, 2);
    append(other, 2);
    seal();
    tamper("UPDATE audit_entries SET actor = 'x' WHERE org_id = $1");
    EXPECT_THAT(faults(), SizeIs(2));
    EXPECT_THAT(TestDatabase::checked(verify_audit(database_, other)).faults, IsEmpty());
}

TEST_P(AuditTest, ListsArePagedAndFiltered) {
    append(org_, 5);
    seal();
    append(org_, 1, "accounts.member_invite");
    append(OrgId::make(system_clock()), 3);
    const auto list = [&](const AuditFilter& filter) {
        return TestDatabase::checked(database_.read([&](Reader& reader) { return list_audit(reader, org_, filter); }));
    };
    const auto first = list({.limit = 2});
    ASSERT_THAT(first, SizeIs(2));
    EXPECT_EQ(first[0].entry.action, "accounts.member_invite");
    EXPECT_EQ(first[0].sequence, 0);
    EXPECT_EQ(first[1].sequence, 5);
    EXPECT_THAT(first[1].entry.details, ElementsAre(std::pair<std::string, std::string>("reason", "某某要求 \"更正\""),
                                                    std::pair<std::string, std::string>("count", "4")));
    const auto second = list({.before = first[1].entry_id, .limit = 10});
    ASSERT_THAT(second, SizeIs(4));
    EXPECT_EQ(second[0].entry.object, "row:3");
    EXPECT_THAT(list({.action_prefix = "accounts."}), SizeIs(1));
    EXPECT_THAT(list({.actor = "account:1"}), SizeIs(2));
    EXPECT_THAT(list({.object = "row:0"}), SizeIs(2));
    EXPECT_THAT(list({.from = second[0].time, .until = Instant{first[1].time.us}, .limit = 9}),
                testing::Each(testing::Field(&AuditLine::time, testing::Lt(first[1].time))));
    EXPECT_THAT(list({.from = Instant{first[0].time.us + 1}}), IsEmpty());
}

TEST_P(AuditTest, DetailsHaveALimit) {
    const auto refused = database_.write([&](Writer& writer) {
        return append_audit(writer, system_clock(),
                            {.org = org_,
                             .actor = "a",
                             .action = "b",
                             .object = "c",
                             .details = {{"reason", std::string(9'000, 'x')}}});
    });
    EXPECT_EQ(refused.error().key, "audit.too_large");
}

// Two roles of a real server: one owns the tables, the program signs in as the other.
TEST_P(AuditTest, TheProgramsRoleCannotChangeTheTrail) {
    EXPECT_FALSE(TestDatabase::checked(audit_is_protected(database_)));  // the owner may do everything
    if (GetParam() == Dialect::sqlite) {
        EXPECT_EQ(protect_audit(database_, "shanqi_app").error().key, "audit.not_postgres");
        return;
    }
    const std::string role = "shanqi_\"app\"_" + hex(random_bytes(4));
    const auto as_superuser = [&](const std::string& sql) {
        const auto done = database_.write([&](Writer& writer) { return writer.execute_text(sql); });
        ASSERT_TRUE(done) << message(done.error(), Language::en);
    };
    std::string quoted = role;
    for (std::size_t at = 0; (at = quoted.find('"', at)) != std::string::npos; at += 2) quoted.insert(at, "\"");
    EXPECT_EQ(protect_audit(database_, role).error().key, "audit.bad_role");  // does not exist
    as_superuser("CREATE ROLE \"" + quoted + "\" LOGIN SUPERUSER");
    EXPECT_EQ(protect_audit(database_, role).error().key, "audit.bad_role");
    as_superuser("ALTER ROLE \"" + quoted + "\" NOSUPERUSER");
    TestDatabase::checked(protect_audit(database_, role));

    DatabaseOptions options = test_.options();
    const std::size_t name = options.url.find("://") + 3;
    std::string encoded = role;
    for (std::size_t at = 0; (at = encoded.find('"', at)) != std::string::npos;) encoded.replace(at, 1, "%22");
    options.url.replace(name, options.url.find_first_of("@/", name) - name, encoded);
    {
        const std::unique_ptr<Database> program = TestDatabase::checked(open_database(options));
        EXPECT_TRUE(TestDatabase::checked(audit_is_protected(*program)));
        const auto tries = [&](const std::string& sql) {
            return program->write([&](Writer& writer) { return writer.execute_text(sql); });
        };
        // What it must do it can…
        TestDatabase::checked(program->write([&](Writer& writer) {
            return append_audit(writer, system_clock(), {.org = org_, .actor = "a", .action = "b", .object = "c"});
        }));
        EXPECT_EQ(TestDatabase::checked(seal_audit(*program)), 1);
        EXPECT_THAT(TestDatabase::checked(verify_audit(*program, org_)).faults, IsEmpty());
        // … and no more.
        for (const char* table : {"audit_entries", "audit_links", "audit_heads"}) {
            EXPECT_FALSE(tries(std::string("UPDATE ") + table + " SET org_id = org_id"));
            EXPECT_FALSE(tries(std::string("DELETE FROM ") + table));
            EXPECT_FALSE(tries(std::string("TRUNCATE ") + table));
            EXPECT_FALSE(tries(std::string("DROP TABLE ") + table));
            EXPECT_FALSE(tries(std::string("ALTER TABLE ") + table + " DISABLE TRIGGER ALL"));
            // PostgreSQL only warns of a grant that grants nothing.
            (void)tries(std::string("GRANT UPDATE ON ") + table + " TO PUBLIC").has_value();
            EXPECT_FALSE(tries(std::string("UPDATE ") + table + " SET org_id = org_id"));
        }
        EXPECT_TRUE(tries("UPDATE jobs SET note = ''"));  // other tables are its own
        EXPECT_EQ(verify().entries, 1);
        EXPECT_THAT(faults(), IsEmpty());
    }
    as_superuser("DROP OWNED BY \"" + quoted + "\"");
    as_superuser("DROP ROLE \"" + quoted + "\"");
}

}  // namespace
}  // namespace shanqi::store
