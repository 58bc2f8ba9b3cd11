// A comparison for people and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "analysis/comparison/comparison.h"
#include "analysis/table.h"

namespace faultline::analysis {

// One of the two: what it is called, and what it is about.
struct Compared {
  std::string name;
  std::string about;
};

// With the figures of the users, and those others that differ, by how clearly they do.
std::string comparison_text(const Comparison& comparison, const Compared& a, const Compared& b);

// Its parts, for other forms of it.
// Of a component or a workload, not of all users.
bool is_of_component(const Difference& difference);
// The interval of a difference: "-27.3 ms .. -21 ms".
std::string range_of(const Difference& difference);
Table comparison_table(const Comparison& comparison);
// Of those of components that differ, the `most` that do most clearly.
Table comparison_component_table(const Comparison& comparison, std::size_t most,
                                 std::size_t& left_out);
std::string comparison_verdict(const Comparison& comparison);

// {"schema": "faultline-comparison/1", ...}, see docs/runs.md.
nlohmann::ordered_json comparison_json(const Comparison& comparison, const Compared& a,
                                       const Compared& b);

}  // namespace faultline::analysis
