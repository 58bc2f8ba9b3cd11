#include "sim/snapshot.h"

#include "sim/check.h"

namespace faultline::sim {

void Snapshot::counter(const Metric& metric, std::uint64_t count) {
  readings_.push_back({.metric = metric, .kind = MetricKind::counter, .part = count});
}

void Snapshot::rate(const Metric& metric, std::uint64_t count) {
  readings_.push_back({.metric = metric, .kind = MetricKind::rate, .part = count});
}

void Snapshot::ratio(const Metric& metric, Int128 part, Int128 whole) {
  readings_.push_back({.metric = metric, .kind = MetricKind::ratio, .part = part, .whole = whole});
}

void Snapshot::level(const Metric& metric, const TimeWeighted::Mark& mark) {
  readings_.push_back(
      {.metric = metric, .kind = MetricKind::level, .part = mark.area, .whole = mark.at.ns});
}

void Snapshot::state(const Metric& metric, std::optional<double> value) {
  readings_.push_back({.metric = metric, .kind = MetricKind::state, .value = value});
}

void Snapshot::times(const Metric& metric, const Histogram& histogram) {
  readings_.push_back(
      {.metric = metric, .kind = MetricKind::times, .histogram = histograms_.size()});
  histograms_.push_back(histogram);
}

namespace {

Figure figure_between(const Snapshot& from, const Snapshot& to, std::size_t index) {
  const Snapshot::Reading& a = from.readings()[index];
  const Snapshot::Reading& b = to.readings()[index];
  CHECK(a.kind == b.kind);
  Figure figure{.metric = b.metric, .kind = b.kind};
  const double seconds = (to.at() - from.at()).seconds();
  const auto grown = static_cast<double>(b.part - a.part);
  switch (b.kind) {
    case MetricKind::counter:
      figure.value = grown;
      break;
    case MetricKind::rate:
      if (seconds > 0) figure.value = grown / seconds;
      figure.weight = seconds;
      break;
    case MetricKind::ratio:
    case MetricKind::level:
      figure.value = ratio(b.part - a.part, b.whole - a.whole);
      figure.weight = static_cast<double>(b.whole - a.whole);
      break;
    case MetricKind::state:
      figure.value = b.value;
      break;
    case MetricKind::times: {
      figure.times = to.histogram(b);
      figure.times.subtract(from.histogram(a));
      if (const auto mean = figure.times.mean()) figure.value = *mean / 1e6;
      figure.weight = static_cast<double>(figure.times.count());
      break;
    }
  }
  return figure;
}

}  // namespace

std::vector<Figure> between(const Snapshot& from, const Snapshot& to) {
  CHECK(from.readings().size() == to.readings().size());
  CHECK(from.at() <= to.at());
  std::vector<Figure> figures;
  figures.reserve(to.readings().size());
  for (std::size_t i = 0; i < to.readings().size(); ++i) {
    figures.push_back(figure_between(from, to, i));
  }
  return figures;
}

}  // namespace faultline::sim
