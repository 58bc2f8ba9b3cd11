#include "viz/view/charts/panel.h"

#include <algorithm>

#include "models/outcome.h"

namespace faultline::viz {
namespace {

const std::string users(analysis::all_users);

ChartOrder errors_by_reason(const std::string& subject, double per_window) {
  ChartOrder order{
      .title = "failed, by reason", .unit = "1/s", .lines = {}, .stacked = true, .axis_max = {}};
  for (const std::string_view status : models::status_names) {
    if (status == "ok") continue;
    std::string metric = "outcome_" + std::string(status);
    std::replace(metric.begin(), metric.end(), '-', '_');
    order.lines.push_back({subject, metric, std::string(status), per_window});
  }
  return order;
}

std::vector<ChartOrder> charts_of_load(const std::string& subject, const Chronicle& chronicle) {
  return {{.title = "load",
           .unit = "1/s",
           .lines = {{subject, "offered_per_s", "offered"}, {subject, "goodput_per_s", "good"}}},
          {.title = "latency",
           .unit = "ms",
           .lines = {{subject, "latency_ms.p99", "p99"},
                     {subject, "latency_ms.p95", "p95"},
                     {subject, "latency_ms.p50", "p50"}}},
          errors_by_reason(subject, 1 / chronicle.window().seconds()),
          {.title = "tries per request",
           .unit = "",
           .lines = {{subject, "attempts_per_request", "tries"}}}};
}

// The first of these that a component measures, chart by chart.
struct Offer {
  const char* title;
  const char* unit;
  const char* metric;
  double factor = 1;
  std::optional<double> axis_max{};
};

constexpr std::array<Offer, 12> offers = {{
    {"arrivals", "1/s", "arrivals_per_s"},
    {"busy", "%", "utilisation", 100, 100},
    {"waiting", "jobs", "backlog"},
    {"hits", "%", "hit_ratio", 100, 100},
    {"resolver hits", "%", "resolver_hit_ratio", 100, 100},
    {"replication lag", "ms", "replication_lag_ms"},
    {"age of the oldest", "s", "oldest_age_s"},
    {"tries per first try", "", "amplification"},
    {"wasted work", "%", "wasted_work", 100, 100},
    {"refused", "per window", "rejected"},
    {"lost in crashes", "per window", "lost"},
    {"replicas up", "", "replicas_up"},
}};

}  // namespace

std::vector<ChartOrder> charts_of_users(const Chronicle& chronicle) {
  return charts_of_load(users, chronicle);
}

std::vector<ChartOrder> charts_of(const models::Component& component, const Chronicle& chronicle) {
  const std::string& name = component.name();
  if (component.offers_load()) return charts_of_load(name, chronicle);
  std::vector<ChartOrder> orders;
  for (const Offer& offer : offers) {
    const Figures* figures = chronicle.find(name, offer.metric);
    const bool has_any =
        figures != nullptr && std::any_of(figures->begin(), figures->end(),
                                          [](auto figure) { return figure.has_value(); });
    if (!has_any || orders.size() == charts_in_panel) continue;
    orders.push_back({.title = offer.title,
                      .unit = offer.unit,
                      .lines = {{name, offer.metric, "", offer.factor}},
                      .stacked = false,
                      .axis_max = offer.axis_max});
  }
  return orders;
}

Box chart_box(const Box& panel, double scale, std::size_t number) {
  const double top = panel.y + 36 * scale;
  const double height = (panel.bottom() - 4 * scale - top) / static_cast<double>(charts_in_panel);
  return {panel.x + 14 * scale, top + height * static_cast<double>(number),
          panel.width - 26 * scale, height - 8 * scale};
}

}  // namespace faultline::viz
