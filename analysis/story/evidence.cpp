#include "analysis/story/evidence.h"

#include <algorithm>

#include "models/timeline.h"

namespace faultline::analysis {
namespace {

void append_share(sim::Series& series, sim::Time end, std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) {
    series.append(end, std::nullopt);
  } else {
    series.append(end, static_cast<double>(part) / static_cast<double>(whole),
                  static_cast<double>(whole));
  }
}

}  // namespace

void Evidence::watch(RunOptions& options) {
  options.observers.push_back(this);
  options.on_world = [this, then = options.on_world](const models::World& world) {
    attach(world);
    if (then) then(world);
  };
  options.on_value = [this, then = options.on_value](
                         sim::Time begin, sim::Time end, std::string_view subject,
                         std::string_view metric, std::optional<double> value) {
    window_closes(begin, end);
    if (then) then(begin, end, subject, metric, value);
  };
}

void Evidence::attach(const models::World& world) {
  using Merge = sim::Series::Merge;
  world_ = &world;
  for (const models::CallSite& site : world.call_sites()) {
    hop_of_site_.emplace_back();
    if (site.checks_health || world.component(site.caller).is_name()) continue;
    if (site.caller == site.callee) continue;  // members of one component among themselves
    auto found = std::find_if(hops_.begin(), hops_.end(), [&](const HopSeries& hop) {
      return hop.caller == site.caller && hop.callee == site.callee;
    });
    if (found == hops_.end()) {
      const sim::Series mean(Merge::mean, window_);
      hops_.push_back({site.caller, site.callee, mean, mean, mean, mean, mean});
      found = hops_.end() - 1;
    }
    hop_of_site_.back() = static_cast<std::size_t>(found - hops_.begin());
  }
  last_ = totals();
  last_under_way_ = under_way();
}

std::vector<Evidence::Totals> Evidence::totals() const {
  std::vector<Totals> totals(hops_.size());
  for (std::size_t i = 0; i < hop_of_site_.size(); ++i) {
    if (!hop_of_site_[i]) continue;
    const models::CallSite& site = world_->call_sites()[i];
    Totals& sum = totals[*hop_of_site_[i]];
    sum.calls += site.calls;
    sum.attempts += site.attempts;
    sum.timeouts += site.timeouts;
    sum.failures += site.failures;
  }
  return totals;
}

std::vector<Evidence::UnderWay> Evidence::under_way() const {
  std::vector<UnderWay> counts(hops_.size());
  world_->for_each_attempt([&](sim::Handle, const models::Attempt& attempt) {
    const auto& hop = hop_of_site_[attempt.site];
    if (!hop || attempt.abandoned || attempt.one_way) return;
    ++counts[*hop].calls;
    if (attempt.stage != models::Stage::backing_off) ++counts[*hop].attempts;
  });
  return counts;
}

void Evidence::window_closes(sim::Time begin, sim::Time end) {
  if (end == last_end_) return;  // another figure of the same window
  last_end_ = end;
  const auto now = totals();
  const auto waiting = under_way();
  const double seconds = (end - begin).seconds();
  for (std::size_t i = 0; i < hops_.size(); ++i) {
    HopSeries& hop = hops_[i];
    const std::uint64_t calls = now[i].calls - last_[i].calls;
    const std::uint64_t attempts = now[i].attempts - last_[i].attempts;
    const std::uint64_t calls_ended = last_under_way_[i].calls + calls - waiting[i].calls;
    const std::uint64_t attempts_ended =
        last_under_way_[i].attempts + attempts - waiting[i].attempts;
    hop.attempts.append(end, static_cast<double>(attempts) / seconds);
    append_share(hop.tries, end, attempts, calls);
    append_share(hop.timeouts, end, now[i].timeouts - last_[i].timeouts, attempts_ended);
    append_share(hop.failures, end, now[i].failures - last_[i].failures, calls_ended);
    hop.outstanding.append(end, static_cast<double>(waiting[i].calls));
  }
  last_ = now;
  last_under_way_ = waiting;
}

void Evidence::acted(std::uint32_t action, bool undone, sim::Time now) {
  if (!undone) {
    acted_.push_back({.at = now, .ended = {}, .action = action});
    return;
  }
  const auto begun = std::find_if(acted_.rbegin(), acted_.rend(), [&](const Acted& acted) {
    return acted.action == action && !acted.ended;
  });
  if (begun != acted_.rend()) begun->ended = now;
}

}  // namespace faultline::analysis
