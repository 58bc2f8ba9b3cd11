// The page of a comparison: what differs between two scenarios, and how clearly.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "analysis/comparison/comparison.h"
#include "analysis/comparison/comparison_text.h"

namespace faultline::analysis::html {

// `notices`: of runs that do not count; `command`: that makes the same again.
void write_comparison_page(const Comparison& comparison, const Compared& a, const Compared& b,
                           const std::vector<std::string>& notices, const std::string& command,
                           std::ostream& out);

}  // namespace faultline::analysis::html
