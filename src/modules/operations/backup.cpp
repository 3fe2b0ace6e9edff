#include "modules/operations/backup.hpp"

#include <boost/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "modules/operations/backup_stream.hpp"
#include "modules/operations/backup_tables.hpp"
#include "modules/operations/restore_mark.hpp"

namespace shanqi::operations {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// What stands inside the encrypted stream: frames of a letter, a length of 8 bytes, and the bytes.
enum class Frame : char {
    about = 'M',      // JSON: the tables and their columns
    key = 'K',        // the master key
    table = 'T',      // name; the rows that follow are its
    row = 'R',        // encode_row
    file = 'F',       // key; the pieces that follow are its
    piece = 'P',      // at most 1 MiB
    file_end = 'S',   // SHA-256 in hex of the pieces
    file_drop = 'X',  // what was read was damaged: it is left out
    end = 'E',        // JSON: how much there was, with digests
};
constexpr std::uint64_t frame_bytes_max = 64U << 20U;

std::string number_bytes(std::uint64_t number) {
    std::string out(8, '\0');
    for (std::size_t i = 8; i-- > 0; number >>= 8U) out[i] = static_cast<char>(number & 0xFFU);
    return out;
}

Result<> put_frame(BackupWriter& writer, Frame frame, std::string_view bytes) {
    std::string head(1, static_cast<char>(frame));
    TRY_DO(writer.write(head + number_bytes(bytes.size())));
    return writer.write(bytes);
}

class RowDigest {
public:
    void add(std::string_view encoded) {
        const Sha256 one = sha256(encoded);
        for (std::size_t i = 0; i < all_.size(); ++i) all_[i] = static_cast<std::uint8_t>(all_[i] ^ one[i]);
        ++rows_;
    }
    TableContent content() const { return {rows_, hex(all_)}; }

private:
    Sha256 all_{};
    std::int64_t rows_ = 0;
};

json::object json_of(const InstallationContent& content) {
    json::object tables, files;
    for (const auto& [name, table] : content.tables)
        tables[name] = json::object{{"rows", table.rows}, {"digest", table.digest}};
    for (const auto& [key, digest] : content.files) files[key] = digest;
    return {{"tables", tables}, {"files", files}};
}

std::unexpected<Error> damaged(const fs::path& file) {
    return fail(ErrorKind::invalid, "backup.damaged", {}, {.file = file.string()});
}

// What a walk through a backup tells, in the order in which it stands in the file.
struct Visitor {
    std::function<Result<>(std::string_view name, const std::vector<std::string>& columns)> table;
    std::function<Result<>(std::string_view encoded, std::vector<store::Value>)> row;
    std::function<Result<>(const std::string& key)> file;
    std::function<Result<>(std::string_view bytes)> piece;
    std::function<Result<>(bool whole)> file_end;
};

class Walk {
public:
    Walk(const fs::path& path, BackupReader& reader, const Visitor& visitor)
        : path_(path), reader_(reader), visitor_(visitor) {}

    Result<CheckedBackup> run() {
        while (!ended_) TRY_DO(step());
        if (!TRY(reader_.at_end())) return damaged(path_);
        checked_.summary.version = reader_.version();
        checked_.summary.created = reader_.created();
        checked_.summary.tables = static_cast<std::int64_t>(checked_.content.tables.size());
        checked_.summary.files = static_cast<std::int64_t>(checked_.content.files.size());
        for (const auto& [name, table] : checked_.content.tables) checked_.summary.rows += table.rows;
        return std::move(checked_);
    }

private:
    Result<> step() {
        const std::string head = TRY(reader_.read(9));
        std::uint64_t size = 0;
        for (std::size_t i = 1; i < 9; ++i) size = size << 8U | static_cast<unsigned char>(head[i]);
        if (size > frame_bytes_max) return damaged(path_);
        const std::string bytes = TRY(reader_.read(size));
        switch (static_cast<Frame>(head[0])) {
            case Frame::about:
                return about(bytes);
            case Frame::key:
                checked_.master_key = bytes;
                return {};
            case Frame::table:
                close_table();
                table_ = bytes;
                if (!checked_.tables.contains(table_)) return damaged(path_);
                return visitor_.table ? visitor_.table(table_, checked_.tables[table_]) : Result<>{};
            case Frame::row:
                return row(bytes);
            case Frame::file:
                close_table();
                file_ = bytes;
                file_digest_ = Sha256Stream();
                return visitor_.file ? visitor_.file(file_) : Result<>{};
            case Frame::piece:
                file_digest_.update(bytes);
                return visitor_.piece ? visitor_.piece(bytes) : Result<>{};
            case Frame::file_end:
                if (hex(file_digest_.finish()) != bytes) return damaged(path_);
                checked_.content.files[file_] = bytes;
                return visitor_.file_end ? visitor_.file_end(true) : Result<>{};
            case Frame::file_drop:
                checked_.summary.damaged_files.push_back(file_);
                return visitor_.file_end ? visitor_.file_end(false) : Result<>{};
            case Frame::end:
                close_table();
                ended_ = true;
                if (bytes != json::serialize(json_of(checked_.content))) return damaged(path_);
                return {};
        }
        return damaged(path_);
    }

