// The seal register (用印登记簿) of one output folder, and the step that makes a group of documents final.
//
//   out/documents/*.pdf    the sealed documents
//   out/register.jsonl     one line a document, each holding the SHA-256 of the line before it
//   out/.shanqi/lock       held while a process works here
//   out/.shanqi/work/      documents that are written but not yet final
//   out/.shanqi/pending    the register lines of the group that is being made final
//   out/.shanqi/last       the same of the last group that became final
//
// A group becomes final so that a kill or a power cut at any point loses nothing and doubles nothing:
//   1. its files are written under work/            (a kill here: they are thrown away)
//   2. the file system is synced, `pending` is written and synced: from here the group is decided
//   3. the files are renamed into documents/
//   4. the lines are appended to register.jsonl and synced, `pending` is renamed to `last`
// Opening the folder finds a `pending` and does 3 and 4 again: both have the same result twice. `last` shows a
// register that was cut off, emptied or changed in its last lines, which the chain alone cannot: its numbers would
// be given a second time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "modules/documents/fingerprint.hpp"

namespace shanqi::documents {

struct RegisterEntry {
    std::string number;         // SQ2026-00001
    std::int64_t sequence = 0;  // the 序号 in it
    std::string series;         // the number without its 序号: each series counts by itself
    std::string row;            // hash of template, mapped values and file name, hex
    std::string file;           // "documents/SQ2026-00001-某校.pdf"
    std::string document;       // title of the template
    std::string recipient;
    int pages = 0;
    std::string sha256;  // of the file, hex
    std::string time;    // when it was sealed, RFC 3339 in China's time
    std::string key;     // fingerprint of the certificate, hex
    std::string token;   // SHA-256 of the token in the verify address, hex; empty without one
};

// Line by line, of a folder that nobody works in; the chain is not checked again (Register::open does).
Result<> each_entry(const std::filesystem::path& out, const std::function<Result<>(const RegisterEntry&)>& use);

class Register {
public:
    // Creates the folder when needed, locks it, finishes or drops what a killed process left, checks the chain.
    // Errors: documents.locked, documents.not_a_folder, documents.register_damaged (Place::row = line),
    // documents.register_cut, file.*
    static Result<std::unique_ptr<Register>> open(const std::filesystem::path& out);
    ~Register();

    bool has_row(std::string_view row_hash) const;
    bool has_number(const std::string& number) const;
    // A file name (any case, without folder) that is in documents/, registered or a stranger's.
    bool has_file(std::string_view name) const;
    std::int64_t last_sequence(const std::string& series) const;  // 0: none yet
    // Registered documents that were not in documents/ when it was opened.
    const std::vector<std::string>& missing_files() const { return missing_files_; }
    std::size_t size() const { return rows_.size(); }

    std::filesystem::path work_folder() const;
    // The row, the number, the name and the 序号 of this entry are taken from now on. Before commit(), by the
    // thread that gives out the numbers, since commit() runs beside it.
    void claim(const RegisterEntry&);
    // Makes the group final. `sources` are the files under work_folder(), one per entry, in the same order.
    Result<> commit(const std::vector<RegisterEntry>& entries, const std::vector<std::filesystem::path>& sources);

    // register.xlsx from register.jsonl, when there is none or something is new. One that somebody changed is kept
    // under another name, which is returned.
    Result<std::filesystem::path> write_sheet(bool something_is_new) const;

private:
    Register() = default;
    Result<> recover();
    Result<> load();
    Result<> check_last() const;
    Result<> finish_pending(std::string_view pending);
    void take_back(const std::vector<RegisterEntry>& entries, const std::vector<std::filesystem::path>& sources,
                   std::size_t moved) const;
    Result<> pending_is_done() const;

    std::filesystem::path out_;
    int lock_ = -1;
    std::uint64_t bytes_ = 0;  // of register.jsonl
    std::string last_hash_;    // of its last line, hex
    Fingerprints rows_, numbers_, files_;
    std::vector<std::string> missing_files_;
    std::unordered_map<std::string, std::int64_t> sequences_;
};

// Without characters that a file system or Windows refuses, not longer than 180 bytes, never empty.
std::string safe_file_name(std::string_view name);

}  // namespace shanqi::documents
