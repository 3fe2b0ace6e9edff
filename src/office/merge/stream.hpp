// Pairs opening and closing markers in a sequence of parts. The same rules hold inside a paragraph, over the
// paragraphs of a cell or page, and over the rows of a table. Internal to the room.
#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "office/merge/syntax.hpp"

namespace shanqi::office::merging {

template <class Leaf>
struct Part {
    std::variant<Node<Leaf>, Control> value;
    bool blank = false;  // a node that shows nothing: white space

    const Control* control() const { return std::get_if<Control>(&value); }
    Control* control() { return std::get_if<Control>(&value); }
};
template <class Leaf>
using Parts = std::vector<Part<Leaf>>;

inline std::unexpected<Error> marker_error(std::string_view key, const Control& control) {
    return fail(ErrorKind::invalid, key, {{"marker", control.written}, {"words", control.words}},
                {.field = control.written});
}

template <class Leaf>
class Pairing {
public:
    // Pairs become nodes; markers without a partner stay where they are, for the level above.
    Result<Parts<Leaf>> run(Parts<Leaf> parts) {
        for (Part<Leaf>& part : parts) {
            if (Control* control = part.control()) {
                TRY_DO(take(std::move(*control)));
            } else {
                put(std::move(part));
            }
        }
        for (Frame& frame : open_) frame.flatten(done_);
        return std::move(done_);
    }

private:
    struct Frame {
        Control begin;
        std::optional<Control> divider;
        Parts<Leaf> then, otherwise;

        void flatten(Parts<Leaf>& out) {
            out.push_back({std::move(begin)});
            std::ranges::move(then, std::back_inserter(out));
            if (divider) out.push_back({*std::move(divider)});
            std::ranges::move(otherwise, std::back_inserter(out));
        }
    };

    void put(Part<Leaf> part) {
        Parts<Leaf>& to = open_.empty() ? done_ : open_.back().divider ? open_.back().otherwise : open_.back().then;
        to.push_back(std::move(part));
    }

    Result<> take(Control control) {
        using Kind = Control::Kind;
        if (control.kind == Kind::if_begin || control.kind == Kind::repeat_begin) {
            if (open_.size() >= static_cast<std::size_t>(limits::depth_max))
                return marker_error("merge.too_deep", control);
            open_.push_back({std::move(control), std::nullopt, {}, {}});
            return {};
        }
        if (open_.empty()) {
            done_.push_back({std::move(control)});
            return {};
        }
        Frame& frame = open_.back();
        const bool in_condition = frame.begin.kind == Kind::if_begin;
        if (control.kind == Kind::if_else) {
            if (!in_condition || frame.divider) return marker_error("merge.unexpected_else", control);
            frame.divider = std::move(control);
            return {};
        }
        if ((control.kind == Kind::if_end) != in_condition) {
            return fail(ErrorKind::invalid, "merge.crossed_markers",
                        {{"marker", control.written}, {"open", frame.begin.written}, {"words", control.words}},
                        {.field = control.written});
        }
        close();
        return {};
    }

    void close() {
        Frame frame = std::move(open_.back());
        open_.pop_back();
        Node<Leaf> node;
        if (frame.begin.kind == Control::Kind::if_begin) {
            node.value = Choice<Leaf>{std::move(frame.begin.condition), nodes(frame.then), nodes(frame.otherwise)};
        } else {
            node.value = Loop<Leaf>{nodes(frame.then), std::move(frame.begin.words)};
        }
        put({std::move(node)});
    }

    static Nodes<Leaf> nodes(Parts<Leaf>& parts) {
        Nodes<Leaf> out;
        for (Part<Leaf>& part : parts) out.push_back(std::move(std::get<Node<Leaf>>(part.value)));
        return out;
    }

    Parts<Leaf> done_;
    std::vector<Frame> open_;
};

template <class Leaf>
Result<Parts<Leaf>> pair(Parts<Leaf> parts) {
    return Pairing<Leaf>().run(std::move(parts));
}

// Markers without a partner, sorted into those before and after everything that shows. A marker in the middle
// of what shows cannot belong to the level above: merge.marker_in_text.
template <class Leaf>
struct Hoisted {
    std::vector<Control> before, after;
    Nodes<Leaf> nodes;
    bool shows_nothing = true;
};

template <class Leaf>
Result<Hoisted<Leaf>> hoist(Parts<Leaf> parts) {
    Hoisted<Leaf> out;
    for (Part<Leaf>& part : parts) {
        if (Control* control = part.control()) {
            (out.shows_nothing ? out.before : out.after).push_back(std::move(*control));
            continue;
        }
        if (!part.blank) {
            if (!out.after.empty()) return marker_error("merge.marker_in_text", out.after.front());
            out.shows_nothing = false;
        }
        out.nodes.push_back(std::move(std::get<Node<Leaf>>(part.value)));
    }
    return out;
}

// At the outermost level every marker must have found its partner.
template <class Leaf>
Result<Nodes<Leaf>> closed(Parts<Leaf> parts) {
    Nodes<Leaf> out;
    for (Part<Leaf>& part : parts) {
        if (const Control* control = part.control()) {
            switch (control->kind) {
                case Control::Kind::if_begin:
                    return marker_error("merge.unclosed_condition", *control);
                case Control::Kind::repeat_begin:
                    return marker_error("merge.unclosed_repeat", *control);
                case Control::Kind::if_else:
                    return marker_error("merge.unexpected_else", *control);
                default:
                    return marker_error("merge.unexpected_end", *control);
            }
        }
        out.push_back(std::move(std::get<Node<Leaf>>(part.value)));
    }
    return out;
}

}  // namespace shanqi::office::merging