    Result<> about(const std::string& bytes) {
        json::error_code error;
        const json::value parsed = json::parse(bytes, error);
        if (error || !parsed.is_object()) return damaged(path_);
        for (const auto& [name, columns] : parsed.get_object()) {
            if (!columns.is_array()) return damaged(path_);
            for (const json::value& column : columns.get_array()) {
                if (!column.is_string()) return damaged(path_);
                checked_.tables[std::string(name)].emplace_back(column.get_string());
            }
        }
        return {};
    }

    Result<> row(const std::string& bytes) {
        if (table_.empty()) return damaged(path_);
        std::optional<std::vector<store::Value>> values = decode_row(bytes, checked_.tables[table_].size());
        if (!values) return damaged(path_);
        rows_.add(bytes);
        return visitor_.row ? visitor_.row(bytes, std::move(*values)) : Result<>{};
    }

    void close_table() {
        if (table_.empty()) return;
        checked_.content.tables[table_] = rows_.content();
        rows_ = RowDigest();
        table_.clear();
    }

    const fs::path& path_;
    BackupReader& reader_;
    const Visitor& visitor_;
    CheckedBackup checked_;
    std::string table_, file_;
    RowDigest rows_;
    Sha256Stream file_digest_;
    bool ended_ = false;
};

Result<InstallationContent> write_rows(BackupWriter& writer, store::Database& database) {
    return database.read([&](store::Reader& reader) -> Result<InstallationContent> {
        InstallationContent content;
        const std::vector<TableShape> tables = TRY(list_tables(reader, database.dialect()));
        json::object about;
        for (const TableShape& table : tables)
            about[table.name] = json::array(table.columns.begin(), table.columns.end());
        TRY_DO(put_frame(writer, Frame::about, json::serialize(about)));
        for (const TableShape& table : tables) {
            TRY_DO(put_frame(writer, Frame::table, table.name));
            RowDigest digest;
            TRY_DO(read_table(reader, table, [&](const store::Row& row) -> Result<> {
                const std::string encoded = encode_row(row, table.columns.size());
                digest.add(encoded);
                return put_frame(writer, Frame::row, encoded);
            }));
            content.tables[table.name] = digest.content();
        }
        return content;
    });
}

// Appends the files to `content`; returns the keys of those that were damaged.
Result<std::vector<std::string>> write_files(BackupWriter& writer, store::FileStore& files,
                                             InstallationContent& content) {
    std::vector<store::StoredFile> all;
    TRY_DO(files.list([&](const store::StoredFile& file) -> Result<> {
        all.push_back(file);
        return {};
    }));
    std::vector<std::string> broken;
    for (const store::StoredFile& file : all) {
        TRY_DO(put_frame(writer, Frame::file, file.key));
        Sha256Stream digest;
        Result<> written;  // the stream's own trouble must end the backup, a damaged file must not
        const Result<> got = files.get(file.key, [&](std::string_view bytes) -> Result<> {
            digest.update(bytes);
            for (; written && !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), limits::backup_piece_bytes)))
                written = put_frame(writer, Frame::piece, bytes.substr(0, limits::backup_piece_bytes));
            return written;
        });
        if (!written) return std::unexpected(written.error());
        if (!got) {
            broken.push_back(file.key);
            TRY_DO(put_frame(writer, Frame::file_drop, ""));
            continue;
        }
        content.files[file.key] = hex(digest.finish());
        TRY_DO(put_frame(writer, Frame::file_end, content.files[file.key]));
    }
    return broken;
}

