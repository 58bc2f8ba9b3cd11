#include "analysis/burn_rate.h"

namespace faultline::analysis {

void BurnRate::add(sim::Time end, std::uint64_t good, std::uint64_t all) {
  stretches_.push_back({end, all - good, all});
  bad_ += all - good;
  all_ += all;
  while (end - stretches_.front().end >= window_) {
    bad_ -= stretches_.front().bad;
    all_ -= stretches_.front().all;
    stretches_.pop_front();
  }
}

double BurnRate::value() const {
  if (all_ == 0) return 0;
  return static_cast<double>(bad_) / static_cast<double>(all_) / budget_;
}

}  // namespace faultline::analysis
