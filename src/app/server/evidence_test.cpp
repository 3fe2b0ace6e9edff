// The audit trail against somebody who can write to the database and knows how the chain is made: what they cut off or
// make anew is found by the heads that were sealed. On both databases, with the installation's key and an
// organisation's.
#include "modules/operations/evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/server/test_installation.hpp"
#include "modules/documents/keys.hpp"
#include "modules/documents/module.hpp"
#include "seal/seal.hpp"

namespace shanqi::app {
namespace {

using operations::TrailReport;
using store::TestDatabase;
using testing::ElementsAre;
using testing::IsEmpty;
using Fault = std::pair<std::string, std::int64_t>;

constexpr std::int64_t day_us = 86'400'000'000;

class EvidenceTest : public testing::TestWithParam<store::Dialect> {
protected:
    TestInstallation installation_{GetParam()};
    house::House& house_ = installation_->house();
    store::Database& database_ = installation_->database();
    const OrgId org_ = installation_.office("star").org;

    void append(int count) {
        TestDatabase::checked(database_.write([&](store::Writer& writer) -> Result<> {
            for (int i = 0; i < count; ++i)
                TRY_DO(
                    store::append_audit(writer, system_clock(),
                                        {.org = org_, .actor = "account:1", .action = "test.change", .object = "o"}));
            return {};
        }));
        TestDatabase::checked(store::seal_audit(database_));
    }
    // As the server does it, `days` from now. True: this organisation's head was sealed.
    bool seal_head(int days) {
        const std::int64_t before = verify().heads;
        TestDatabase::checked(operations::seal_heads(
            house_, [&](const OrgId& org) { return documents::key_without_person(house_, org); },
            Instant{system_clock().now().us + days * day_us}));
        return verify().heads > before;
    }
    TrailReport verify() { return TestDatabase::checked(operations::verify_trail(house_, org_)); }
    std::vector<Fault> faults() {
        std::vector<Fault> out;
        for (const operations::TrailFault& fault : verify().faults) out.emplace_back(fault.kind, fault.sequence);
        return out;
    }
    void change(const std::string& sql) {
        const auto changed = database_.write([&](store::Writer& writer) { return writer.execute_text(sql, {org_}); });
        ASSERT_TRUE(changed) << message(changed.error(), Language::en);
        ASSERT_GT(*changed, 0);
    }
    std::string text(const std::string& sql) {
        const auto rows = database_.read([&](store::Reader& reader) { return reader.query_text(sql, {org_}); });
        return TestDatabase::checked(rows).at(0).text(0);
    }
    void cut_after(std::int64_t sequence) {
        const std::string behind = " WHERE org_id = $1 AND sequence > " + std::to_string(sequence);
        change("DELETE FROM audit_entries WHERE org_id = $1 AND id IN (SELECT entry_id FROM audit_links" + behind +
               ")");
        change("DELETE FROM audit_links" + behind);
    }
    // Every hash of the chain, made anew over entries that were changed.
    void rewrite_chain() {
        change(
            "UPDATE audit_entries SET action = 'test.harmless' WHERE org_id = $1 AND id = (SELECT entry_id FROM "
            "audit_links WHERE org_id = $1 AND sequence = 2)");
        const store::Rows rows = TestDatabase::checked(database_.read([&](store::Reader& reader) {
            return reader.query_text(
                "SELECT l.sequence, e.id, e.happened, e.actor, e.action, e.object, e.details, e.request_id FROM "
                "audit_links l JOIN audit_entries e ON e.org_id = l.org_id AND e.id = l.entry_id WHERE l.org_id = $1 "
                "ORDER BY l.sequence",
                {org_});
        }));
        std::string previous(32, '\0');
        for (const store::Row& row : rows) {
            const Sha256 hash = store::audit_link_hash(previous, {.org = org_.text(),
                                                                  .id = row.text(1),
                                                                  .time_us = row.integer(2),
                                                                  .actor = row.text(3),
                                                                  .action = row.text(4),
                                                                  .object = row.text(5),
                                                                  .details = row.text(6),
                                                                  .request_id = row.text(7)});
            previous.assign(hash.begin(), hash.end());
            TestDatabase::checked(database_.write([&](store::Writer& writer) {
                return writer.execute_text("UPDATE audit_links SET hash = $3 WHERE org_id = $1 AND sequence = $2",
                                           {org_, row.integer(0), store::Bytes{previous}});
            }));
        }
    }
};
INSTANTIATE_TEST_SUITE_P(Databases, EvidenceTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

TEST_P(EvidenceTest, AHeadIsSealedOnceADayWhileTheChainGoesOn) {
    append(3);
    EXPECT_TRUE(seal_head(0));
    EXPECT_FALSE(seal_head(0)) << "one a day";
    EXPECT_FALSE(seal_head(1)) << "nothing happened since";
    append(2);
    EXPECT_TRUE(seal_head(2));
    const TrailReport report = verify();
    EXPECT_EQ(report.heads, 2);
    EXPECT_GT(report.last_head.us, system_clock().now().us + day_us);
    EXPECT_THAT(report.faults, IsEmpty());
    EXPECT_EQ(text("SELECT key_kind FROM audit_heads WHERE org_id = $1 LIMIT 1"), "installation");
}

TEST_P(EvidenceTest, AChainThatWasCutOffAtItsEndIsFound) {
    append(3);
    const std::int64_t kept = verify().entries;
    append(2);
    ASSERT_TRUE(seal_head(0));
    cut_after(kept);
    EXPECT_THAT(TestDatabase::checked(store::verify_audit(database_, org_)).faults, IsEmpty())
        << "the chain alone fits";
    EXPECT_THAT(faults(), ElementsAre(Fault{"missing", kept + 1}, Fault{"missing", kept + 2}));
    append(5);  // it grows beyond the head again
    EXPECT_THAT(faults(), ElementsAre(Fault{"changed", kept + 2}));
    EXPECT_FALSE(verify().faults.empty());
}

TEST_P(EvidenceTest, AChainThatWasRewrittenAsAWholeIsFound) {
    append(4);
    ASSERT_TRUE(seal_head(0));
    const std::int64_t head = verify().entries;
    append(3);
    rewrite_chain();
    EXPECT_THAT(TestDatabase::checked(store::verify_audit(database_, org_)).faults, IsEmpty())
        << "the chain alone fits";
    EXPECT_THAT(faults(), ElementsAre(Fault{"changed", head}));
}

TEST_P(EvidenceTest, AHeadThatWasMadeToFitIsFound) {
    append(4);
    ASSERT_TRUE(seal_head(0));
    rewrite_chain();
    const std::string head =
        TestDatabase::checked(database_.read([&](store::Reader& reader) { return store::audit_head(reader, org_); }));
    const std::size_t colon = head.find(':');
    change("UPDATE audit_heads SET hash = '" + head.substr(colon + 1) + "' WHERE org_id = $1");
    EXPECT_THAT(faults(), ElementsAre(Fault{"head_forged", std::stoll(head.substr(0, colon))}));
    EXPECT_EQ(verify().heads, 0) << "what is not ours proves nothing";
}

TEST_P(EvidenceTest, AHeadOfAnotherOrganisationIsNoneOfOurs) {
    const OrgId other = installation_.office("moon").org;
    append(4);
    ASSERT_TRUE(seal_head(0));
    EXPECT_TRUE(TestDatabase::checked(operations::verify_trail(house_, other)).faults.empty());
    // Moved from there to here, with a signature that is the installation's own.
    change("DELETE FROM audit_heads WHERE org_id = $1");
    const auto moved = database_.write([&](store::Writer& writer) {
        return writer.execute_text("UPDATE audit_heads SET org_id = $1 WHERE org_id = $2", {org_, other});
    });
    ASSERT_TRUE(moved && *moved == 1);
    ASSERT_EQ(faults().size(), 1U);
    EXPECT_EQ(faults().front().first, "head_forged");
}

TEST_P(EvidenceTest, AHeadThatWasTakenOutIsFound) {
    for (int day = 0; day < 3; ++day) {
        append(2);
        ASSERT_TRUE(seal_head(day));
    }
    change("DELETE FROM audit_heads WHERE org_id = $1 AND number = 2");
    ASSERT_EQ(faults().size(), 1U);
    EXPECT_EQ(faults().front().first, "head_missing");
}

TEST_P(EvidenceTest, AnOrganisationsOwnKeySealsAndItsSealHoldsWithoutTheKey) {
    const auto made = TestDatabase::checked(
        seal::make_trial_key({.name = "星火公益服务中心", .folder = {}, .password = "p", .now = system_clock().now()}));
    auto row = TestDatabase::checked(documents::make_key_row(house_, org_, "account:1", made.p12, "p"));
    append(2);
    TestDatabase::checked(database_.write([&](store::Writer& writer) { return documents::insert_key(writer, row); }));
    EXPECT_EQ(TestDatabase::checked(documents::key_without_person(house_, org_)), nullptr)
        << "a trial key is no evidence";
    change("UPDATE seal_keys SET trial = 0 WHERE org_id = $1");
    ASSERT_TRUE(seal_head(0));
    EXPECT_EQ(text("SELECT key_kind FROM audit_heads WHERE org_id = $1"), "organisation");
    EXPECT_EQ(text("SELECT key_fingerprint FROM audit_heads WHERE org_id = $1"), row.fingerprint);
    change("DELETE FROM seal_keys WHERE org_id = $1");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(verify().heads, 1);
    change("UPDATE audit_heads SET sealed = sealed - 1 WHERE org_id = $1");
    ASSERT_EQ(faults().size(), 1U);
    EXPECT_EQ(faults().front().first, "head_forged");
}

}  // namespace
}  // namespace shanqi::app
