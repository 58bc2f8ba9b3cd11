// A comparison for people and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "analysis/comparison/comparison.h"

namespace faultline::analysis {

// One of the two: what it is called, and what it is about.
struct Side {
  std::string name;
  std::string about;
};

// With the figures of the users, and those others that differ, by how clearly they do.
std::string comparison_text(const Comparison& comparison, const Side& a, const Side& b);

// {"schema": "faultline-comparison/1", ...}, see docs/runs.md.
nlohmann::ordered_json comparison_json(const Comparison& comparison, const Side& a, const Side& b);

}  // namespace faultline::analysis
