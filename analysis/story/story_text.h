// The two forms of a story: a timeline for people, and JSON, whose keys are stable.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "analysis/story/story.h"
#include "analysis/table.h"

namespace faultline::analysis {

std::string story_text(const Story& story);
// Its parts, for other forms of it: what left its range and when; who noticed, and how it ended.
Table story_table(const Story& story);
std::string story_ending_text(const Story& story);
// {"schema": "faultline-story/1", ...}: docs/explain.md
nlohmann::ordered_json story_json(const Story& story);

}  // namespace faultline::analysis
