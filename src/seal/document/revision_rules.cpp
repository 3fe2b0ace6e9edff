#include "seal/document/revision_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "seal/document/own_properties.hpp"
#include "seal/document/page_index.hpp"
#include "seal/document/signature_fields.hpp"

namespace shanqi::seal {
namespace {

using office::pdf_read::Array;
using office::pdf_read::Dictionary;
using office::pdf_read::Object;
using office::pdf_read::StrictFile;

int number_of(const Object& object) { return object.reference() ? object.reference()->number : 0; }

bool is_any(std::string_view key, std::initializer_list<std::string_view> keys) {
    return std::ranges::find(keys, key) != keys.end();
}

const Dictionary& entries(const Object& object) {
    static const Dictionary none;
    return object.dictionary() ? *object.dictionary() : none;
}

// Keys whose values differ, of either side.
std::vector<std::string> differing_keys(const Object& before, const Object& after) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : entries(before)) {
        if (!(value == after.at(key))) keys.push_back(key);
    }
    for (const auto& [key, value] : entries(after)) {
        if (!entries(before).contains(key) && !value.is_null()) keys.push_back(key);
    }
    return keys;
}

bool is_field_of_signatures(const StrictFile& file, const Object& field) {
    return file.resolve(field.at("FT")).is_name("Sig");
}

constexpr std::size_t problems_max = 20;  // more tell nobody more

// Hidden, Print, Locked (12.5.3): no flag shows a widget on paper that is hidden on the screen.
constexpr std::int64_t plain_flags = 2 | 4 | 128;

bool holds_reference(const Object& object) {
    if (object.reference()) return true;
    if (const Array* array = object.array()) return std::ranges::any_of(*array, holds_reference);
    return std::ranges::any_of(entries(object), [](const auto& entry) { return holds_reference(entry.second); });
}

// A widget that no reader draws, on the screen or on paper: all of it in the object itself, an area of nothing and
// nothing to draw there.
bool shows_nothing(const Object& widget) {
    const Array* rectangle = widget.at("Rect").array();
    if (!rectangle || rectangle->size() != 4 || !widget.at("AP").is_null()) return false;
    std::array<double, 4> side{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto number = (*rectangle)[i].number();
        if (!number) return false;
        side[i] = *number;
    }
    return side[0] == side[2] && side[1] == side[3];
}

class Judge {
public:
    Judge(const StrictFile& before, const StrictFile& after, int permission)
        : before_(before), after_(after), permission_(permission), old_uses_(count_uses(before)) {}

    StepVerdict run() {
        trailer();
        const Object& old_root = before_.trailer().find("Root")->second;
        catalog(number_of(old_root), before_.resolve(old_root), after_.resolve(after_.trailer(), "Root"));
        annotations();
        for (const int number : changed_objects()) {
            if (verdict_.problems.size() >= problems_max) break;
            if (!explained_.contains(number)) unexplained(number);
        }
        return std::move(verdict_);
    }

private:
    void problem(std::string_view key, Error::Arguments arguments = {}) {
        Error error{
            .kind = ErrorKind::refused, .key = std::string(key), .arguments = std::move(arguments), .place = {}};
        if (verdict_.problems.size() < problems_max &&
            std::ranges::find(verdict_.problems, error) == verdict_.problems.end())
            verdict_.problems.push_back(std::move(error));
    }
    void allow(int number) {
        if (number > 0) explained_.insert(number);
    }
    // Structure that a rule may change must not be anything else at the same time, such as a page's content.
    bool is_used_once(int number) const {
        const auto found = old_uses_.find(number);
        return found == old_uses_.end() || found->second <= 1;
    }

