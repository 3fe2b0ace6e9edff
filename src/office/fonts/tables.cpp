#include "office/fonts/tables.hpp"

#include <array>

namespace shanqi::office::fonts {
namespace {

constexpr std::string_view noto = "fonts-noto-cjk", kaiti = "fonts-lxgw-wenkai", liberation = "fonts-liberation";
constexpr std::string_view bootstrap = "texlive-lang-chinese(FandolFang-Regular.otf)";

using enum Design;
constexpr std::array sources = std::to_array<FaceSource>({
    // design, bold, italic, serif, file, family in the collection, package, required
    {song, false, false, true, "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", noto, true},
    {song, true, false, true, "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC", noto, true},
    {hei, false, false, false, "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC", noto, true},
    {hei, true, false, false, "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC", noto, true},
    {fang, false, false, true, "FandolFang-Regular.otf", "", bootstrap, true},
    {kai, false, false, true, "LXGWWenKai-Regular.ttf", "", kaiti, true},
    {kai, true, false, true, "LXGWWenKai-Bold.ttf", "", kaiti, false},
    {song_traditional, false, false, true, "NotoSerifCJK-Regular.ttc", "Noto Serif CJK TC", noto, true},
    {song_traditional, true, false, true, "NotoSerifCJK-Bold.ttc", "Noto Serif CJK TC", noto, true},
    {hei_traditional, false, false, false, "NotoSansCJK-Regular.ttc", "Noto Sans CJK TC", noto, true},
    {hei_traditional, true, false, false, "NotoSansCJK-Bold.ttc", "Noto Sans CJK TC", noto, true},
    {serif, false, false, true, "LiberationSerif-Regular.ttf", "", liberation, true},
    {serif, true, false, true, "LiberationSerif-Bold.ttf", "", liberation, true},
    {serif, false, true, true, "LiberationSerif-Italic.ttf", "", liberation, true},
    {serif, true, true, true, "LiberationSerif-BoldItalic.ttf", "", liberation, true},
    {sans, false, false, false, "LiberationSans-Regular.ttf", "", liberation, true},
    {sans, true, false, false, "LiberationSans-Bold.ttf", "", liberation, true},
    {sans, false, true, false, "LiberationSans-Italic.ttf", "", liberation, true},
    {sans, true, true, false, "LiberationSans-BoldItalic.ttf", "", liberation, true},
    {mono, false, false, false, "LiberationMono-Regular.ttf", "", liberation, true},
    {mono, true, false, false, "LiberationMono-Bold.ttf", "", liberation, true},
    {mono, false, true, false, "LiberationMono-Italic.ttf", "", liberation, true},
    {mono, true, true, false, "LiberationMono-BoldItalic.ttf", "", liberation, true},
    {narrow, false, false, false, "LiberationSansNarrow-Regular.ttf", "", liberation, false},
    {narrow, true, false, false, "LiberationSansNarrow-Bold.ttf", "", liberation, false},
    {carlito, false, false, false, "Carlito-Regular.ttf", "", "fonts-crosextra-carlito", false},
    {carlito, true, false, false, "Carlito-Bold.ttf", "", "fonts-crosextra-carlito", false},
    {carlito, false, true, false, "Carlito-Italic.ttf", "", "fonts-crosextra-carlito", false},
    {carlito, true, true, false, "Carlito-BoldItalic.ttf", "", "fonts-crosextra-carlito", false},
    {caladea, false, false, true, "Caladea-Regular.ttf", "", "fonts-crosextra-caladea", false},
    {caladea, true, false, true, "Caladea-Bold.ttf", "", "fonts-crosextra-caladea", false},
    {caladea, false, true, true, "Caladea-Italic.ttf", "", "fonts-crosextra-caladea", false},
    {caladea, true, true, true, "Caladea-BoldItalic.ttf", "", "fonts-crosextra-caladea", false},
    {symbols, false, false, false, "DejaVuSans.ttf", "", "fonts-dejavu-core", false},  // ☐ ☑ ☒
    {rare, false, false, true, "BabelStoneHan.ttf", "", "fonts-babelstone-han", true},
});

// The ascent and descent are those of the original font files (hhea or OS/2 win, which Word uses for Chinese
// fonts). Word sets a line of a Chinese font at 1.3 times their sum; half of the rest stands above, half below.
constexpr LineMetrics chinese(double ascent, double descent) {
    const double extra = (ascent + descent) * 0.15;
    return {ascent + extra, descent + extra, 0};
}
constexpr LineMetrics sim = chinese(220.0 / 256, 36.0 / 256);   // SimSun, SimHei, FangSong, KaiTi and most others
constexpr LineMetrics ming = chinese(205.0 / 256, 51.0 / 256);  // MingLiU, DFKai
constexpr LineMetrics yahei = chinese(1.0581, 0.2617);
constexpr LineMetrics noto_serif = chinese(1.151, 0.286), noto_sans = chinese(1.160, 0.288);
constexpr LineMetrics times = {0.8911, 0.2163, 0.0425}, arial = {0.9053, 0.2119, 0.0327};

constexpr std::array family_table = std::to_array<Family>({
    // names, design, heavy, half-width Latin, metrics
    {"宋体|SimSun|NSimSun|新宋体|SimSun-ExtB|宋体-PUA|中易宋体", song, false, true, sim},
    {"黑体|SimHei|中易黑体", hei, false, true, sim},
    {"仿宋|FangSong|仿宋_GB2312|FangSong_GB2312|仿宋体", fang, false, true, sim},
    {"楷体|KaiTi|楷体_GB2312|KaiTi_GB2312|楷体简体", kai, false, true, sim},
    {"华文仿宋|STFangsong|方正仿宋_GBK|方正仿宋简体|方正仿宋_GB2312|方正仿宋_GB18030|方正仿宋|FZFangSong-Z02|"
     "FZFangSong-Z02S|汉仪仿宋简",
     fang, false, false, sim},
    {"华文楷体|STKaiti|STKai|方正楷体_GBK|方正楷体简体|方正楷体_GB2312|方正楷体|FZKai-Z03|FZKai-Z03S|汉仪楷体简|Kaiti "
     "SC|全字庫正楷體",
     kai, false, false, sim},
    {"霞鹜文楷|LXGW WenKai|霞鹜文楷 GB|LXGW WenKai GB", kai, false, false, chinese(0.928, 0.256)},
    {"方正小标宋简体|方正小标宋_GBK|方正小标宋|FZXiaoBiaoSong-B05|FZXiaoBiaoSong-B05S|FZXBSJW--GB1-0|方正大标宋简体|"
     "方正大标宋_GBK|方正粗宋简体|"
     "创艺简标宋|文星标宋|汉仪大宋简|华康简标题宋|小标宋体|小标宋",
     song, true, false, sim},
    {"华文宋体|STSong|华文中宋|STZhongsong|方正书宋_GBK|方正书宋简体|方正宋体S|方正宋三简体|Songti "
     "SC|宋体-简|汉仪书宋二简",
     song, false, false, sim},
    {"思源宋体|思源宋体 CN|Source Han Serif SC|Source Han Serif CN|Source Han Serif|Noto Serif CJK SC|Noto Serif SC",
     song, false, false, noto_serif},
    {"思源黑体|思源黑体 CN|Source Han Sans SC|Source Han Sans CN|Source Han Sans|Noto Sans CJK SC|Noto Sans SC", hei,
     false, false, noto_sans},
    {"微软雅黑|Microsoft YaHei|Microsoft YaHei UI|微软雅黑 Light|Microsoft YaHei Light", hei, false, false, yahei},
    {"等线|DengXian|等线 Light|DengXian Light|等线 Regular", hei, false, false, sim},
    {"华文黑体|STHeiti|华文细黑|STXihei|方正黑体_GBK|方正黑体简体|方正黑体|FZHei-B01|FZHei-B01S|方正兰亭黑|Heiti "
     "SC|苹方|苹方-简|PingFang SC|幼圆|YouYuan|"
     "方正等线|汉仪中黑简|冬青黑体简体中文|Hiragino Sans GB|文泉驿微米黑|WenQuanYi Micro Hei|文泉驿正黑|WenQuanYi Zen "
     "Hei|阿里巴巴普惠体|"
     "Alibaba PuHuiTi|HarmonyOS Sans SC|MiSans|OPPOSans",
     hei, false, false, sim},
    {"华文琥珀|STHupo|方正粗黑宋简体|方正超粗黑简体|方正大黑简体", hei, true, false, sim},
    // Scribal and running hands: the nearest hand that is free is 楷体.
    {"隶书|LiSu|华文隶书|STLiti|华文行楷|STXingkai|华文新魏|STXinwei|方正舒体|FZShuTi|方正姚体|FZYaoti|方正隶书简体|"
     "方正隶书_GBK|方正魏碑简体|方正行楷简体|"
     "方正行楷_GBK|汉仪行楷简|华文彩云|STCaiyun",
     kai, false, false, sim},
    {"新細明體|PMingLiU|細明體|MingLiU|MingLiU_HKSCS|PMingLiU-ExtB|MingLiU-ExtB|細明體_HKSCS|標準宋體|Songti TC|LiSong "
     "Pro|"
     "Source Han Serif TC|Noto Serif CJK TC|Noto Serif TC|思源宋體",
     song_traditional, false, false, ming},
    {"微軟正黑體|Microsoft JhengHei|Microsoft JhengHei UI|PingFang TC|PingFang HK|Heiti TC|Source Han Sans TC|Noto "
     "Sans CJK TC|Noto Sans TC|"
     "思源黑體|蘋方-繁",
     hei_traditional, false, false, chinese(1.0581, 0.2719)},
    {"標楷體|DFKai-SB|BiauKai|Kaiti TC", kai, false, false, ming},
    {"ＭＳ 明朝|MS Mincho|ＭＳ Ｐ明朝|MS PMincho|Yu Mincho|游明朝|Batang|BatangChe", song, false, false, sim},
    {"ＭＳ ゴシック|MS Gothic|ＭＳ Ｐゴシック|MS PGothic|Yu Gothic|游ゴシック|Meiryo|メイリオ|Gulim|Dotum|Malgun "
     "Gothic",
     hei, false, false, sim},

    {"Times New Roman|Times|Liberation Serif|Nimbus Roman|Tinos|Thorndale|宋体_Times", serif, false, false, times},
    {"Cambria|Cambria Math|Caladea", caladea, false, false, {0.9502, 0.2222, 0}},
    {"Georgia|Constantia|Century|Century Schoolbook|Bookman Old Style", serif, false, false, {0.9170, 0.2192, 0}},
    {"Garamond|Book Antiqua|Palatino Linotype|Palatino|Baskerville Old Face|Perpetua|Bodoni MT|Sylfaen|Minion "
     "Pro|Goudy Old Style|Centaur",
     serif, false, false, times},
    {"Arial|Helvetica|Helvetica Neue|Liberation Sans|Arimo|Albany|Arial Unicode MS|Nimbus Sans|Microsoft Sans Serif|MS "
     "Sans Serif",
     sans, false, false, arial},
    {"Arial Black", sans, true, false, {1.1006, 0.3096, 0}},
    {"Arial Narrow|Helvetica Narrow|Liberation Sans Narrow", narrow, false, false, {0.9356, 0.2119, 0}},
    {"Calibri|Calibri Light|Carlito", carlito, false, false, {0.75, 0.25, 0.2207}},
    {"Segoe UI|Segoe UI Light|Segoe UI Semibold|Segoe UI Symbol", sans, false, false, {1.0791, 0.2510, 0}},
    {"Verdana", sans, false, false, {1.0054, 0.2100, 0}},
    {"Tahoma", sans, false, false, {1.0005, 0.2065, 0}},
    {"Trebuchet MS|Candara|Corbel|Century Gothic|Franklin Gothic Book|Franklin Gothic Medium|Gill Sans MT|Lucida Sans "
     "Unicode|Lucida Sans|"
     "Comic Sans MS|Roboto|Open Sans|Aptos|Aptos Display|Noto Sans|DejaVu Sans|Impact",
     sans,
     false,
     false,
     {0.9390, 0.2222, 0}},
    {"Courier New|Courier|Liberation Mono|Cousine|Cumberland", mono, false, false, {0.8328, 0.3003, 0}},
    {"Consolas|Lucida Console|Cascadia Mono|Cascadia Code|Menlo|Monaco|DejaVu Sans Mono|Source Code Pro",
     mono,
     false,
     false,
     {0.7432, 0.2568, 0.1704}},
    {"Symbol|Wingdings|Wingdings 2|Wingdings 3|Webdings|MT Extra", serif, false, false, {1.0054, 0.2197, 0}},
});

bool contains_any(std::string_view name, std::initializer_list<std::string_view> parts) {
    for (const auto part : parts)
        if (name.find(part) != std::string_view::npos) return true;
    return false;
}

const Family& first_of(Design design, bool heavy = false) {
    for (const Family& family : family_table)
        if (family.design == design && family.heavy == heavy) return family;
    return family_table.front();
}

}  // namespace

std::span<const FaceSource> face_sources() { return sources; }

bool is_misdrawn(Design design, char32_t character) {
    // Private use: each font has something else there, and a contract must not show a sign that nobody wrote.
    if ((character >= 0xE000 && character <= 0xF8FF) || character >= 0xF0000) return true;
    return design == fang && character == U'￥';  // FandolFang has a dollar sign there
}

std::span<const Family> families() { return family_table; }

const Family& nearest_family(std::string_view name, bool east_asian) {
    if (contains_any(name, {"仿宋", "fangsong", "仿"})) return first_of(fang);
    if (contains_any(name, {"标宋", "粗宋", "大宋"})) return first_of(song, true);
    if (contains_any(name, {"楷", "隶", "行书", "魏", "草", "瘦金", "手写", "kai", "xing", "lishu"}))
        return first_of(kai);
    if (contains_any(name, {"黑", "圆", "heiti", "yahei", "等线", "ゴシック", "cjk sans"})) return first_of(hei);
    if (contains_any(name, {"宋", "song", "明朝", "ming"})) return first_of(song);
    const bool is_sans = contains_any(name, {"sans", "gothic", "grotesk", "grotesque", "helvet", "arial"});
    if (east_asian) return first_of(is_sans ? hei : song);
    if (contains_any(name, {"mono", "code", "courier", "consol"})) return first_of(mono);
    return first_of(is_sans ? sans : serif);
}

}  // namespace shanqi::office::fonts
