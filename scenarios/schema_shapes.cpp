#include "scenarios/schema_shapes.h"

#include "models/registry.h"
#include "scenarios/outline.h"

namespace faultline::scenarios {
namespace {

struct Occurrence {
  std::vector<Parameter> parameters;
  int times = 0;
  bool alike = true;
};

using Occurrences = std::map<std::string, Occurrence, std::less<>>;

void count(const std::vector<Parameter>& parameters, Occurrences& shapes) {
  for (const Parameter& parameter : parameters) {
    if (parameter.shape.empty()) continue;
    Occurrence& shape = shapes[parameter.shape];
    ++shape.times;
    if (parameter.within_itself) continue;
    if (shape.parameters.empty()) shape.parameters = parameter.parameters;
    shape.alike = shape.alike && shape.parameters == parameter.parameters;
    count(parameter.parameters, shapes);
  }
}

}  // namespace

const std::map<std::string, std::vector<Parameter>, std::less<>>& shared_shapes() {
  static const auto shared = [] {
    Occurrences shapes;
    for (const auto& section :
         {run_parameters(), series_parameters(), view_parameters(), network_parameters(),
          workload_parameters(), timeline_parameters(), fault_parameters(), alert_parameters(),
          price_parameters(), expectation_parameters()}) {
      count(section, shapes);
    }
    for (const models::ComponentType& type : models::component_types()) {
      count(component_parameters(type), shapes);
    }
    std::map<std::string, std::vector<Parameter>, std::less<>> several;
    for (auto& [name, shape] : shapes) {
      if (shape.times > 1 && shape.alike) several.emplace(name, std::move(shape.parameters));
    }
    return several;
  }();
  return shared;
}

}  // namespace faultline::scenarios