    void trailer() {
        const auto same = [&](const char* key) {
            const auto old_entry = before_.trailer().find(key), new_entry = after_.trailer().find(key);
            if (old_entry == before_.trailer().end()) return new_entry == after_.trailer().end();
            return new_entry != after_.trailer().end() && old_entry->second == new_entry->second;
        };
        if (!same("Root")) problem("verify.changed_catalog", {{"what", "Root"}});
        // Two tables of one revision (7.5.8.4): readers that know one and readers that know both see different objects.
        if (after_.trailer().contains("XRefStm")) problem("verify.two_tables");
        information();
        metadata();
        const Object& old_id = before_.resolve(before_.trailer(), "ID");
        const Object& new_id = after_.resolve(after_.trailer(), "ID");
        const bool same_id =
            !old_id.array() || (new_id.array() && !old_id.array()->empty() && !new_id.array()->empty() &&
                                old_id.array()->front() == new_id.array()->front());
        if (!same_id) problem("verify.changed_catalog", {{"what", "ID"}});
    }

    // Writers note when they last saved, and who they are. Nothing else of the information may differ; of the metadata,
    // nothing that names the document.
    void information() {
        const Object& old_entry = entry_of(before_.trailer(), "Info");
        const Object& new_entry = entry_of(after_.trailer(), "Info");
        const int number = number_of(new_entry);
        const bool is_same_object = number_of(old_entry) == number && is_used_once(number);
        if (old_entry == new_entry && before_.object(number) == after_.object(number)) return;
        const bool is_new_object = old_entry.is_null() && is_fresh(new_entry);
        if (number == 0 || !(is_same_object || is_new_object)) return problem("verify.changed_information");
        for (const std::string& key : differing_keys(before_.resolve(old_entry), after_.object(number))) {
            if (!is_any(key, {"ModDate", "Producer"}) || !after_.object(number).at(key).string())
                return problem("verify.changed_information");
        }
        allow(number);
        verdict_.changes.push_back({RevisionChange::Kind::information, ""});
    }

    void metadata() {
        const int number = number_of(before_.resolve(before_.trailer(), "Root").at("Metadata"));
        if (number == 0 || before_.object(number) == after_.object(number)) return;
        if (!is_used_once(number) || !after_.object(number).stream() ||
            own_properties(before_) != own_properties(after_))
            return problem("verify.changed_information");
        allow(number);
        const bool is_said =
            !verdict_.changes.empty() && verdict_.changes.back().kind == RevisionChange::Kind::information;
        if (!is_said) verdict_.changes.push_back({RevisionChange::Kind::information, ""});
    }

    static const Object& entry_of(const Dictionary& dictionary, std::string_view key) {
        static const Object nothing;
        const auto found = dictionary.find(key);
        return found == dictionary.end() ? nothing : found->second;
    }

    void catalog(int number, const Object& old_root, const Object& new_root) {
        allow(number);
        for (const std::string& key : differing_keys(old_root, new_root)) {
            // AcroForm and DSS are looked at below, also where only what they refer to differs.
            if (is_any(key, {"AcroForm", "DSS"})) continue;
            if (key == "Extensions" && new_root.at(key).dictionary() && !holds_reference(new_root.at(key))) continue;
            if (key == "Metadata")
                problem("verify.changed_information");
            else if (key == "Perms")
                problem("verify.changed_permissions");
            else if (key == "Pages")
                problem("verify.changed_pages");
            else
                problem("verify.changed_catalog", {{"what", key}});
        }
        form(old_root.at("AcroForm"), new_root.at("AcroForm"));
        security_store(old_root.at("DSS"), new_root.at("DSS"));
    }

    // ---- the form ----

