#include "office/layout/line_break.hpp"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>
#include <memory>

namespace shanqi::office {
namespace {

// ICU's ULineBreak values, and one of our own: an opening bracket of East Asian width (LB30).
using Class = std::uint8_t;
constexpr Class wide_open = 250;

Class icu_class(char32_t character) {
    const auto value = u_getIntPropertyValue(static_cast<UChar32>(character), UCHAR_LINE_BREAK);
    if (value == U_LB_OPEN_PUNCTUATION) {
        const auto width = u_getIntPropertyValue(static_cast<UChar32>(character), UCHAR_EAST_ASIAN_WIDTH);
        if (width == U_EA_FULLWIDTH || width == U_EA_WIDE || width == U_EA_HALFWIDTH) return wide_open;
    }
    return static_cast<Class>(value);
}

Class class_of(char32_t character) {
    static const auto table = [] {
        auto classes = std::make_unique<std::array<Class, 0x10000>>();
        for (char32_t c = 0; c < 0x10000; ++c) (*classes)[c] = icu_class(c);
        return classes;
    }();
    return character < 0x10000 ? (*table)[character] : icu_class(character);
}

// Characters that are Chinese punctuation only in Chinese text.
Class chinese_class(char32_t character, Class given) {
    switch (character) {
        case U'“':
        case U'‘':
            return wide_open;
        case U'”':
        case U'’':
            return U_LB_CLOSE_PUNCTUATION;
        case U'·':
        case U'～':
        case U'｜':
            return U_LB_NONSTARTER;  // GB/T 15834 5.1: never first in a line
        case U'―':
            return U_LB_BREAK_BOTH;
        default:
            break;
    }
    return given == U_LB_AMBIGUOUS ? static_cast<Class>(U_LB_IDEOGRAPHIC) : given;
}

Class without_kinsoku(Class given, bool east_asian) {
    if (!east_asian) return given;
    switch (given) {
        case wide_open:
        case U_LB_OPEN_PUNCTUATION:
        case U_LB_CLOSE_PUNCTUATION:
        case U_LB_EXCLAMATION:
        case U_LB_NONSTARTER:
        case U_LB_INSEPARABLE:
        case U_LB_INFIX_NUMERIC:
            return U_LB_IDEOGRAPHIC;
        default:
            return given;
    }
}

// LB1, and our tailoring.
Class resolved(char32_t character, bool east_asian, const LineBreakOptions& options, bool& needs_dictionary) {
    Class value = class_of(character);
    if (east_asian) value = chinese_class(character, value);
    if (!options.kinsoku) value = without_kinsoku(value, east_asian);
    switch (value) {
        case U_LB_AMBIGUOUS:
        case U_LB_SURROGATE:
        case U_LB_UNKNOWN:
            value = U_LB_ALPHABETIC;
            break;
        case U_LB_CONDITIONAL_JAPANESE_STARTER:
            value = U_LB_NONSTARTER;
            break;
        case U_LB_COMPLEX_CONTEXT:
            needs_dictionary = true;
            value = U_LB_ALPHABETIC;
            break;
        default:
            break;
    }
    if (options.break_words && (value == U_LB_ALPHABETIC || value == U_LB_NUMERIC || value == U_LB_HEBREW_LETTER))
        value = U_LB_IDEOGRAPHIC;
    return value;
}

template <class... Classes>
constexpr bool is(Class value, Classes... classes) {
    return ((value == classes) || ...);
}
constexpr bool is_letter(Class value) { return is(value, U_LB_ALPHABETIC, U_LB_HEBREW_LETTER); }
constexpr bool is_open(Class value) { return is(value, U_LB_OPEN_PUNCTUATION, wide_open); }
constexpr bool is_close(Class value) { return is(value, U_LB_CLOSE_PUNCTUATION, U_LB_CLOSE_PARENTHESIS); }
constexpr bool is_ideograph(Class value) { return is(value, U_LB_IDEOGRAPHIC, U_LB_E_BASE, U_LB_E_MODIFIER); }
constexpr bool is_hangul(Class value) { return is(value, U_LB_JL, U_LB_JV, U_LB_JT, U_LB_H2, U_LB_H3); }
constexpr bool is_mandatory(Class value) {
    return is(value, U_LB_MANDATORY_BREAK, U_LB_CARRIAGE_RETURN, U_LB_LINE_FEED, U_LB_NEXT_LINE);
}

// What stands before the place in question.
struct Before {
    Class last = U_LB_ALPHABETIC;         // the last character that is neither a space nor combining
    Class before_last = U_LB_ALPHABETIC;  // for LB21a
    bool spaces = false;
    bool starts_piece = true;  // a line may begin with `last`
    bool joiner = false;       // a ZWJ directly before (LB8a)
    enum class Number : std::uint8_t { no, inside, closed } number = Number::no;
    int regional_indicators = 0;
};

// LB25 as the standard's regular expression: (PR|PO)? (OP|HY)? IS? NU (NU|SY|IS)* (CL|CP)? (PR|PO)?
bool number_goes_on(const Before& before, Class next, bool number_follows) {
    using Number = Before::Number;
    if (before.number == Number::inside && is(next, U_LB_NUMERIC, U_LB_POSTFIX_NUMERIC, U_LB_PREFIX_NUMERIC))
        return true;
    if (before.number == Number::closed && is(next, U_LB_POSTFIX_NUMERIC, U_LB_PREFIX_NUMERIC)) return true;
    if (is(before.last, U_LB_PREFIX_NUMERIC, U_LB_POSTFIX_NUMERIC)) {
        if (next == U_LB_NUMERIC) return true;
        if ((is_open(next) || next == U_LB_HYPHEN) && number_follows) return true;
    }
    return is(before.last, U_LB_HYPHEN, U_LB_INFIX_NUMERIC) && next == U_LB_NUMERIC;
}

// LB26, LB27
bool hangul_goes_on(Class last, Class next) {
    if (last == U_LB_JL && is(next, U_LB_JL, U_LB_JV, U_LB_H2, U_LB_H3)) return true;
    if (is(last, U_LB_JV, U_LB_H2) && is(next, U_LB_JV, U_LB_JT)) return true;
    if (is(last, U_LB_JT, U_LB_H3) && next == U_LB_JT) return true;
    return (is_hangul(last) && next == U_LB_POSTFIX_NUMERIC) || (last == U_LB_PREFIX_NUMERIC && is_hangul(next));
}

// LB13 to LB17: rules that look through spaces.
bool is_bound_through_spaces(Class last, Class next) {
    if (is_close(next) || is(next, U_LB_EXCLAMATION, U_LB_INFIX_NUMERIC, U_LB_BREAK_SYMBOLS)) return true;
    if (is_open(last)) return true;
    if (last == U_LB_QUOTATION && is_open(next)) return true;
    if (is_close(last) && next == U_LB_NONSTARTER) return true;
    return last == U_LB_BREAK_BOTH && next == U_LB_BREAK_BOTH;
}

// LB21 to LB30: rules for letters, numbers and ideographs side by side.
bool is_bound(const Before& before, Class next, bool number_follows) {
    const Class last = before.last;
    if (is(next, U_LB_BREAK_AFTER, U_LB_HYPHEN, U_LB_NONSTARTER, U_LB_INSEPARABLE) || last == U_LB_BREAK_BEFORE)
        return true;
    if (before.before_last == U_LB_HEBREW_LETTER && is(last, U_LB_HYPHEN, U_LB_BREAK_AFTER)) return true;
    if (last == U_LB_BREAK_SYMBOLS && next == U_LB_HEBREW_LETTER) return true;
    if (before.starts_piece && last == U_LB_HYPHEN && next == U_LB_ALPHABETIC)
        return true;  // "-bash": LB20a of Unicode 15.1, as ICU
    if ((is_letter(last) && next == U_LB_NUMERIC) || (last == U_LB_NUMERIC && is_letter(next))) return true;
    if ((last == U_LB_PREFIX_NUMERIC && is_ideograph(next)) || (is_ideograph(last) && next == U_LB_POSTFIX_NUMERIC))
        return true;
    if (is(last, U_LB_PREFIX_NUMERIC, U_LB_POSTFIX_NUMERIC) && is_letter(next)) return true;
    if (is_letter(last) && is(next, U_LB_PREFIX_NUMERIC, U_LB_POSTFIX_NUMERIC)) return true;
    if (number_goes_on(before, next, number_follows) || hangul_goes_on(last, next)) return true;
    if ((is_letter(last) || last == U_LB_INFIX_NUMERIC) && is_letter(next)) return true;
    if ((is_letter(last) || last == U_LB_NUMERIC) && next == U_LB_OPEN_PUNCTUATION) return true;
    if (last == U_LB_CLOSE_PARENTHESIS && (is_letter(next) || next == U_LB_NUMERIC)) return true;
    if (next == U_LB_REGIONAL_INDICATOR && before.regional_indicators % 2 == 1) return true;
    return last == U_LB_E_BASE && next == U_LB_E_MODIFIER;
}

bool may_break(const Before& before, Class next, bool number_follows) {
    const Class last = before.last;
    if (last == U_LB_ZWSPACE) return true;                                                       // LB8
    if (before.joiner) return false;                                                             // LB8a
    if (next == U_LB_WORD_JOINER || (!before.spaces && last == U_LB_WORD_JOINER)) return false;  // LB11
    if (!before.spaces && last == U_LB_GLUE) return false;                                       // LB12
    if (next == U_LB_GLUE && !before.spaces && !is(last, U_LB_BREAK_AFTER, U_LB_HYPHEN)) return false;
    if (before.spaces && next == U_LB_INFIX_NUMERIC && number_follows && !is_open(last)) return true;  // " .5": as ICU
    if (is_bound_through_spaces(last, next)) return false;
    if (before.spaces) return true;                                                   // LB18
    if (next == U_LB_QUOTATION || last == U_LB_QUOTATION) return false;               // LB19
    if (next == U_LB_CONTINGENT_BREAK || last == U_LB_CONTINGENT_BREAK) return true;  // LB20
    return !is_bound(before, next, number_follows);
}

void advance(Before& before, Class next) {
    using Number = Before::Number;
    if (next == U_LB_NUMERIC)
        before.number = Number::inside;
    else if (before.number == Number::inside && !before.spaces && is_close(next))
        before.number = Number::closed;
    else if (!(before.number == Number::inside && !before.spaces && is(next, U_LB_BREAK_SYMBOLS, U_LB_INFIX_NUMERIC)))
        before.number = Number::no;
    before.regional_indicators = next == U_LB_REGIONAL_INDICATOR ? before.regional_indicators + 1 : 0;
    before.before_last = before.last;
    before.last = next;
    before.spaces = false;
    before.joiner = false;
}

// Thai, Lao, Khmer, Burmese: words are found with ICU's dictionaries.
void find_with_dictionary(std::u32string_view text, std::vector<BreakAfter>& after) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> iterator(
        icu::BreakIterator::createLineInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status)) return;
    const auto utf16 =
        icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()), static_cast<int>(text.size()));
    iterator->setText(utf16);
    int at = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        at += text[i] > 0xFFFF ? 2 : 1;
        if (i + 1 < text.size() && after[i] != BreakAfter::mandatory)
            after[i] = iterator->isBoundary(at) ? BreakAfter::allowed : BreakAfter::none;
    }
}

}  // namespace

