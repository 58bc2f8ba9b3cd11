// What a sweep found, as a table for people and as CSV.
#pragma once

#include <iosfwd>
#include <string>

#include "analysis/sweep/sweep.h"
#include "analysis/table.h"

namespace faultline::analysis {

// A line a point: its values, and of each metric the mean and the half width of its 95 % interval.
std::string sweep_text(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep);

// Its table, for other forms of it.
Table sweep_table(const SweepPlan& plan, const Sweep& sweep);

// The same in full: the pointers, `runs`, and METRIC and METRIC.half_width of each metric; empty
// where nothing is known.
void write_sweep_csv(const SweepPlan& plan, const Sweep& sweep, std::ostream& out);

}  // namespace faultline::analysis
