#include "analysis/window_figures.h"

#include <array>

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

void visit_figures(std::string_view subject, const std::vector<sim::Figure>& figures,
                   const WindowFigures::Visit& visit) {
  for (const sim::Figure& figure : figures) {
    const std::string name(figure.metric.name);
    if (figure.kind != sim::MetricKind::times) {
      visit(subject, name, merge_of(figure.kind), figure.value, figure.weight);
      continue;
    }
    visit(subject, name + ".mean", sim::Series::Merge::mean, figure.value, figure.weight);
    for (const auto& [suffix, q] : window_quantiles) {
      const auto ns = figure.times.quantile(q);
      const auto ms = ns ? std::optional{static_cast<double>(*ns) / 1e6} : std::nullopt;
      visit(subject, name + suffix, sim::Series::Merge::mean, ms, figure.weight);
    }
  }
}

}  // namespace

void WindowFigures::close(const models::World& world, const Visit& visit) {
  WorldSnapshot now(world);
  visit_figures(all_users, sim::between(last_.users, now.users), visit);
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    visit_figures(world.component(id).name(),
                  sim::between(last_.components[id], now.components[id]), visit);
  }
  last_ = std::move(now);
}

}  // namespace faultline::analysis
