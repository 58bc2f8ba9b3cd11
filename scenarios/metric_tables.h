// Metrics as Markdown tables, gathered from what each component type and the users measure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::scenarios {

struct MetricLine {
  std::string name;
  std::string unit;
  std::string kind;  // what it is over a span of time
  std::string meaning;
};

// Of a component of this type in the smallest world it can be in; in the order it lists them.
std::vector<MetricLine> metrics_of_component(std::string_view type);
std::vector<MetricLine> metrics_of_users();

// A table of what all components measure, and one for each type with what it adds.
std::string component_metric_tables();
std::string user_metric_table();
// Of every caller whose calls need connections.
std::string connection_metric_table();
std::string guard_metric_table();
std::string hedge_metric_table();
std::string autoscaler_metric_table();

}  // namespace faultline::scenarios