    void form(const Object& old_entry, const Object& new_entry) {
        const Object& old_form = before_.resolve(old_entry);
        const Object& new_form = after_.resolve(new_entry);
        if (!same_place(old_entry, new_entry)) problem("verify.changed_form", {{"what", "AcroForm"}});
        allow_structure(old_entry);
        for (const std::string& key : differing_keys(old_form, new_form)) {
            if (key == "Fields") continue;
            if (key == "SigFlags" && after_.resolve(new_form.at(key)).integer().value_or(0) == 3) continue;
            problem("verify.changed_form", {{"what", key}});
        }
        const Object &old_fields = before_.resolve(old_form.at("Fields")),
                     &new_fields = after_.resolve(new_form.at("Fields"));
        if (!same_place(old_form.at("Fields"), new_form.at("Fields")))
            problem("verify.changed_form", {{"what", "Fields"}});
        allow_structure(old_form.at("Fields"));
        static const Array none;
        const Array& old_list = old_fields.array() ? *old_fields.array() : none;
        const Array& new_list = new_fields.array() ? *new_fields.array() : none;
        if (old_list.size() > new_list.size() || !std::equal(old_list.begin(), old_list.end(), new_list.begin())) {
            problem("verify.changed_form", {{"what", "Fields"}});
            return;
        }
        for (const Object& entry : old_list) existing_field(entry, entry, 0);
        for (std::size_t i = old_list.size(); i < new_list.size(); ++i) new_field(new_list[i]);
    }

    void existing_field(const Object& old_entry, const Object& new_entry, int depth) {
        if (depth > 32) return;
        const Object &old_field = before_.resolve(old_entry), &new_field = after_.resolve(new_entry);
        const auto keys = differing_keys(old_field, new_field);
        const bool was_waiting =
            is_field_of_signatures(before_, old_field) && before_.resolve(old_field.at("V")).is_null();
        if (!keys.empty() && was_waiting && !new_field.at("V").is_null()) {
            signed_field(number_of(new_entry), old_field, new_field, keys);
        }
        const Object& kids = before_.resolve(old_field.at("Kids"));
        if (!kids.array() || !(old_field.at("Kids") == new_field.at("Kids"))) return;
        for (const Object& kid : *kids.array()) {
            existing_field(kid, kid, depth + 1);
            if (was_waiting && !new_field.at("V").is_null()) widget_of_signed_field(kid);
        }
    }

    void signed_field(int number, const Object& old_field, const Object& new_field,
                      const std::vector<std::string>& keys) {
        const std::string name = text_of(after_.resolve(new_field.at("T")));
        if (permission_ == 1 || is_locked(before_, name))
            return problem("verify.signature_not_permitted", {{"field", name}});
        const Object& value = after_.resolve(new_field.at("V"));
        const auto stamp = is_time_stamp(after_, value);
        if (!stamp || !is_made_now(value) || !is_fresh(new_field.at("V")))
            return problem("verify.changed_field", {{"field", name}});
        // Anybody can have a time-stamp made: it must not put a picture where somebody's signature was awaited.
        if (*stamp && !(shows_nothing(new_field) && keys == std::vector<std::string>{"V"}))
            return problem("verify.changed_field", {{"field", name}});
        if (!is_used_in_the_form(number)) return;
        for (const std::string& key : keys) {
            if (key == "V" || key == "AP" || key == "M" || (key == "F" && only_more_locked(old_field, new_field)))
                continue;
            return problem("verify.changed_field", {{"field", name}});
        }
        if (!has_fresh_appearance(new_field)) return problem("verify.changed_field", {{"field", name}});
        allow(number);
        verdict_.changes.push_back({*stamp ? RevisionChange::Kind::time_stamp : RevisionChange::Kind::signature, name});
    }

    // A field's own widget where the two are separate objects.
    void widget_of_signed_field(const Object& kid) {
        const int number = number_of(kid);
        const Object &old_widget = before_.resolve(kid), &new_widget = after_.resolve(kid);
        if (number == 0 || !old_widget.at("T").is_null()) return;
        for (const std::string& key : differing_keys(old_widget, new_widget)) {
            if (key != "AP" && key != "M" && !(key == "F" && only_more_locked(old_widget, new_widget))) return;
        }
        if (has_fresh_appearance(new_widget)) allow(number);
    }

    bool only_more_locked(const Object& old_widget, const Object& new_widget) const {
        const auto old_flags = before_.resolve(old_widget.at("F")).integer().value_or(0);
        const auto new_flags = after_.resolve(new_widget.at("F")).integer().value_or(0);
        return new_flags == (old_flags | (new_flags & (4 | 128)));
    }

