// From the plan to the document of one row. Internal to the room.
#pragma once

#include "office/merge/plan.hpp"

namespace shanqi::office::merging {

Result<Section> fill_section(const SectionPlan& plan, const Evaluator& evaluator, std::size_t& parts_left);

// The same walk without building: every problem, each once.
std::vector<Error> find_problems(const std::vector<SectionPlan>& sections, const Evaluator& evaluator);

}  // namespace shanqi::office::merging
