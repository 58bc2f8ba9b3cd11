#include "analysis/recorder.h"

#include "sim/check.h"

namespace faultline::analysis {

Recorder::Recorder(models::World& world, sim::Duration window, const std::vector<sim::Time>& marks)
    : window_(window), figures_(world) {
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
  next_series_ = 0;
  figures_.close(world, [&](std::string_view subject, const std::string& metric,
                            sim::Series::Merge merge, std::optional<double> value, double weight) {
    append(subject, metric, merge, begin, end, value, weight);
    if (alerting_ != nullptr) alerting_->see(subject, metric, value, weight);
  });
  if (alerting_ != nullptr) alerting_->close(begin, end);
}

void Recorder::append(std::string_view subject, const std::string& metric, sim::Series::Merge merge,
                      sim::Time begin, sim::Time end, std::optional<double> value, double weight) {
  if (listener_) listener_(begin, end, subject, metric, value);
  if (next_series_ == series_.size()) {
    series_.push_back({std::string(subject), metric, sim::Series(merge, window_)});
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
  if (figures_.began() < end_) close_window(world, figures_.began(), end_);
  snapshots_.emplace(end_, WorldSnapshot(world));
}

const WorldSnapshot* Recorder::at(sim::Time instant) const {
  const auto found = snapshots_.find(instant);
  return found == snapshots_.end() ? nullptr : &found->second;
}

}  // namespace faultline::analysis
