// An estimate as people and programs read it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/estimation/estimate.h"

namespace faultline::analysis {

std::string estimate_text(const Estimate& estimate) {
  std::size_t widest = 0;
  for (const EstimateStep& step : estimate.steps) widest = std::max(widest, step.working.size());
  std::string text;
  std::string section;
  for (const EstimateStep& step : estimate.steps) {
    if (step.section != section) {
      text += fmt::format("{}{}\n", section.empty() ? "" : "\n", step.section);
      section = step.section;
    }
    text += fmt::format("  {:<{}}  =  {}\n", step.working, widest, step.result);
  }
  if (estimate.assumptions.empty()) return text;
  text += "\nAssumed, as nothing else was said\n";
  for (const Assumption& assumed : estimate.assumptions) {
    const std::string option = assumed.option.empty() ? "" : " (" + assumed.option + ")";
    text += fmt::format("  {}{}\n", assumed.text, option);
  }
  return text;
}

std::string estimate_json(const Estimate& estimate) {
  using OrderedJson = nlohmann::ordered_json;
  OrderedJson figures = OrderedJson::object();
  OrderedJson steps = OrderedJson::array();
  for (const EstimateStep& step : estimate.steps) {
    figures[step.name] = step.value;
    steps.push_back({{"section", step.section},
                     {"figure", step.name},
                     {"working", step.working},
                     {"result", step.result}});
  }
  OrderedJson assumptions = OrderedJson::array();
  for (const Assumption& assumed : estimate.assumptions) {
    OrderedJson entry{{"text", assumed.text}};
    if (!assumed.option.empty()) entry["option"] = assumed.option;
    assumptions.push_back(std::move(entry));
  }
  const OrderedJson json{{"schema", "faultline-estimate/1"},
                         {"figures", std::move(figures)},
                         {"steps", std::move(steps)},
                         {"assumptions", std::move(assumptions)}};
  return json.dump(2) + "\n";
}

}  // namespace faultline::analysis
