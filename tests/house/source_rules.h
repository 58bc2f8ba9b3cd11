// The rules of the house that can be read off the sources, each as a function over one file or over
// all, so that every rule is tried on a bad snippet too (source_rules_test.cpp) before the tree is
// held against it (tree_test.cpp).
//
// A rule returns its complaints, one line each: `path:line: what is wrong`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::house {

struct Source {
  std::string path;  // from the root of the project, such as "sim/time.h"
  std::string text;
};

using Complaints = std::vector<std::string>;

// The text with comments blanked out and, unless `keep_strings`, string literals too. Lines stay
// where they are.
std::string code_only(std::string_view text, bool keep_strings = false);

// Includes run sim <- models <- scenarios <- analysis <- cli, and scenarios, analysis <- viz; no
// product code includes tests or benchmarks. Ours are named from the root of the project.
Complaints upward_includes(const Source& source);

// SFML only in viz/, JSON never in sim/ or models/, CLI11 only in cli/.
Complaints misplaced_packages(const Source& source);

// In sim/ and models/: nothing whose result depends on the library, the processor or the clock.
Complaints nondeterminism(const Source& source);

// Components of models/ (classes that derive from Component) do not include each other; only the
// registry sees several.
Complaints components_that_meet(const std::vector<Source>& sources);

Complaints long_lines(const Source& source);                 // over 100 columns, in characters
Complaints left_for_later(const Source& source);             // work put off, marked in the text
Complaints header_without_data_sheet(const Source& source);  // no opening comment or `#pragma once`

// Every .h and .cpp of the project below `root`, in order of path.
std::vector<Source> sources_below(const std::filesystem::path& root);

}  // namespace faultline::house
