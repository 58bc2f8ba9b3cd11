// Text for an SVG picture: what steers XML is escaped, what steers a terminal too.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::analysis {

// Shortened to `longest` bytes before it is escaped.
std::string xml_text(std::string_view text, std::size_t longest);

}  // namespace faultline::analysis
