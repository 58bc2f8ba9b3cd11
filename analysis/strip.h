// Strip: a series drawn in one line of text, each column as tall as its figure is high.
#pragma once

#include <cstddef>
#include <string>

#include "sim/series.h"

namespace faultline::analysis {

// `columns` of equal length of time from 0 to `end`, in eighths of the largest figure; the largest
// of a column's windows counts. A blank stands where there was nothing to report.
std::string strip(const sim::Series& series, sim::Time end, std::size_t columns);

}  // namespace faultline::analysis
