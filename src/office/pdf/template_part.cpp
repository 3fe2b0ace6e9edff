#include "office/pdf/template_part.hpp"

#include <cstring>
#include <set>
#include <unordered_set>

#include "office/pdf/color_profile.hpp"
#include "office/pdf/content.hpp"

namespace shanqi::office::pdf {
namespace {

constexpr int template_deflate_level = 12;  // made once, stands in every file

template <class Value>
void append_bytes(std::string& key, const Value& value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_profile(TemplatePart& part) {
    std::string profile = deflated(srgb_profile(), template_deflate_level);
    part.profile = part.body.stream("/N 3/Filter/FlateDecode", profile);
}

}  // namespace

Result<std::shared_ptr<const StaticContent>> TemplateParts::find(const Pages& pages, const std::vector<PagePlan>& plans,
                                                                 bool has_seal) {
    std::string key(1, has_seal ? 'S' : '-');
    for (std::size_t i = 0; i < plans.size(); ++i) {
        append_bytes(key, pages.pages[i].height);
        append_bytes(key, plans[i].fixed.size());
        for (const PlacedFragment* placed : plans[i].fixed) {
            append_bytes(key, placed->fragment->static_id);
            append_bytes(key, placed->at);
        }
    }
    if (auto known = contents_.find(key)) return known;
    auto of_template = TRY(part(plans, has_seal));
    return contents_.keep(key, make_content(std::move(of_template), pages, plans));
}

Result<std::shared_ptr<const TemplatePart>> TemplateParts::part(const std::vector<PagePlan>& plans, bool has_seal) {
    std::string key(1, has_seal ? 'S' : '-');
    std::unordered_set<std::uint64_t> seen;
    std::vector<const Fragment*> fragments;
    for (const PagePlan& plan : plans)
        for (const PlacedFragment* placed : plan.fixed) {
            if (!seen.insert(placed->fragment->static_id).second) continue;
            fragments.push_back(placed->fragment.get());
            append_bytes(key, placed->fragment->static_id);
        }
    if (auto known = parts_.find(key)) return known;
    return parts_.keep(key, TRY(make_part(fragments, has_seal)));
}

Result<std::shared_ptr<const TemplatePart>> TemplateParts::make_part(const std::vector<const Fragment*>& fragments,
                                                                     bool has_seal) const {
    auto part = std::make_shared<TemplatePart>();
    Body& body = part->body;
    // ISO 19005-2, 6.1.2: four bytes above 127 tell programs that guess that this is binary.
    body.bytes = "%PDF-1.7\n%\xE5\x96\x84\xE5\x99\xA8\n";
    append_profile(*part);
    part->empty_appearance = body.stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>", "");
    std::set<int> used_pictures;
    for (const Fragment* fragment : fragments) {
        for (const GlyphRun& run : fragment->runs) part->fonts.use(run);
        for (const PlacedImage& placed : fragment->images) used_pictures.insert(placed.image);
    }
    for (int index : used_pictures)
        if (index >= 0 && static_cast<std::size_t>(index) < material_.pictures.size())
            part->pictures[index] = write_picture(body, material_.pictures[static_cast<std::size_t>(index)]);
    if (has_seal && material_.stamp) {
        part->seal = write_picture(body, *material_.stamp);
        // Ink on paper: black text stays black under the red.
        part->seal_state = body.dictionary("/Type/ExtGState/BM/Multiply");
    }
    TRY_DO(part->fonts.write(body, *material_.outlines, template_font_letter, template_deflate_level,
                             part->font_resources));
    part->hash.update(body.bytes);
    return part;
}

std::shared_ptr<const StaticContent> TemplateParts::make_content(std::shared_ptr<const TemplatePart> part,
                                                                 const Pages& pages,
                                                                 const std::vector<PagePlan>& plans) const {
    auto content = std::make_shared<StaticContent>();
    content->body = Body(part->body.objects(), part->body.size());
    for (std::size_t i = 0; i < plans.size(); ++i) {
        ContentWriter writer(pages.pages[i].height, *material_.outlines, part->fonts, nullptr);
        for (const PlacedFragment* placed : plans[i].fixed) writer.draw(*placed->fragment, placed->at);
        content->streams.push_back(
            writer.empty() ? 0
                           : content->body.stream("/Filter/FlateDecode",
                                                  deflated(std::move(writer).finish(), template_deflate_level)));
    }
    content->hash = part->hash;
    content->hash.update(content->body.bytes);
    content->part = std::move(part);
    return content;
}

}  // namespace shanqi::office::pdf