    bool is_used_in_the_form(int number) const {
        // Once in the form (or its parent's kids), once in its page's annotations.
        const auto found = old_uses_.find(number);
        return number > 0 && (found == old_uses_.end() || found->second <= 2);
    }

    void new_field(const Object& entry) {
        const int number = number_of(entry);
        const Object& field = after_.resolve(entry);
        const std::string name = text_of(after_.resolve(field.at("T")));
        if (number == 0 || !before_.object(number).is_null() || old_uses_.contains(number) ||
            !is_field_of_signatures(after_, field)) {
            return problem("verify.added_field", {{"field", name}});
        }
        const Object& value = after_.resolve(field.at("V"));
        const auto stamp = is_time_stamp(after_, value);
        // A signature that hides a paragraph under its picture is the "sneaky signature" on certified documents.
        const bool may_be_there =
            stamp && is_plain_widget(field, *stamp) && (*stamp ? shows_nothing(field) : permission_ == 0);
        if (!may_be_there || !is_made_now(value) || !is_fresh(field.at("V")))
            return problem("verify.added_field", {{"field", name}});
        new_fields_.insert(number);
        verdict_.changes.push_back({*stamp ? RevisionChange::Kind::time_stamp : RevisionChange::Kind::signature, name});
    }

    // A widget of the form and nothing else: no drawing annotation, no action, no layer, no flags that part screen from
    // paper.
    bool is_plain_widget(const Object& field, bool is_stamp) const {
        for (const auto& [key, value] : entries(field)) {
            const bool is_usual = is_any(key, {"Type", "Subtype", "FT", "T", "TU", "Rect", "F", "P", "V"});
            const bool is_of_signatures = is_any(key, {"AP", "Ff", "DA", "Q", "M", "NM", "Lock", "SV", "MK"});
            if (!is_usual && !(is_of_signatures && !is_stamp)) return false;
        }
        const auto flags = field.at("F").is_null() ? std::optional<std::int64_t>(0) : field.at("F").integer();
        return field.at("Subtype").is_name("Widget") && flags && (*flags & ~plain_flags) == 0;
    }

    // A signature that covers exactly this update and not an older one that was moved here.
    bool is_made_now(const Object& value) const {
        const Object& range = after_.resolve(value.at("ByteRange"));
        if (!range.array() || range.array()->size() != 4) return false;
        const auto from = (*range.array())[2].integer().value_or(0), length = (*range.array())[3].integer().value_or(0);
        const auto end = static_cast<std::int64_t>(after_.bytes().size());
        return from > static_cast<std::int64_t>(before_.bytes().size()) && length > 0 && from <= end - length &&
               end - (from + length) <= 2;
    }
    bool is_fresh(const Object& entry) const {
        const int number = number_of(entry);
        return number == 0 || (before_.object(number).is_null() && !old_uses_.contains(number));
    }
    // The appearance is new, or the one that the field had.
    bool has_fresh_appearance(const Object& widget) const {
        const Object& appearance = widget.at("AP");
        if (number_of(appearance) != 0 && !is_fresh(appearance))
            return before_.object(number_of(appearance)) == after_.object(number_of(appearance));
        return true;  // its streams are new objects, or old ones that did not change
    }

    // ---- pages: only new fields may have come to their annotations ----

    void annotations() {
        const auto old_pages = pages_of(before_), new_pages = pages_of(after_);
        if (old_pages.size() != new_pages.size()) problem("verify.changed_pages");
        for (std::size_t i = 0; i < std::min(old_pages.size(), new_pages.size()); ++i)
            page(i + 1, old_pages[i], new_pages[i]);
    }

