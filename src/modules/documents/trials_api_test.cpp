// Taking away what was only for trying out, and nothing else.
#include "modules/documents/api_test.hpp"
#include "modules/documents/keys.hpp"
#include "office/docx/test_package.hpp"
#include "store/audit.hpp"

namespace shanqi::documents {
namespace {

class TrialsTest : public DocumentsApiTest {
protected:
    std::string letter() {
        return upload(
                   "函.docx",
                   office::docx::TestPackage().body("<w:p><w:r><w:t>致{{学校名称}}{{印章}}</w:t></w:r></w:p>").bytes())
            .string("id");
    }
    Answer remove() { return process_->remove(path("/trials")); }
    // A key that counts: what the program makes itself is always a trial.
    void make_real(const std::string& key) {
        static const store::Statement sql{"UPDATE seal_keys SET trial = 0 WHERE org_id = $1 AND id = $2"};
        const auto done = test_.database().write(
            [&](store::Writer& writer) { return writer.execute(sql, {org_, SealKeyId::trusted(key)}); });
        ASSERT_TRUE(done && *done == 1);
    }
    std::size_t stored_files() {
        std::size_t files = 0;
        const Result<> listed = process_->house().files.list([&](const store::StoredFile&) -> Result<> {
            ++files;
            return {};
        });
        EXPECT_TRUE(listed);
        return files;
    }
    std::vector<std::string> numbers(const std::string& run) {
        std::vector<std::string> out;
        const Answer page = process_->get(path("/seal_runs/" + run + "/documents"));
        for (const auto& item : page["items"].as_array()) out.emplace_back(item.at("number").as_string());
        return out;
    }
    static std::vector<std::int64_t> figures(const Answer& answer) {
        return {answer.number("runs"), answer.number("documents"), answer.number("keys"), answer.number("uploads")};
    }
};

TEST_P(TrialsTest, WhatWasTriedGoesAndWhatCountsStays) {
    using testing::ElementsAre;
    process_->start_jobs();
    const std::string real = trial_key("某某真实机构").string("id");
    make_real(real);
    const std::string form = letter(), list = upload("名单.csv", "学校名称,金额\n一小,1\n二小,2\n").string("id");
    const std::string counts = create_run(form, list, real).string("id");
    ASSERT_EQ(wait_for_end(counts).number("sealed"), 2);
    const std::size_t files_that_count = stored_files();

    const std::string key = trial_key("某某试用机构").string("id");
    const Answer same_list = wait_for_end(create_run(form, list, key).string("id"));
    ASSERT_EQ(same_list.number("sealed"), 2) << same_list.text();
    const std::string tried = create_sample_run(5, key).string("id");
    const Answer tried_to_its_end = wait_for_end(tried);
    ASSERT_EQ(tried_to_its_end.string("state"), "done");
    const std::int64_t documents = 2 + tried_to_its_end.number("sealed");
    ASSERT_GT(documents, 2);
    const std::string last = numbers(tried).back();
    ASSERT_EQ(process_->post(path("/samples"), {{"rows", 3}}).status, 201);  // never used
    EXPECT_THAT(figures(process_->get(path("/trials"))), ElementsAre(2, documents, 1, 4))
        << "the list that counts is no trial";
    EXPECT_GT(stored_files(), files_that_count);

    const Answer removed = remove();
    ASSERT_EQ(removed.status, 200) << removed.text();
    EXPECT_THAT(figures(removed), ElementsAre(2, documents, 1, 4));
    EXPECT_THAT(figures(process_->get(path("/trials"))), ElementsAre(0, 0, 0, 0));
    EXPECT_EQ(stored_files(), files_that_count) << "their bytes are gone too";
    EXPECT_EQ(run(tried).status, 404);
    EXPECT_EQ(process_->get(path("/seal_runs"))["items"].as_array().size(), 1U);
    EXPECT_EQ(process_->get(path("/keys"))["items"].as_array().size(), 1U);
    EXPECT_EQ(process_->get(path("/seal_runs/" + counts + "/documents.zip")).status, 200) << "what counts is whole";
    ASSERT_EQ(create_run(form, list, real).status, 201) << "and its files can be used again";

    const auto lines = test_.database().read(
        [&](store::Reader& reader) { return store::list_audit(reader, org_, {.action_prefix = "documents.trials"}); });
    ASSERT_TRUE(lines);
    ASSERT_EQ(lines->size(), 1U);
    EXPECT_EQ(lines->front().entry.details.at(1),
              (std::pair<std::string, std::string>{"documents", std::to_string(documents)}));

    // The same sample again is a new trial, and its numbers are none that a kept trial document may have.
    const std::string again = create_sample_run(5).string("id");
    ASSERT_EQ(wait_for_end(again).string("state"), "done");
    EXPECT_GT(numbers(again).front(), last);
}

TEST_P(TrialsTest, NothingIsRemovedWhileATrialRunWaits) {
    const std::string id = create_sample_run(3).string("id");  // no jobs are started: it waits
    EXPECT_TRUE(process_->get(path("/trials"))["in_work"].as_bool());
    const Answer refused = remove();
    EXPECT_EQ(refused.status, 409) << refused.text();
    EXPECT_EQ(run(id).status, 200);
    EXPECT_THAT(figures(process_->get(path("/trials"))), testing::ElementsAre(1, 0, 1, 2));
}

TEST_P(TrialsTest, WhoMayNotManageKeysRemovesNothing) {
    const std::string id = create_sample_run(3).string("id");
    process_->guard.permissions = {"documents.read", "documents.seal_run"};
    EXPECT_EQ(remove().status, 403);
    EXPECT_EQ(run(id).status, 200);
}

INSTANTIATE_TEST_SUITE_P(Databases, TrialsTest, testing::ValuesIn(store::test_dialects()), store::dialect_name);

}  // namespace
}  // namespace shanqi::documents
