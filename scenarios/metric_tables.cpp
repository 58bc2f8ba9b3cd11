#include "scenarios/metric_tables.h"

#include <algorithm>

#include "models/registry.h"
#include "models/service/autoscaling.h"
#include "models/workload/client.h"
#include "models/world.h"
#include "scenarios/least_settings.h"
#include "sim/check.h"
#include "sim/metrics.h"

namespace faultline::scenarios {
namespace {

class MetricList final : public sim::Metrics {
 public:
  std::vector<MetricLine> take() { return std::move(lines_); }

  void counter(const sim::Metric& metric, std::uint64_t) override { add(metric, "counted"); }
  void rate(const sim::Metric& metric, std::uint64_t) override { add(metric, "per second"); }
  void ratio(const sim::Metric& metric, sim::Int128, sim::Int128) override {
    add(metric, "quotient");
  }
  void level(const sim::Metric& metric, const sim::TimeWeighted::Mark&) override {
    add(metric, "mean over time");
  }
  void state(const sim::Metric& metric, std::optional<double>) override {
    add(metric, "at the end");
  }
  void times(const sim::Metric& metric, const sim::Histogram&) override {
    add(metric, "mean, percentiles, max");
  }

 private:
  void add(const sim::Metric& metric, const char* kind) {
    lines_.push_back(
        {std::string(metric.name), std::string(metric.unit), kind, std::string(metric.meaning)});
  }

  std::vector<MetricLine> lines_;
};

constexpr const char* subject = "it";

std::vector<MetricLine> lines_of(const models::World& world) {
  MetricList list;
  const models::Component* component = world.find(subject);
  CHECK(component != nullptr);
  component->measure(world, list);
  return list.take();
}

std::string table_of(const std::vector<MetricLine>& lines) {
  std::string table =
      "| Metric | Unit | Over a span of time | Definition |\n"
      "|---|---|---|---|\n";
  for (const MetricLine& line : lines) {
    table +=
        "| `" + line.name + "` | " + line.unit + " | " + line.kind + " | " + line.meaning + " |\n";
  }
  return table;
}

bool has(const std::vector<MetricLine>& lines, const MetricLine& wanted) {
  return std::any_of(lines.begin(), lines.end(), [&](const MetricLine& line) {
    return line.name == wanted.name && line.meaning == wanted.meaning;
  });
}

}  // namespace

std::vector<MetricLine> metrics_of_component(std::string_view type) {
  const models::ComponentType* found = models::find_component_type(type);
  CHECK(found != nullptr);
  return lines_of(*least_world(found->make(subject)));
}

std::vector<MetricLine> metrics_of_users() {
  auto users = std::make_unique<models::Client>(subject);
  users->settings.users = models::ClientSettings::Users();
  return lines_of(*least_world(std::move(users)));
}

std::string component_metric_tables() {
  std::vector<std::vector<MetricLine>> by_type;
  for (const models::ComponentType& type : models::component_types()) {
    by_type.push_back(metrics_of_component(type.type));
  }
  std::vector<MetricLine> common = by_type.front();
  std::erase_if(common, [&](const MetricLine& line) {
    return !std::all_of(by_type.begin(), by_type.end(),
                        [&](const auto& lines) { return has(lines, line); });
  });
  std::string text = "\n### Every component\n\n" + table_of(common);
  for (std::size_t i = 0; i < by_type.size(); ++i) {
    std::vector<MetricLine>& own = by_type[i];
    std::erase_if(own, [&](const MetricLine& line) { return has(common, line); });
    const models::ComponentType& type = models::component_types()[i];
    text += "\n### `" + std::string(type.type) + "`\n\n" + std::string(type.about) + "\n\n" +
            table_of(own);
  }
  return text + "\n";
}

std::string user_metric_table() { return table_of(metrics_of_users()); }

std::string connection_metric_table() {
  MetricList list;
  models::ConnectionTotals().measure(list);
  return table_of(list.take());
}

std::string hedge_metric_table() {
  MetricList list;
  models::HedgeTotals().measure(list);
  return table_of(list.take());
}

std::string guard_metric_table() {
  MetricList list;
  models::GuardTotals().measure(list);
  return table_of(list.take());
}

std::string autoscaler_metric_table() {
  MetricList list;
  models::Autoscaler({}, 1).measure({}, list);
  return table_of(list.take());
}

}  // namespace faultline::scenarios
