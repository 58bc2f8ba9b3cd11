// The page of a comparison: what differs between two scenarios, and how clearly.
#pragma once

#include <iosfwd>
#include <string>

#include "analysis/comparison/comparison.h"
#include "analysis/comparison/comparison_text.h"

namespace faultline::analysis::html {

// `command`: that makes the same again.
void write_comparison_page(const Comparison& comparison, const Compared& a, const Compared& b,
                           const std::string& command, std::ostream& out);

}  // namespace faultline::analysis::html
