// Pictures of a sweep, as SVG: curves with their 95 % bands over one variation, heat maps over two.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "analysis/sweep/sweep.h"

namespace faultline::analysis {

struct SweepPicture {
  std::string name;                  // of its file, without .svg
  std::vector<std::size_t> metrics;  // of the plan, all in one unit
};

// Of one variation a picture for each family (latency_ms.p50, .p95, .p99); of a grid of two one for
// each metric; of more none.
std::vector<SweepPicture> pictures_of(const SweepPlan& plan);

// Why there are none, as a sentence with its line end; empty where there are.
std::string why_no_pictures(const SweepPlan& plan);

void write_sweep_svg(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep,
                     const SweepPicture& picture, std::ostream& out);

}  // namespace faultline::analysis
