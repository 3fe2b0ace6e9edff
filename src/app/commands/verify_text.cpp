#include "app/commands/verify_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace shanqi::app {
namespace {

using seal::DocumentReport;
using seal::RevisionChange;
using seal::RevisionReport;
using seal::SignatureReport;

std::string time_text(Instant time) {
    const CivilTime civil = china_time(time);
    return fmt::format("{} {:02}:{:02}:{:02}", iso_date(civil.date), civil.hour, civil.minute, civil.second);
}

std::string_view kind_key(SignatureReport::Kind kind) {
    switch (kind) {
        case SignatureReport::Kind::certification:
            return "verify.kind.certification";
        case SignatureReport::Kind::time_stamp:
            return "verify.kind.time_stamp";
        case SignatureReport::Kind::approval:
            break;
    }
    return "verify.kind.approval";
}

std::string_view verdict_key(const DocumentReport& report) {
    if (report.problems.size() == 1 && report.problems.front().key.starts_with("file."))
        return "verify.verdict.unreadable";
    switch (report.verdict) {
        case DocumentReport::Verdict::good:
            return "verify.verdict.good";
        case DocumentReport::Verdict::unknown_signer:
            return "verify.verdict.unknown_signer";
        case DocumentReport::Verdict::bad:
            break;
    }
    return "verify.verdict.bad";
}

bool is_unknown(const Error& problem) {
    return problem.key == "verify.unknown_issuer" || problem.key == "verify.self_signed";
}

// What stands in a file is a stranger's: on a terminal it must not start a line, move the cursor or turn the writing
// round.
std::string on_one_line(std::string_view text) {
    std::u32string characters = to_utf32(text);
    for (char32_t& c : characters) {
        const bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
        const bool turns = (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        if (is_control || turns) c = U' ';
    }
    return to_utf8(characters);
}

class Text {
public:
    Text(const DocumentReport& report, Language language) : report_(report), language_(language) {}

    std::string write(const std::string& file) {
        line("", "verify.file", {{"file", file}, {"verdict", message(verdict_key(report_), {}, language_)}});
        for (const Error& problem : report_.problems) sign("  ✗ ", problem);
        if (!report_.number.empty())
            line("  ", report_.recipient.empty() ? "verify.number" : "verify.number_and_recipient",
                 {{"number", report_.number}, {"recipient", report_.recipient}});
        for (std::size_t i = 0; i < report_.signatures.size(); ++i) signature(i + 1, report_.signatures[i]);
        std::string waiting;
        for (const std::string& name : report_.waiting_fields) waiting += (waiting.empty() ? "" : "、") + name;
        if (!waiting.empty()) line("  ", "verify.waiting", {{"fields", waiting}});
        return std::move(out_);
    }

private:
    void line(std::string_view indent, std::string_view key, const Error::Arguments& arguments) {
        out_ += fmt::format("{}{}\n", indent, on_one_line(message(key, arguments, language_)));
    }
    void sign(std::string_view mark, const Error& error) {
        out_ += fmt::format("{}{}\n", mark, on_one_line(message(error, language_)));
    }

    void signature(std::size_t number, const SignatureReport& one) {
        const std::string who = one.signer ? one.signer->subject_name() : message("verify.nobody", {}, language_);
        line("  ",
             one.intact ? (one.trusted ? "verify.signature.good" : "verify.signature.unknown") : "verify.signature.bad",
             {{"number", std::to_string(number)},
              {"field", one.field},
              {"kind", message(kind_key(one.kind), {}, language_)},
              {"who", who}});
        for (const Error& problem : one.problems)
            sign(one.intact && is_unknown(problem) ? "     ？ " : "     ✗ ", problem);
        if (one.proven_time && one.kind != SignatureReport::Kind::time_stamp)
            line("     ", "verify.proven_time",
                 {{"time", time_text(*one.proven_time)}, {"authority", one.time_stamp_authority}});
        else if (one.claimed_time)
            line("     ", one.kind == SignatureReport::Kind::time_stamp ? "verify.stamped_time" : "verify.claimed_time",
                 {{"time", time_text(*one.claimed_time)}});
        if (!one.reason.empty()) line("     ", "verify.reason", {{"reason", one.reason}});
        if (one.covered_bytes > 0) covered(one);
        if (one.signer) {
            line("     ", "verify.certificate",
                 {{"issuer", one.signer->issuer_name()},
                  {"from", iso_date(china_time(one.signer->not_before()).date)},
                  {"until", iso_date(china_time(one.signer->not_after()).date)},
                  {"algorithm", one.signature_algorithm.empty()
                                    ? one.digest_algorithm
                                    : one.signature_algorithm + ", " + one.digest_algorithm}});
        }
        for (const Error& remark : one.remarks) {
            if (remark.key != "verify.time_not_proven") sign("     · ", remark);
        }
    }

    void covered(const SignatureReport& one) {
        if (one.revision == 0 || one.revision > report_.revisions.size()) return;
        const RevisionReport& own = report_.revisions[one.revision - 1];
        if (one.covers_whole_file) return line("     ", "verify.covers_all", {{"bytes", std::to_string(own.bytes)}});
        line("     ", "verify.covers_revision",
             {{"bytes", std::to_string(own.bytes)},
              {"revision", std::to_string(one.revision)},
              {"revisions", std::to_string(report_.revisions.size())}});
        for (std::size_t i = one.revision; i < report_.revisions.size(); ++i) {
            for (const RevisionChange& change : report_.revisions[i].changes)
                line("     ", change_key(change), {{"revision", std::to_string(i + 1)}, {"field", change.name}});
        }
    }

    static std::string_view change_key(const RevisionChange& change) {
        switch (change.kind) {
            case RevisionChange::Kind::signature:
                return "verify.later_signature";
            case RevisionChange::Kind::time_stamp:
                return "verify.later_time_stamp";
            case RevisionChange::Kind::information:
                return "verify.later_information";
            case RevisionChange::Kind::validation_data:
                break;
        }
        return "verify.later_validation_data";
    }

    const DocumentReport& report_;
    Language language_;
    std::string out_;
};

boost::json::array errors_json(const std::vector<Error>& errors, Language language) {
    boost::json::array out;
    for (const Error& error : errors) out.push_back({{"code", error.key}, {"message", message(error, language)}});
    return out;
}

boost::json::value time_json(const std::optional<Instant>& time) {
    return time ? boost::json::value(iso_china(*time)) : boost::json::value(nullptr);
}

boost::json::object signature_json(const SignatureReport& one, Language language) {
    constexpr std::string_view kinds[] = {"certification", "approval", "time_stamp"};
    constexpr std::string_view revocations[] = {"not_checked", "good", "revoked"};
    boost::json::object out;
    out["field"] = one.field;
    out["kind"] = kinds[static_cast<std::size_t>(one.kind)];
    out["signer"] = one.signer ? boost::json::value(one.signer->subject_name()) : boost::json::value(nullptr);
    out["issuer"] = one.signer ? boost::json::value(one.signer->issuer_name()) : boost::json::value(nullptr);
    out["fingerprint"] = one.signer ? boost::json::value(one.signer->fingerprint()) : boost::json::value(nullptr);
    out["reason"] = one.reason;
    out["claimed_time"] = time_json(one.claimed_time);
    out["proven_time"] = time_json(one.proven_time);
    out["time_stamp_authority"] = one.time_stamp_authority;
    out["covered_bytes"] = one.covered_bytes;
    out["revision"] = one.revision;
    out["covers_whole_file"] = one.covers_whole_file;
    out["permission"] = one.permission;
    out["digest_algorithm"] = one.digest_algorithm;
    out["signature_algorithm"] = one.signature_algorithm;
    out["intact"] = one.intact;
    out["trusted"] = one.trusted;
    out["revocation"] = revocations[static_cast<std::size_t>(one.chain.revocation)];
    out["problems"] = errors_json(one.problems, language);
    out["remarks"] = errors_json(one.remarks, language);
    return out;
}

boost::json::object revision_json(const RevisionReport& one, Language language) {
    constexpr std::string_view kinds[] = {"signature", "time_stamp", "validation_data", "information"};
    boost::json::array changes;
    for (const RevisionChange& change : one.changes)
        changes.push_back({{"kind", kinds[static_cast<std::size_t>(change.kind)]}, {"field", change.name}});
    return {{"bytes", one.bytes}, {"changes", std::move(changes)}, {"problems", errors_json(one.problems, language)}};
}

}  // namespace

std::string verification_text(const std::string& file, const DocumentReport& report, Language language) {
    return Text(report, language).write(file);
}

boost::json::object verification_json(const std::string& file, const DocumentReport& report, Language language) {
    constexpr std::string_view verdicts[] = {"good", "unknown_signer", "bad"};
    boost::json::object out;
    out["file"] = file;
    out["valid"] = report.verdict == DocumentReport::Verdict::good;
    out["verdict"] = verdicts[static_cast<std::size_t>(report.verdict)];
    out["number"] = report.number;
    out["recipient"] = report.recipient;
    out["title"] = report.title;
    out["trial"] = report.is_trial;
    boost::json::array signatures, revisions, waiting;
    for (const SignatureReport& one : report.signatures) signatures.push_back(signature_json(one, language));
    for (const RevisionReport& one : report.revisions) revisions.push_back(revision_json(one, language));
    for (const std::string& name : report.waiting_fields) waiting.emplace_back(name);
    out["signatures"] = std::move(signatures);
    out["revisions"] = std::move(revisions);
    out["waiting"] = std::move(waiting);
    out["problems"] = errors_json(report.problems, language);
    return out;
}

}  // namespace shanqi::app