    void page(std::size_t number, int old_object, int new_object) {
        const Error::Arguments where{{"page", std::to_string(number)}};
        if (old_object != new_object) return problem("verify.changed_pages");
        const Object &old_page = before_.object(old_object), &new_page = after_.object(new_object);
        for (const std::string& key : differing_keys(old_page, new_page)) {
            if (key == "Annots") continue;
            problem(key == "Contents" || key == "Resources" ? "verify.changed_content" : "verify.changed_page", where);
        }
        allow(old_object);
        const Object &old_entry = old_page.at("Annots"), &new_entry = new_page.at("Annots");
        if (!same_place(old_entry, new_entry)) return problem("verify.changed_annotation", where);
        allow_structure(old_entry);
        static const Array none;
        const Object &old_list = before_.resolve(old_entry), &new_list = after_.resolve(new_entry);
        const Array &olds = old_list.array() ? *old_list.array() : none,
                    &news = new_list.array() ? *new_list.array() : none;
        if (olds.size() > news.size() || !std::equal(olds.begin(), olds.end(), news.begin()))
            return problem("verify.changed_annotation", where);
        for (std::size_t i = olds.size(); i < news.size(); ++i) {
            if (!new_fields_.contains(number_of(news[i]))) problem("verify.changed_annotation", where);
        }
    }

    // ---- validation data ----

    // A store of the shape that EN 319 142-1, 5.4.2 gives it, and nothing else. Its parts that are objects of their own
    // must be new, or parts of the old store and of nothing else: a "store" that is a font would let the font change.
    void security_store(const Object& old_entry, const Object& new_entry) {
        if (old_entry == new_entry && !holds_changed_part(old_entry)) return;
        const auto old_parts = store_parts(before_, old_entry), new_parts = store_parts(after_, new_entry);
        const bool was_there = !before_.resolve(old_entry).is_null();
        if ((was_there && (!old_parts || after_.resolve(new_entry).is_null())) || !new_parts)
            return problem("verify.changed_catalog", {{"what", "DSS"}});
        for (const int part : *new_parts) {
            const bool is_old =
                was_there && std::ranges::find(*old_parts, part) != old_parts->end() && is_used_once(part);
            if (!is_old && !(before_.object(part).is_null() && !old_uses_.contains(part)))
                return problem("verify.changed_catalog", {{"what", "DSS"}});
        }
        if (was_there) {
            for (const int part : *old_parts) {
                if (is_used_once(part)) allow(part);
            }
        }
        verdict_.changes.push_back({RevisionChange::Kind::validation_data, ""});
    }

    bool holds_changed_part(const Object& old_entry) const {
        const auto parts = store_parts(before_, old_entry);
        return parts &&
               std::ranges::any_of(*parts, [&](int part) { return !(before_.object(part) == after_.object(part)); });
    }

    // The numbers of dictionaries and lists that are objects of their own; none when it is no store.
    static std::optional<std::vector<int>> store_parts(const StrictFile& file, const Object& entry) {
        std::vector<int> parts;
        const auto open = [&](const Object& holder) -> const Object& {
            if (const int number = number_of(holder)) parts.push_back(number);
            return file.resolve(holder);
        };
        const auto is_list = [&](const Object& holder) {
            const Array* list = open(holder).array();
            return list && std::ranges::all_of(*list, [&](const Object& item) {
                       return item.reference() && (file.resolve(item).stream() || file.resolve(item).is_null());
                   });
        };
        const auto is_dictionary = [](const Object& object) { return object.dictionary() && !object.stream(); };
        const Object& store = open(entry);
        if (store.is_null()) return parts;
        if (!is_dictionary(store)) return std::nullopt;
        for (const auto& [key, value] : entries(store)) {
            if (key == "Type" && value.name()) continue;
            if (is_any(key, {"Certs", "CRLs", "OCSPs"}) && is_list(value)) continue;
            if (key != "VRI" || !is_dictionary(open(value))) return std::nullopt;
            for (const auto& [signature, data] : entries(file.resolve(value))) {
                if (signature == "Type" && data.name()) continue;
                if (!is_dictionary(open(data))) return std::nullopt;
                for (const auto& [kind, list] : entries(file.resolve(data))) {
                    const bool is_time = is_any(kind, {"TU", "Type"}) && (list.string() || list.name());
                    const bool is_stamp = kind == "TS" && list.reference() && file.resolve(list).stream();
                    if (!is_time && !is_stamp && !(is_any(kind, {"Cert", "CRL", "OCSP"}) && is_list(list)))
                        return std::nullopt;
                }
            }
        }
        return parts;
    }

