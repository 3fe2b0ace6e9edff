// Small documents and rows for this room's tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "office/merge/merge.hpp"

namespace shanqi::office::testing {

inline Value text(std::string s) {
    Value v;
    v.kind = s.empty() ? Value::Kind::blank : Value::Kind::text;
    v.text = std::move(s);
    return v;
}
inline Value number(double n, std::string shown) {
    Value v;
    v.kind = Value::Kind::number;
    v.number = n;
    v.text = std::move(shown);
    return v;
}
inline Value date(int y, int m, int d, int hour = 0, int minute = 0) {
    Value v;
    v.kind = Value::Kind::date;
    v.date = *Date::make(y, m, d);
    v.text = chinese_date(v.date);
    v.hour = hour;
    v.minute = minute;
    return v;
}
inline Value of_kind(Value::Kind kind, std::string s) {
    Value v;
    v.kind = kind;
    v.text = std::move(s);
    return v;
}

class Rows final : public ValueSource {
public:
    explicit Rows(std::vector<std::vector<Value>> rows) : rows_(std::move(rows)) {}
    std::size_t row_count() const override { return rows_.size(); }
    const Value& value(std::size_t row, int column) const override {
        return rows_.at(row).at(static_cast<std::size_t>(column));
    }

private:
    std::vector<std::vector<Value>> rows_;
};

inline RunStylePtr style(bool bold = false) {
    auto s = std::make_shared<RunStyle>();
    s->bold = bold;
    return s;
}
inline ParagraphPtr paragraph(std::vector<Inline> inlines) {
    auto p = std::make_shared<Paragraph>();
    p->inlines = std::move(inlines);
    p->static_id = next_static_id();
    return p;
}
inline ParagraphPtr paragraph(std::string s) {
    static const RunStylePtr plain = style();
    std::vector<Inline> inlines;
    if (!s.empty()) inlines.push_back(Text{std::move(s), plain});
    return paragraph(std::move(inlines));
}
inline Blocks paragraphs(const std::vector<std::string>& all) {
    Blocks out;
    for (const std::string& one : all) out.push_back(paragraph(one));
    return out;
}
inline TablePtr table(const std::vector<std::vector<std::string>>& rows) {
    auto t = std::make_shared<Table>();
    for (const auto& cells : rows) {
        Row& row = t->rows.emplace_back();
        for (const std::string& cell : cells) row.cells.emplace_back().blocks = {paragraph(cell)};
    }
    t->static_id = next_static_id();
    return t;
}
inline Document document(Blocks blocks) {
    Document d;
    d.sections.emplace_back().blocks = std::move(blocks);
    return d;
}

// What a reader would see: paragraphs on lines, cells between | and rows on lines of their own.
inline std::string shown(const Blocks& blocks);
inline std::string shown(const Paragraph& p) {
    std::string out;
    for (const Inline& one : p.inlines) {
        if (const auto* t = std::get_if<Text>(&one)) out += t->text;
        if (std::holds_alternative<Tab>(one)) out += "<tab>";
        if (std::holds_alternative<Break>(one)) out += "<br>";
        if (const auto* mark = std::get_if<Mark>(&one)) {
            out += mark->kind == Mark::Kind::seal      ? "<seal>"
                   : mark->kind == Mark::Kind::qr_code ? "<qr>"
                                                       : "<sign " + mark->name + ">";
        }
        if (const auto* drawing = std::get_if<Drawing>(&one)) {
            if (const auto* shape = std::get_if<Shape>(&drawing->content); shape != nullptr && shape->text) {
                out += "[" + shown(shape->text->blocks) + "]";
            }
        }
    }
    return out;
}
inline std::string shown(const Blocks& blocks) {
    std::string out;
    for (const Block& block : blocks) {
        if (!out.empty() && !out.ends_with('\n')) out += '\n';
        if (const auto* p = std::get_if<ParagraphPtr>(&block)) {
            out += shown(**p);
            if (&block != &blocks.back()) out += '\n';
            continue;
        }
        for (const Row& row : std::get<TablePtr>(block)->rows) {
            out += '|';
            for (const Cell& cell : row.cells) out += shown(cell.blocks) + "|";
            out += '\n';
        }
    }
    return out;
}

inline BuiltIns built_ins() { return {"SQ2026-00007", 7, *Date::make(2026, 3, 5)}; }

struct Data {
    std::vector<std::string> columns;
    std::vector<std::vector<Value>> rows;
};

// Compiles, binds and fills; an error comes back as its key.
inline std::string filled(Blocks blocks, const Data& data) {
    auto made = Template::compile(document(std::move(blocks)));
    if (!made) return made.error().key;
    if (auto bound = made->bind(data.columns); !bound) return bound.error().key;
    const auto out = made->fill(Rows(data.rows), built_ins());
    return out ? shown(out->sections.at(0).blocks) : out.error().key;
}

inline Data one_row(const std::vector<std::pair<std::string, Value>>& values) {
    Data data;
    data.rows.emplace_back();
    for (const auto& [name, value] : values) {
        data.columns.push_back(name);
        data.rows[0].push_back(value);
    }
    return data;
}

}  // namespace shanqi::office::testing
