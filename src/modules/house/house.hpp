// The house: what every room is handed, and how a room introduces itself. Other rooms include only this header.
//
// A module's module.cpp has one function, `Module <room>_module()`; app/modules.cpp lists them.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/described.hpp"
#include "base/http_client.hpp"
#include "base/time.hpp"
#include "http/router.hpp"
#include "store/audit.hpp"
#include "store/database.hpp"
#include "store/files.hpp"
#include "store/jobs.hpp"
#include "store/vault.hpp"

namespace shanqi::house {

// 所有者 管理者 工作人员 审批人 审计人 合作方 志愿者
BOOST_DEFINE_ENUM_CLASS(Role, owner, manager, staff, approver, auditor, partner, volunteer)

struct Permission {
    std::string name;         // "<room>.<noun>_<verb>"
    std::vector<Role> roles;  // that have it; owner has all
};

// A value that is masked on screen, and how the room that owns it gives it in clear, one at a time, with a reason and
// an audit entry (POST /orgs/{org}/unmaskings). The room checks that whoever asks may see the row.
struct House;
struct SensitiveField {
    std::string kind, field;  // "accounts.member", "phone"
    std::string permission;   // "" : accounts.unmask alone
    std::function<Result<std::string>(House&, const http::Call&, const std::string& object)> read;
};

// Messages to people outside. The default writes to the log and to the terminal ("log gateway"): no message leaves.
class Messenger {
public:
    virtual ~Messenger() = default;
    virtual bool reaches_phones() const = 0;  // a real SMS gateway is set up
    virtual bool reaches_mail() const = 0;
    // `outcome_key`: the same key never sends twice. Errors: messenger.not_set_up, messenger.refused, messenger.unknown
    // (it may have gone out).
    virtual Result<> send_sms(const std::string& phone, const std::string& template_name,
                              const std::vector<std::pair<std::string, std::string>>& values,
                              const std::string& outcome_key) = 0;
    virtual Result<> send_mail(const std::string& address, const std::string& subject, const std::string& text,
                               const std::string& outcome_key) = 0;
};

// A text that one thread may change while others read it.
class SharedText {
public:
    SharedText() = default;
    SharedText(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
    SharedText(const SharedText& other) : text_(other.held()) {}
    SharedText& operator=(const SharedText& other) {
        text_.store(other.held());
        return *this;
    }
    std::string get() const { return *held(); }
    operator std::string() const { return get(); }
    bool empty() const { return held()->empty(); }
    std::string operator+(std::string_view more) const { return get().append(more); }

private:
    std::shared_ptr<const std::string> held() const { return text_.load(); }
    std::atomic<std::shared_ptr<const std::string>> text_{std::make_shared<const std::string>()};
};

// What a room puts on somebody's first screen: with `due` among what is due soon, else among what waits for them.
struct TodayLine {
    std::string kind, id, title, button;  // sentences in the language of the call
    std::int64_t count = 0;
    std::string link;  // in the web UI
    std::optional<Instant> due;
};
struct House;
using TodayHook = std::function<Result<std::vector<TodayLine>>(House&, const http::Call&)>;

struct House {
    store::Database& database;
    store::FileStore& files;
    store::Vault& vault;
    const Clock& clock;
    const HttpClient& network;
    Messenger& messenger;
    std::filesystem::path scratch;  // folder for temporary files, emptied at start
    std::filesystem::path work;  // folder for what a job must find again after a kill; jobs clean up after themselves
    SharedText public_url;       // "https://oa.example.org"; "" until set up: links reach nobody outside
    // Of all rooms, collected at start by app/modules.cpp.
    std::vector<Permission> permissions;
    std::vector<SensitiveField> sensitive_fields;
    std::vector<TodayHook> today;
    std::vector<const store::Statement*> file_keys;
    std::function<void()> wake_jobs = [] {};  // call it in Writer::after_commit of a transaction that enqueued
};

struct Module {
    std::string name;  // the room's
    std::vector<Permission> permissions;
    std::function<void(http::Router&, House&)> routes;
    std::function<std::vector<store::JobKind>(House&)> jobs;
    std::vector<SensitiveField> sensitive_fields;
    std::function<std::vector<std::pair<std::string, std::int64_t>>(House&)> figures;  // for /metrics; may be empty
    TodayHook today;                                                                   // may be empty
    // Each gives the keys in the file store that rows of one table name, of organisation $1 (store::installation_org()
    // too). A file that none of them gives is removed a day after it was put.
    std::vector<const store::Statement*> file_keys;
    std::function<Result<>(House&)> clean_up;  // once an hour: rows that nobody will ask for again; may be empty
};

namespace limits {
constexpr std::chrono::hours idempotency_kept{24};
constexpr std::size_t idempotency_reply_bytes_max = 256U << 10U;
constexpr std::chrono::hours unnamed_file_kept{24};  // longer than any request or job is between a file and its row
}  // namespace limits

// An audit entry by whoever calls, in the same transaction; of the organisation of the path, or of `org` where the path
// names none.
Result<> audit(store::Writer&, const House&, const http::Call&, std::string_view action, std::string_view object,
               std::vector<std::pair<std::string, std::string>> details = {});
Result<> audit(store::Writer&, const House&, const http::Call&, const OrgId& org, std::string_view action,
               std::string_view object, std::vector<std::pair<std::string, std::string>> details);

// The one way a handler writes: `work` (re-runnable, see Database::write) and, when the request carried an
// Idempotency-Key, the reply it will get, in one transaction. Two requests with the same key at once: one writes, the
// other gets house.idempotency_again, nothing of it is written, and http::dispatch gives it the reply of the first.
template <class Out>
Result<Out> write_once(House& house, http::Call& call, const std::function<Result<Out>(store::Writer&)>& work);

// 24 hours of replies: table idempotency_replies. Call::status, when it is not 201, must be set before write_once().
std::unique_ptr<http::IdempotencyKeeper> make_idempotency_keeper(House&);
Result<> keep_reply(store::Writer&, const House&, const http::Call&, const std::string& reply);
Result<std::int64_t> forget_replies(House&);  // older than 24 hours; by house_module()'s clean_up

// A kill between a file and its row leaves a file that nobody asks for. Returns how many were removed; once a day.
Result<std::int64_t> sweep_files(House&);

Module house_module();

template <class Out>
Result<Out> write_once(House& house, http::Call& call, const std::function<Result<Out>(store::Writer&)>& work) {
    return house.database.write([&](store::Writer& writer) -> Result<Out> {
        Out out = TRY(work(writer));
        if (!call.idempotency_key.empty()) TRY_DO(keep_reply(writer, house, call, json_text(out)));
        return out;
    });
}

}  // namespace shanqi::house
