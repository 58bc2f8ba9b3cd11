// Several lines of text, broken between words where they would be too long.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viz/screen/canvas.h"

namespace faultline::viz {

std::vector<std::string> broken_into_lines(const Canvas& canvas, std::string_view text, double size,
                                           bool bold, double width);

}  // namespace faultline::viz