Result<> execute(store::Writer& writer, const std::string& sql, const store::Parameters& values = {}) {
    TRY(writer.execute_text(sql, values));
    return {};
}

// Collects rows into inserts of many at once.
class Filler {
public:
    explicit Filler(store::Writer& writer) : writer_(writer) {}
    Result<> begin(std::string_view table, const std::vector<std::string>& columns) {
        TRY_DO(flush());
        shape_ = {std::string(table), columns, {}, {}};
        return {};
    }
    Result<> add(std::vector<store::Value> values) {
        std::ranges::move(values, std::back_inserter(waiting_));
        constexpr std::size_t parameters_max = 4'000;  // SQLite allows 32,766, PostgreSQL 65,535
        if (waiting_.size() + shape_.columns.size() > parameters_max) TRY_DO(flush());
        return {};
    }
    Result<> flush() {
        if (waiting_.empty()) return {};
        TRY_DO(execute(writer_, insert_sql(shape_, waiting_.size() / shape_.columns.size()), waiting_));
        waiting_.clear();
        return {};
    }

private:
    store::Writer& writer_;
    TableShape shape_;
    store::Parameters waiting_;
};

Result<> must_be_empty_and_alike(store::Reader& reader, store::Dialect dialect, const CheckedBackup& backup) {
    std::map<std::string, std::vector<std::string>> here;
    for (const TableShape& table : TRY(list_tables(reader, dialect))) {
        here[table.name] = table.columns;
        const store::Rows rows = TRY(reader.query_text("SELECT 1 FROM \"" + table.name + "\" LIMIT 1"));
        if (!rows.empty()) return fail(ErrorKind::conflict, "backup.not_empty", {{"table", table.name}});
    }
    if (here != backup.tables)
        return fail(ErrorKind::conflict, "backup.other_schema", {{"version", backup.summary.version}});
    return {};
}

Result<std::map<std::string, TableContent>> rows_in(store::Reader& reader, store::Dialect dialect) {
    std::map<std::string, TableContent> tables;
    for (const TableShape& table : TRY(list_tables(reader, dialect))) {
        RowDigest digest;
        TRY_DO(read_table(reader, table, [&](const store::Row& row) -> Result<> {
            digest.add(encode_row(row, table.columns.size()));
            return {};
        }));
        tables[table.name] = digest.content();
    }
    return tables;
}

Result<std::string> digest_of_file(store::FileStore& files, const std::string& key) {
    Sha256Stream digest;
    TRY_DO(files.get(key, [&](std::string_view bytes) -> Result<> {
        digest.update(bytes);
        return {};
    }));
    return hex(digest.finish());
}

