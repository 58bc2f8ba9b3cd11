// Where simulated time begins for programs that only know dates: 2000-01-01 00:00:00 UTC, so that
// 00:02:05 on that day is 125 s into a run.
#pragma once

#include <cstdint>

namespace faultline::analysis {

inline constexpr std::int64_t export_epoch_s = 946'684'800;

}  // namespace faultline::analysis
