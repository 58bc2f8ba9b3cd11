// Whom a service calls, and what it can be asked for, as its settings alone tell.
#include "models/service/service.h"

namespace faultline::models {
namespace {

void list_calls(const std::string& on, const Steps& steps, std::vector<StaticCall>& calls) {
  const auto add = [&](const std::string& callee, Operation operation) {
    if (!callee.empty()) calls.push_back({on, callee, operation, std::string()});
  };
  for (const StepSettings& step : steps) {
    if (!step.call.empty()) {
      auto endpoint = step.endpoint.empty() ? std::nullopt : std::optional(step.endpoint);
      calls.push_back({on, step.call, Operation::serve, std::move(endpoint)});
    }
    add(step.cache, Operation::read);
    add(step.read, Operation::read);
    add(step.cache, Operation::store);
    add(step.write, Operation::write);
    add(step.invalidate, Operation::invalidate);
    if (!step.publish.empty()) {
      calls.push_back({on, step.publish, Operation::publish, std::nullopt});
    }
    for (const Steps& branch : step.parallel) list_calls(on, branch, calls);
  }
}

}  // namespace

std::vector<StaticCall> Service::static_calls() const {
  std::vector<StaticCall> calls;
  const auto& limit = settings.rate_limit;
  if (limit && limit->store && limit->store->name != this->name()) {
    calls.push_back({{}, limit->store->name, Operation::write, std::string()});
  }
  for (const auto& [name, steps] : settings.endpoints) {
    const std::string asked(EndpointName(name).asked);
    list_calls(asked == "*" ? "" : asked, steps, calls);
  }
  if (!settings.health) return calls;
  for (const HealthNeed& need : settings.health->needs) {
    const Operation operation = need.read.empty() ? Operation::serve : Operation::read;
    calls.push_back({"", need.callee(), operation, need.endpoint});
  }
  return calls;
}

std::optional<std::vector<std::string>> Service::endpoints() const {
  std::vector<std::string> names;
  for (const auto& [name, steps] : settings.endpoints) names.emplace_back(EndpointName(name).asked);
  return names;
}

}  // namespace faultline::models