Result<> restore_files(const fs::path& file, std::string_view passphrase, store::FileStore& files,
                       const fs::path& scratch) {
    const auto reader = TRY(open_backup_stream(file, passphrase));
    const fs::path part = scratch / ("restore-" + hex(random_bytes(8)));
    std::string key;
    std::ofstream out;
    const auto unwritable = [&] { return system_error(errno == 0 ? EIO : errno, part); };
    const Visitor visitor{.table = {},
                          .row = {},
                          .file = [&](const std::string& name) -> Result<> {
                              key = name;
                              errno = 0;
                              out.open(part, std::ios::binary | std::ios::trunc);
                              if (!out) return unwritable();
                              return {};
                          },
                          .piece = [&](std::string_view bytes) -> Result<> {
                              errno = 0;
                              if (!out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
                                  return unwritable();
                              return {};
                          },
                          .file_end = [&](bool whole) -> Result<> {
                              errno = 0;
                              out.close();
                              if (!out) return unwritable();
                              if (!whole) return {};
                              const store::StoredFile stored = TRY(files.put(key.substr(0, key.find('/')), part));
                              if (stored.key != key) return damaged(file);
                              return {};
                          }};
    const auto walked = Walk(file, *reader, visitor).run();
    ::unlink(part.c_str());
    if (!walked) return std::unexpected(walked.error());
    return {};
}

Result<> restore_rows(const fs::path& file, std::string_view passphrase, const CheckedBackup& checked,
                      store::Database& database, const std::string& name, const RestoreStep& after) {
    const auto reader = TRY(open_backup_stream(file, passphrase));
    const store::Dialect dialect = database.dialect();
    return database.administer([&](store::Writer& writer) -> Result<> {
        TRY_DO(begin_restoring(writer, dialect));
        const auto fill = [&]() -> Result<> {
            TRY_DO(must_be_empty_and_alike(writer, dialect, checked));
            // A row may refer to a later one of its own table. PostgreSQL checks at the end of each statement.
            if (dialect == store::Dialect::sqlite) TRY_DO(execute(writer, "PRAGMA defer_foreign_keys = ON"));
            Filler filler(writer);
            const Visitor visitor{
                .table = [&](std::string_view table, const auto& columns) { return filler.begin(table, columns); },
                .row = [&](std::string_view,
                           std::vector<store::Value> values) { return filler.add(std::move(values)); },
                .file = {},
                .piece = {},
                .file_end = {}};
            TRY(Walk(file, *reader, visitor).run());
            TRY_DO(filler.flush());
            if (TRY(rows_in(writer, dialect)) != checked.content.tables)
                return fail(ErrorKind::system, "backup.not_equal");
            TRY_DO(mark_restore(writer, name));
            if (after) after("rows");
            return execute(writer, "COMMIT");
        };
        const Result<> filled = fill();
        if (!filled) {
            [[maybe_unused]] const auto ignored = writer.execute_text("ROLLBACK");
        }
        return filled;
    });
}

}  // namespace

Result<InstallationContent> content_of(store::Database& database, store::FileStore& files) {
    InstallationContent content;
    content.tables = TRY(database.read([&](store::Reader& reader) { return rows_in(reader, database.dialect()); }));
    std::vector<std::string> keys;
    TRY_DO(files.list([&](const store::StoredFile& file) -> Result<> {
        keys.push_back(file.key);
        return {};
    }));
    for (const std::string& key : keys) content.files[key] = TRY(digest_of_file(files, key));
    return content;
}

Result<BackupSummary> create_backup(store::Database& database, store::FileStore& files, const std::string& master_key,
                                    const fs::path& file, std::string_view passphrase, Instant now,
                                    std::string_view version) {
    const auto writer = TRY(create_backup_stream(file, passphrase, now, version));
    TRY_DO(put_frame(*writer, Frame::key, master_key));
    InstallationContent content = TRY(write_rows(*writer, database));
    BackupSummary summary{.version = std::string(version), .created = now};
    summary.damaged_files = TRY(write_files(*writer, files, content));
    TRY_DO(put_frame(*writer, Frame::end, json::serialize(json_of(content))));
    summary.bytes = TRY(writer->finish());
    summary.tables = static_cast<std::int64_t>(content.tables.size());
    summary.files = static_cast<std::int64_t>(content.files.size());
    for (const auto& [name, table] : content.tables) summary.rows += table.rows;
    return summary;
}

Result<CheckedBackup> check_backup(const fs::path& file, std::string_view passphrase) {
    const auto reader = TRY(open_backup_stream(file, passphrase));
    CheckedBackup checked = TRY(Walk(file, *reader, {}).run());
    std::error_code ignored;
    checked.summary.bytes = fs::file_size(file, ignored);
    return checked;
}

Result<> restore_rows_and_files(const fs::path& file, std::string_view passphrase, const CheckedBackup& checked,
                                store::Database& database, store::FileStore& files, const fs::path& scratch,
                                const std::string& name, const RestoreStep& after) {
    TRY_DO(database.read(
        [&](store::Reader& reader) { return must_be_empty_and_alike(reader, database.dialect(), checked); }));
    TRY_DO(restore_files(file, passphrase, files, scratch));
    for (const auto& [key, digest] : checked.content.files)
        if (TRY(digest_of_file(files, key)) != digest) return fail(ErrorKind::system, "backup.not_equal");
    if (after) after("files");
    return restore_rows(file, passphrase, checked, database, name, after);
}

}  // namespace shanqi::operations
