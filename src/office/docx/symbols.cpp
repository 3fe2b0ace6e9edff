#include "office/docx/symbols.hpp"

#include <array>

#include "base/text.hpp"

namespace shanqi::office::docx {
namespace {

constexpr char32_t none = 0;

// Adobe's Symbol encoding, codes 0x20 to 0xFE.
constexpr std::array<char32_t, 0xDF> symbol_font = {
    U' ', U'!',  U'∀', U'#', U'∃', U'%', U'&', U'∋', U'(', U')', U'∗', U'+', U',', U'−', U'.', U'/',  // 20
    U'0', U'1',  U'2', U'3', U'4', U'5', U'6', U'7', U'8', U'9', U':', U';', U'<', U'=', U'>', U'?',  // 30
    U'≅', U'Α',  U'Β', U'Χ', U'Δ', U'Ε', U'Φ', U'Γ', U'Η', U'Ι', U'ϑ', U'Κ', U'Λ', U'Μ', U'Ν', U'Ο',  // 40
    U'Π', U'Θ',  U'Ρ', U'Σ', U'Τ', U'Υ', U'ς', U'Ω', U'Ξ', U'Ψ', U'Ζ', U'[', U'∴', U']', U'⊥', U'_',  // 50
    U'‾', U'α',  U'β', U'χ', U'δ', U'ε', U'φ', U'γ', U'η', U'ι', U'ϕ', U'κ', U'λ', U'μ', U'ν', U'ο',  // 60
    U'π', U'θ',  U'ρ', U'σ', U'τ', U'υ', U'ϖ', U'ω', U'ξ', U'ψ', U'ζ', U'{', U'|', U'}', U'∼', none,  // 70
    none, none,  none, none, none, none, none, none, none, none, none, none, none, none, none, none,  // 80
    none, none,  none, none, none, none, none, none, none, none, none, none, none, none, none, none,  // 90
    U'€', U'ϒ',  U'′', U'≤', U'⁄', U'∞', U'ƒ', U'♣', U'♦', U'♥', U'♠', U'↔', U'←', U'↑', U'→', U'↓',  // A0
    U'°', U'±',  U'″', U'≥', U'×', U'∝', U'∂', U'•', U'÷', U'≠', U'≡', U'≈', U'…', U'│', U'─', U'↵',  // B0
    U'ℵ', U'ℑ',  U'ℜ', U'℘', U'⊗', U'⊕', U'∅', U'∩', U'∪', U'⊃', U'⊇', U'⊄', U'⊂', U'⊆', U'∈', U'∉',  // C0
    U'∠', U'∇',  U'®', U'©', U'™', U'∏', U'√', U'⋅', U'¬', U'∧', U'∨', U'⇔', U'⇐', U'⇑', U'⇒', U'⇓',  // D0
    U'◊', U'〈', U'®', U'©', U'™', U'∑', U'⎛', U'⎜', U'⎝', U'⎡', U'⎢', U'⎣', U'⎧', U'⎨', U'⎩', U'⎪',  // E0
    none, U'〉', U'∫', U'⌠', U'⎮', U'⌡', U'⎞', U'⎟', U'⎠', U'⎤', U'⎥', U'⎦', U'⎫', U'⎬', U'⎭',        // F0
};

struct Mapping {
    unsigned char code;
    char32_t character;
};

// The signs of Wingdings that lists, check boxes and forms use, by the nearest characters that free fonts have.
constexpr std::array wingdings = std::to_array<Mapping>({
    {0x20, U' '}, {0x21, U'✏'}, {0x22, U'✂'}, {0x28, U'☎'}, {0x2A, U'✉'}, {0x36, U'⌛'}, {0x3E, U'✇'}, {0x3F, U'✍'},
    {0x41, U'✌'}, {0x46, U'☞'}, {0x45, U'☜'}, {0x47, U'☝'}, {0x48, U'☟'}, {0x4A, U'☺'},  {0x4C, U'☹'}, {0x4E, U'☠'},
    {0x52, U'☼'}, {0x54, U'❄'}, {0x58, U'✠'}, {0x59, U'✡'}, {0x5A, U'☪'}, {0x5B, U'☯'},  {0x6C, U'●'}, {0x6D, U'○'},
    {0x6E, U'■'}, {0x6F, U'□'}, {0x70, U'□'}, {0x71, U'□'}, {0x72, U'□'}, {0x73, U'◆'},  {0x74, U'◆'}, {0x75, U'◆'},
    {0x76, U'❖'}, {0x77, U'◆'}, {0x78, U'☒'}, {0x79, U'☒'}, {0x7B, U'❀'}, {0x7C, U'✿'},  {0x7D, U'❝'}, {0x7E, U'❞'},
    {0x80, U'⓪'}, {0x81, U'①'}, {0x82, U'②'}, {0x83, U'③'}, {0x84, U'④'}, {0x85, U'⑤'},  {0x86, U'⑥'}, {0x87, U'⑦'},
    {0x88, U'⑧'}, {0x89, U'⑨'}, {0x8A, U'⑩'}, {0x8B, U'⓿'}, {0x8C, U'❶'}, {0x8D, U'❷'},  {0x8E, U'❸'}, {0x8F, U'❹'},
    {0x90, U'❺'}, {0x91, U'❻'}, {0x92, U'❼'}, {0x93, U'❽'}, {0x94, U'❾'}, {0x95, U'❿'},  {0x9E, U'·'}, {0x9F, U'•'},
    {0xA0, U'•'}, {0xA1, U'○'}, {0xA2, U'○'}, {0xA3, U'○'}, {0xA4, U'◉'}, {0xA5, U'◎'},  {0xA6, U'○'}, {0xA7, U'■'},
    {0xA8, U'□'}, {0xAA, U'✦'}, {0xAB, U'★'}, {0xAC, U'✶'}, {0xAD, U'✴'}, {0xAE, U'✹'},  {0xB2, U'✧'}, {0xB5, U'✪'},
    {0xB6, U'✰'}, {0xD5, U'⌫'}, {0xD6, U'⌦'}, {0xD7, U'◀'}, {0xD8, U'➢'}, {0xD9, U'▲'},  {0xDA, U'▼'}, {0xDC, U'➲'},
    {0xDF, U'←'}, {0xE0, U'→'}, {0xE1, U'↑'}, {0xE2, U'↓'}, {0xE3, U'↖'}, {0xE4, U'↗'},  {0xE5, U'↙'}, {0xE6, U'↘'},
    {0xE7, U'←'}, {0xE8, U'➔'}, {0xE9, U'↑'}, {0xEA, U'↓'}, {0xEF, U'⇦'}, {0xF0, U'⇨'},  {0xF1, U'⇧'}, {0xF2, U'⇩'},
    {0xF3, U'⇔'}, {0xF4, U'⇕'}, {0xFB, U'✗'}, {0xFC, U'✓'}, {0xFD, U'☒'}, {0xFE, U'☑'},
});

constexpr std::array wingdings_2 = std::to_array<Mapping>({
    {0x20, U' '}, {0x4F, U'✗'}, {0x50, U'✓'}, {0x51, U'☒'}, {0x52, U'☑'}, {0x53, U'☒'}, {0x54, U'☒'}, {0x56, U'⊗'},
    {0x57, U'⊘'}, {0x69, U'⓪'}, {0x6A, U'①'}, {0x6B, U'②'}, {0x6C, U'③'}, {0x6D, U'④'}, {0x6E, U'⑤'}, {0x6F, U'⑥'},
    {0x70, U'⑦'}, {0x71, U'⑧'}, {0x72, U'⑨'}, {0x73, U'⑩'}, {0x75, U'❶'}, {0x76, U'❷'}, {0x77, U'❸'}, {0x78, U'❹'},
    {0x79, U'❺'}, {0x7A, U'❻'}, {0x7B, U'❼'}, {0x7C, U'❽'}, {0x7D, U'❾'}, {0x7E, U'❿'}, {0x81, U'○'}, {0x95, U'·'},
    {0x96, U'•'}, {0x97, U'●'}, {0x98, U'●'}, {0x99, U'◉'}, {0x9A, U'◎'}, {0x9E, U'■'}, {0x9F, U'■'}, {0xA0, U'■'},
    {0xA2, U'■'}, {0xA3, U'□'}, {0xA4, U'□'}, {0xAE, U'◆'}, {0xB0, U'◇'}, {0xEA, U'★'},
});

constexpr std::array wingdings_3 = std::to_array<Mapping>({
    {0x20, U' '},
    {0x66, U'←'},
    {0x67, U'→'},
    {0x68, U'↑'},
    {0x69, U'↓'},
    {0x70, U'▲'},
    {0x71, U'▼'},
    {0x72, U'△'},
    {0x73, U'▽'},
    {0x74, U'◀'},
    {0x75, U'▶'},
    {0x76, U'◁'},
    {0x77, U'▷'},
    {0x7D, U'▶'},
});

constexpr std::array webdings = std::to_array<Mapping>({
    {0x20, U' '},
    {0x33, U'◀'},
    {0x34, U'▶'},
    {0x35, U'▲'},
    {0x36, U'▼'},
    {0x61, U'✓'},
    {0x63, U'□'},
    {0x67, U'■'},
    {0x6E, U'●'},
    {0x72, U'✗'},
    {0x69, U'ℹ'},
});

template <std::size_t N>
char32_t lookup(const std::array<Mapping, N>& table, char32_t code) {
    for (const Mapping& mapping : table) {
        if (mapping.code == code) return mapping.character;
    }
    return none;
}

}  // namespace

bool is_symbol_font(std::string_view font) {
    return font == "Symbol" || font == "Wingdings" || font == "Wingdings 2" || font == "Wingdings 3" ||
           font == "Webdings";
}

char32_t symbol_character(std::string_view font, char32_t code) {
    if (!is_symbol_font(font)) return code;
    if (code >= 0xF000 && code <= 0xF0FF) code -= 0xF000;  // where Word puts the codes of symbol fonts
    if (code > 0xFF) return code;                          // already a character
    if (font == "Symbol") return code >= 0x20 && code - 0x20 < symbol_font.size() ? symbol_font[code - 0x20] : none;
    if (font == "Wingdings") return lookup(wingdings, code);
    if (font == "Wingdings 2") return lookup(wingdings_2, code);
    if (font == "Wingdings 3") return lookup(wingdings_3, code);
    return lookup(webdings, code);
}

std::string symbol_text(std::string_view font, std::string_view text, bool& has_unknown) {
    if (!is_symbol_font(font)) return std::string(text);
    std::string out;
    for (const char32_t code : to_utf32(text)) {
        const char32_t character = symbol_character(font, code);
        has_unknown = has_unknown || character == none;
        append_utf8(out, character == none ? U'□' : character);
    }
    return out;
}

}  // namespace shanqi::office::docx
