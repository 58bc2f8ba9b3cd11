#include "analysis/alerts/burn_rate.h"

#include <algorithm>

namespace faultline::analysis {

void BurnRate::add(sim::Time begin, sim::Time end, std::uint64_t good, std::uint64_t all) {
  if (!since_) since_ = begin;
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
  const sim::Duration known = std::min(window_, stretches_.back().end - *since_);
  const double share_known = static_cast<double>(known.ns) / static_cast<double>(window_.ns);
  return static_cast<double>(bad_) / static_cast<double>(all_) * share_known / budget_;
}

}  // namespace faultline::analysis