    // ---- everything else ----

    // The same kind of entry: both direct, or the same reference, or newly there.
    static bool same_place(const Object& old_entry, const Object& new_entry) {
        return old_entry.is_null() || number_of(old_entry) == number_of(new_entry);
    }
    // The object that an entry refers to may differ, since what is in it is judged. True when it does.
    bool allow_structure(const Object& old_entry) {
        const int number = number_of(old_entry);
        if (number == 0 || !is_used_once(number)) return false;
        if (before_.object(number).stream() || after_.object(number).stream()) return false;
        allow(number);
        return !(before_.object(number) == after_.object(number));
    }

    std::vector<int> changed_objects() const {
        std::vector<int> out;
        const auto consider = [&](int number, const Object& old_object, const Object& new_object) {
            if (old_object == new_object &&
                (old_object.is_null() || before_.generation(number) == after_.generation(number)))
                return;
            // A new object is reached through others that are judged, unless something old was waiting for it.
            if (old_object.is_null() && !old_uses_.contains(number)) return;
            out.push_back(number);
        };
        for (const auto& [number, object] : before_.objects()) {
            // Containers of cross-references and objects are not part of the document.
            if (is_container(object) && !old_uses_.contains(number)) continue;
            consider(number, object, after_.object(number));
        }
        for (const auto& [number, object] : after_.objects()) {
            if (before_.object(number).is_null()) consider(number, before_.object(number), object);
        }
        return out;
    }

    static bool is_container(const Object& object) {
        return object.stream() && (object.at("Type").is_name("XRef") || object.at("Type").is_name("ObjStm"));
    }

    void unexplained(int number) {
        if (!index_) index_.emplace(before_);
        const auto page = index_->page_of(number);
        const Object &old_object = before_.object(number), &new_object = after_.object(number);
        const bool is_annotation = old_object.at("Type").is_name("Annot") ||
                                   (!old_object.at("Subtype").is_null() && !old_object.at("Rect").is_null());
        if (number_of(before_.trailer().contains("Info") ? before_.trailer().find("Info")->second : Object{}) ==
                number ||
            old_object.at("Type").is_name("Metadata")) {
            problem("verify.changed_information");
        } else if (is_field_of_signatures(before_, old_object) || old_object.at("Type").is_name("Sig") ||
                   !old_object.at("ByteRange").is_null()) {
            problem("verify.changed_signature_object", {{"number", std::to_string(number)}});
        } else if (!old_object.at("FT").is_null()) {
            problem("verify.changed_form", {{"what", text_of(before_.resolve(old_object.at("T")))}});
        } else if (is_annotation && page) {
            problem("verify.changed_annotation", {{"page", std::to_string(*page)}});
        } else if (old_object.at("Type").is_name("Pages") || old_object.at("Type").is_name("Page")) {
            problem("verify.changed_pages");
        } else if (page) {
            problem("verify.changed_content", {{"page", std::to_string(*page)}});
        } else {
            problem(old_object.is_null() && !new_object.is_null() ? "verify.added_object" : "verify.changed_object",
                    {{"number", std::to_string(number)}});
        }
    }

    const StrictFile &before_, &after_;
    int permission_;
    std::map<int, int> old_uses_;  // how often an object is referred to
    std::set<int> explained_, new_fields_;
    std::optional<PageIndex> index_;
    StepVerdict verdict_;
};

}  // namespace

StepVerdict judge_revision(const StrictFile& before, const StrictFile& after, int permission) {
    return Judge(before, after, permission).run();
}

}  // namespace shanqi::seal
