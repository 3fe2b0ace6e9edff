#include <fmt/format.h>

#include <iterator>

#include "seal/seal.hpp"
#include "seal/seal_layout.hpp"

namespace shanqi::seal {
namespace {

// Micrometres are enough for anything that is printed.
void append_number(std::string& out, double value) {
    std::string text = fmt::format("{:.3f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    if (text == "-0") text = "0";
    out += text;
}

void append_points(std::string& out, const Outline::Step& step, std::size_t count, double middle) {
    for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) out += ' ';
        append_number(out, step.points[i].x + middle);
        out += ' ';
        append_number(out, step.points[i].y + middle);
    }
}

std::string path_data(const Outline& outline, double middle) {
    std::string data;
    for (const Outline::Step& step : outline.steps()) {
        switch (step.verb) {
            case Outline::Verb::move:
                data += 'M';
                append_points(data, step, 1, middle);
                break;
            case Outline::Verb::line:
                data += 'L';
                append_points(data, step, 1, middle);
                break;
            case Outline::Verb::cubic:
                data += 'C';
                append_points(data, step, 3, middle);
                break;
            case Outline::Verb::close:
                data += 'Z';
                break;
        }
    }
    return data;
}

}  // namespace

Result<std::string> draw_seal_svg(const SealPicture& picture) {
    const std::vector<Layer> layers = TRY(seal_layers(picture));
    std::string svg = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{0}mm\" height=\"{0}mm\" viewBox=\"0 0 {0} "
        "{0}\">\n",
        picture.diameter_mm);
    for (const Layer& layer : layers)
        fmt::format_to(std::back_inserter(svg), "<path fill=\"#{:02X}{:02X}{:02X}\" fill-opacity=\"{}\" d=\"{}\"/>\n",
                       layer.colour.red, layer.colour.green, layer.colour.blue, layer.opacity,
                       path_data(layer.outline, picture.diameter_mm / 2));
    svg += "</svg>\n";
    return svg;
}

}  // namespace shanqi::seal
