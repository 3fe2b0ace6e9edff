#include <set>

#include "office/merge/compile.hpp"
#include "office/merge/fill.hpp"

namespace shanqi::office {

using namespace merging;

struct Template::Impl {
    Document document;   // as it was read
    Document prototype;  // what every filled document starts from: no sections, no pictures
    std::vector<SectionPlan> sections;
    Inventory inventory;
};

namespace {

Result<SectionPlan> compile_section(const Section& section) {
    SectionPlan plan;
    plan.body = TRY(compile_closed(section.blocks, 0));
    plan.header_default = TRY(compile_closed(section.header.default_blocks, 0));
    plan.header_first = TRY(compile_closed(section.header.first_blocks, 0));
    plan.header_even = TRY(compile_closed(section.header.even_blocks, 0));
    plan.footer_default = TRY(compile_closed(section.footer.default_blocks, 0));
    plan.footer_first = TRY(compile_closed(section.footer.first_blocks, 0));
    plan.footer_even = TRY(compile_closed(section.footer.even_blocks, 0));
    plan.shell = section;
    plan.shell.blocks.clear();
    plan.shell.header = {};
    plan.shell.footer = {};
    return plan;
}

void collect_lists(const Blocks& blocks, std::set<int>& used) {
    for (const Block& block : blocks) {
        if (const auto* paragraph = std::get_if<ParagraphPtr>(&block)) {
            if ((*paragraph)->style.numbering) used.insert((*paragraph)->style.numbering->list);
            for (const Inline& one : (*paragraph)->inlines) {
                const auto* drawing = std::get_if<Drawing>(&one);
                const Shape* shape = drawing != nullptr ? std::get_if<Shape>(&drawing->content) : nullptr;
                if (shape != nullptr && shape->text) collect_lists(shape->text->blocks, used);
            }
            continue;
        }
        for (const Row& row : std::get<TablePtr>(block)->rows) {
            for (const Cell& cell : row.cells) collect_lists(cell.blocks, used);
        }
    }
}

// WPS leaves hundreds of list definitions in a file, of which two are used.
std::map<int, List> used_lists(const Document& document) {
    std::set<int> used;
    for (const Section& section : document.sections) {
        for (const HeaderFooter* part : {&section.header, &section.footer}) {
            collect_lists(part->default_blocks, used);
            collect_lists(part->first_blocks, used);
            collect_lists(part->even_blocks, used);
        }
        collect_lists(section.blocks, used);
    }
    std::map<int, List> lists;
    for (const int id : used) {
        if (const auto found = document.lists.find(id); found != document.lists.end()) lists.insert(*found);
    }
    return lists;
}

}  // namespace

Result<Template> Template::compile(Document document) {
    Template out;
    out.impl_ = std::make_shared<Impl>();
    Impl& impl = *out.impl_;
    for (const Section& section : document.sections) impl.sections.push_back(TRY(compile_section(section)));
    TRY_DO(take_inventory(impl.sections, impl.inventory));
    impl.prototype.lists = used_lists(document);
    impl.prototype.even_and_odd_headers = document.even_and_odd_headers;
    impl.prototype.default_tab = document.default_tab;
    impl.prototype.compatibility_mode = document.compatibility_mode;
    impl.prototype.notices = document.notices;
    impl.prototype.title = document.title;
    impl.prototype.subject = document.subject;
    impl.prototype.author = document.author;
    impl.prototype.language = document.language;
    impl.document = std::move(document);
    return out;
}

const Document& Template::document() const { return impl_->document; }
const std::vector<TemplateField>& Template::fields() const { return impl_->inventory.fields; }
bool Template::repeats_rows() const { return impl_->inventory.repeats; }
const std::vector<std::string>& Template::countersigners() const { return impl_->inventory.countersigners; }

bool Template::has_mark(Mark::Kind kind) const {
    switch (kind) {
        case Mark::Kind::seal:
            return impl_->inventory.has_seal;
        case Mark::Kind::qr_code:
            return impl_->inventory.has_qr_code;
        case Mark::Kind::countersign:
            return !impl_->inventory.countersigners.empty();
    }
    return false;
}

Result<> Template::bind(std::span<const std::string> columns) { return impl_->inventory.names.bind(columns); }

std::vector<Error> Template::check(const ValueSource& source, const BuiltIns& built_ins, PageText* page) const {
    return find_problems(impl_->sections, Evaluator(impl_->inventory.names, source, built_ins), page);
}

Result<Document> Template::fill(const ValueSource& source, const BuiltIns& built_ins) const {
    if (source.row_count() > merging::limits::rows_max) {
        return fail(ErrorKind::limit, "merge.too_many_rows", {{"limit", std::to_string(merging::limits::rows_max)}});
    }
    const Evaluator evaluator(impl_->inventory.names, source, built_ins);
    Document out = impl_->prototype;
    std::size_t parts_left = merging::limits::parts_max;
    out.sections.reserve(impl_->sections.size());
    for (const SectionPlan& plan : impl_->sections)
        out.sections.push_back(TRY(fill_section(plan, evaluator, parts_left)));
    return out;
}

std::string Template::canonical_values(const ValueSource& source) const {
    return impl_->inventory.names.canonical_values(source);
}

}  // namespace shanqi::office
