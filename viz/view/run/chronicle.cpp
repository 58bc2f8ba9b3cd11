#include "viz/view/run/chronicle.h"

#include <algorithm>

#include "sim/check.h"

namespace faultline::viz {

std::size_t Chronicle::window_ending_at(sim::Time end) const {
  CHECK(end.ns > 0);
  return static_cast<std::size_t>((end.ns - 1) / window_.ns);
}

void Chronicle::record(sim::Time end, std::string_view subject, std::string_view metric,
                       std::optional<double> value) {
  auto of_subject = figures_.find(subject);
  if (of_subject == figures_.end()) of_subject = figures_.try_emplace(std::string(subject)).first;
  auto of_metric = of_subject->second.find(metric);
  if (of_metric == of_subject->second.end()) {
    of_metric = of_subject->second.try_emplace(std::string(metric)).first;
  }
  Figures& figures = of_metric->second;
  const std::size_t window = window_ending_at(end);
  if (figures.size() <= window) figures.resize(window + 1);
  figures[window] = value;
}

void Chronicle::record(sim::Time end, Messages::Counts sent) {
  const std::size_t window = window_ending_at(end);
  if (sent_.size() <= window) sent_.resize(window + 1);
  sent_[window] = std::move(sent);
}

void Chronicle::record(const Happened& happened) {
  if (!happened_.empty() && happened.event < happened_.back().event) return;
  // One event may change several replicas; told again, it is the same that they become.
  const auto same = [&](const Happened& known) {
    return known.event == happened.event && known.kind == happened.kind &&
           known.action == happened.action && known.component == happened.component &&
           known.replica == happened.replica && known.from == happened.from &&
           known.to == happened.to;
  };
  const auto first = std::find_if(happened_.rbegin(), happened_.rend(), [&](const Happened& known) {
                       return known.event < happened.event;
                     }).base();
  if (std::any_of(first, happened_.end(), same)) return;
  if (happened_.size() < most_happenings) happened_.push_back(happened);
}

void Chronicle::forget_after(sim::Time at, std::uint64_t events) {
  const std::size_t windows = windows_until(at);
  for (auto& [subject, metrics] : figures_) {
    for (auto& [metric, figures] : metrics) {
      if (figures.size() > windows) figures.resize(windows);
    }
  }
  if (sent_.size() > windows) sent_.resize(windows);
  std::erase_if(happened_, [&](const Happened& known) { return known.event > events; });
}

std::size_t Chronicle::windows_until(sim::Time at) const {
  return std::min(windows(), static_cast<std::size_t>(at.ns / window_.ns));
}

const Figures* Chronicle::find(std::string_view subject, std::string_view metric) const {
  const auto of_subject = figures_.find(subject);
  if (of_subject == figures_.end()) return nullptr;
  const auto of_metric = of_subject->second.find(metric);
  return of_metric == of_subject->second.end() ? nullptr : &of_metric->second;
}

std::optional<double> Chronicle::value(std::string_view subject, std::string_view metric,
                                       std::size_t window) const {
  const Figures* figures = find(subject, metric);
  return figures == nullptr || window >= figures->size() ? std::nullopt : (*figures)[window];
}

std::optional<double> Chronicle::mean(std::string_view subject, std::string_view metric,
                                      std::size_t first, std::size_t last) const {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t window = first; window < last; ++window) {
    const auto figure = value(subject, metric, window);
    if (!figure) continue;
    sum += *figure;
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
}

const Messages::Counts* Chronicle::sent(std::size_t window) const {
  return window < sent_.size() ? &sent_[window] : nullptr;
}

}  // namespace faultline::viz