void find_line_breaks(std::u32string_view text, std::span<const std::uint8_t> east_asian,
                      const LineBreakOptions& options, std::vector<BreakAfter>& after) {
    after.assign(text.size(), BreakAfter::none);
    if (text.empty()) return;
    bool needs_dictionary = false;
    const auto class_at = [&](std::size_t i) {
        return resolved(text[i], east_asian[i] != 0, options, needs_dictionary);
    };
    bool at_start = true;  // of the text, or after a mandatory break
    Class next = class_at(0);
    // A number, also one like .5, behind the bracket, hyphen or point `next` at `i` (LB25).
    const auto number_follows = [&](std::size_t i) {
        if (!is_open(next) && !is(next, U_LB_HYPHEN, U_LB_INFIX_NUMERIC)) return false;
        if (next != U_LB_INFIX_NUMERIC && i + 1 < text.size() && class_at(i + 1) == U_LB_INFIX_NUMERIC) ++i;
        return i + 1 < text.size() && class_at(i + 1) == U_LB_NUMERIC;
    };
    Before before;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const Class after_next = i + 1 < text.size() ? class_at(i + 1) : static_cast<Class>(U_LB_ALPHABETIC);
        if (is_mandatory(next)) {  // LB4 to LB6
            const bool is_first_of_pair = next == U_LB_CARRIAGE_RETURN && after_next == U_LB_LINE_FEED;
            if (i + 1 < text.size() && !is_first_of_pair) after[i] = BreakAfter::mandatory;
            before = {};
            at_start = true;
        } else if (next == U_LB_SPACE) {  // LB7
            before.spaces = true;
            before.joiner = false;
        } else if (next == U_LB_ZWSPACE) {
            advance(before, next);
            at_start = false;
        } else if (is(next, U_LB_COMBINING_MARK, U_LB_ZWJ) && !at_start && !before.spaces &&
                   before.last != U_LB_ZWSPACE) {
            before.joiner = next == U_LB_ZWJ;  // LB9
        } else {
            const Class effective =
                is(next, U_LB_COMBINING_MARK, U_LB_ZWJ) ? static_cast<Class>(U_LB_ALPHABETIC) : next;  // LB10
            const bool breaks = (!at_start || before.spaces) && may_break(before, effective, number_follows(i));
            if (breaks) after[i - 1] = BreakAfter::allowed;
            advance(before, effective);
            before.starts_piece = breaks || at_start;
            before.joiner = next == U_LB_ZWJ;
            at_start = false;
        }
        next = after_next;
    }
    if (needs_dictionary) find_with_dictionary(text, after);
}

}  // namespace shanqi::office
