#include "analysis/recorder.h"

#include <array>

#include "sim/check.h"

namespace faultline::analysis {
namespace {

sim::Series::Merge merge_of(sim::MetricKind kind) {
  switch (kind) {
    case sim::MetricKind::counter:
      return sim::Series::Merge::sum;
    case sim::MetricKind::state:
      return sim::Series::Merge::last;
    default:
      return sim::Series::Merge::mean;
  }
}

constexpr std::array<std::pair<const char*, double>, 3> window_quantiles = {
    {{".p50", 0.5}, {".p95", 0.95}, {".p99", 0.99}}};

}  // namespace

Recorder::Recorder(models::World& world, sim::Duration window, const std::vector<sim::Time>& marks)
    : window_(window), last_(world) {
  for (const sim::Time mark : marks) {
    if (mark >= world.now()) world.mark_at(mark);
  }
  world.on_mark(
      [this](const models::World& w, sim::Time at) { snapshots_.emplace(at, WorldSnapshot(w)); });
  world.on_window([this](const models::World& w, sim::Time begin, sim::Time end) {
    close_window(w, begin, end);
  });
}

void Recorder::close_window(const models::World& world, sim::Time begin, sim::Time end) {
  WorldSnapshot now(world);
  next_series_ = 0;
  record(all_users, sim::between(last_.users, now.users), begin, end);
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    record(world.component(id).name(), sim::between(last_.components[id], now.components[id]),
           begin, end);
  }
  last_ = std::move(now);
}

void Recorder::record(std::string_view subject, const std::vector<sim::Figure>& figures,
                      sim::Time begin, sim::Time end) {
  for (const sim::Figure& figure : figures) {
    const std::string name(figure.metric.name);
    if (figure.kind != sim::MetricKind::times) {
      append(subject, name, merge_of(figure.kind), begin, end, figure.value, figure.weight);
      continue;
    }
    append(subject, name + ".mean", sim::Series::Merge::mean, begin, end, figure.value,
           figure.weight);
    for (const auto& [suffix, q] : window_quantiles) {
      const auto ns = figure.times.quantile(q);
      const auto ms = ns ? std::optional{static_cast<double>(*ns) / 1e6} : std::nullopt;
      append(subject, name + suffix, sim::Series::Merge::mean, begin, end, ms, figure.weight);
    }
  }
}

void Recorder::append(std::string_view subject, std::string metric, sim::Series::Merge merge,
                      sim::Time begin, sim::Time end, std::optional<double> value, double weight) {
  if (listener_) listener_(begin, end, subject, metric, value);
  if (next_series_ == series_.size()) {
    series_.push_back({std::string(subject), std::move(metric), sim::Series(merge, window_)});
  }
  sim::Series& series = series_[next_series_++].series;
  if (merge == sim::Series::Merge::mean && value && weight > 0) {
    series.append(end, value, weight);
  } else {
    series.append(end, value);
  }
}

void Recorder::finish(const models::World& world) {
  end_ = world.now();
  if (last_.at < end_) close_window(world, last_.at, end_);
  snapshots_.emplace(end_, WorldSnapshot(world));
}

const WorldSnapshot* Recorder::at(sim::Time instant) const {
  const auto found = snapshots_.find(instant);
  return found == snapshots_.end() ? nullptr : &found->second;
}

}  // namespace faultline::analysis
