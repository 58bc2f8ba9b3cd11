// What every page holds: the style of report.css, uPlot and report.js, embedded by embed.cmake.
#pragma once

#include <string_view>

namespace faultline::analysis::html {

struct PageFile {
  std::string_view sha256;  // of the text, in hexadecimal
  std::string_view text;
};

extern const PageFile style;
extern const PageFile chart_script;
extern const PageFile page_script;

}  // namespace faultline::analysis::html
