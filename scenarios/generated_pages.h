// The generated parts of README.md, docs/scenario-format.md and docs/metrics.md.
//
// A page is written by hand but for what stands between the markers
//   <!-- generated: NAME -->
//   <!-- end -->
// NAME is one of `generated_parts()`; a test fails where a page is stale, and `faultline docs
// --write` brings it up to date.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace faultline::scenarios {

// What writes each part, as Markdown that ends with a newline.
const std::map<std::string, std::function<std::string()>, std::less<>>& generated_parts();

// `page` with every generated part written anew. Throws std::runtime_error, naming it, when a part
// does not exist or its marker is not closed.
std::string with_generated_tables(std::string_view page);

}  // namespace faultline::scenarios
