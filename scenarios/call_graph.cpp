#include "scenarios/call_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "models/workload/client.h"
#include "scenarios/json_pointer.h"

namespace faultline::scenarios {
namespace {

// A component serving one endpoint; the endpoint is empty where it makes no difference.
using Node = std::pair<std::string, std::string>;

std::string shown(const Node& node) {
  return node.second.empty() ? node.first : node.first + " (" + node.second + ")";
}

class CallGraph {
 public:
  CallGraph(const std::vector<std::shared_ptr<const models::Component>>& components,
            const Document& document, Problems& problems)
      : document_(document), problems_(problems) {
    for (const auto& component : components) components_[component->name()] = component.get();
  }

  void check() {
    for (const auto& [name, component] : components_) {
      const auto served = component->endpoints();
      if (!served) {
        visit({name, ""});
        continue;
      }
      for (const std::string& endpoint : *served) visit({name, endpoint});
    }
  }

 private:
  std::string section_of(const std::string& component) const {
    const bool workload = components_.at(component)->type() == "workload";
    return child_pointer(workload ? "/workloads" : "/components", component);
  }

  // The endpoint under which `callee` serves what it is asked for; nullopt: not at all.
  std::optional<std::string> served_as(const std::string& callee, const std::string& asked,
                                       models::Operation operation) const {
    const auto served = components_.at(callee)->endpoints();
    if (!served || operation != models::Operation::serve) return asked;
    const auto has = [&](const std::string& name) {
      return std::find(served->begin(), served->end(), name) != served->end();
    };
    if (has(asked)) return asked;
    if (has("*")) return "*";
    return std::nullopt;
  }

  void visit(const Node& node) {
    if (done_.contains(node)) return;
    const auto on_path = std::find(path_.begin(), path_.end(), node);
    if (on_path != path_.end()) return report_circle(on_path);
    path_.push_back(node);
    for (const models::StaticCall& call : components_.at(node.first)->static_calls()) {
      if (!call.endpoint.empty() && call.endpoint != node.second) continue;
      follow(node, call);
    }
    path_.pop_back();
    done_.insert(node);
  }

  void follow(const Node& node, const models::StaticCall& call) {
    if (!components_.contains(call.callee)) return;
    const std::string asked = call.callee_endpoint.value_or(node.second);
    const auto served = served_as(call.callee, asked, call.operation);
    if (!served) {
      report_unserved(node.first, call.callee, asked);
      return;
    }
    visit({call.callee, *served});
  }

  // Whoever only passes on what it is asked for is not the one to blame; who asked first is.
  void report_unserved(const std::string& caller, const std::string& callee,
                       const std::string& asked) {
    if (asked.empty() && components_.at(caller)->type() != "workload") return;
    if (!reported_.insert({callee, asked}).second) return;
    problems_.add({.origin = document_.origin_of(section_of(path_.front().first)),
                   .pointer = section_of(path_.front().first),
                   .message = "asks " + callee + " for an endpoint that it does not serve",
                   .value = in_quotes(asked),
                   .suggestion = nearest_name(asked, *components_.at(callee)->endpoints())});
  }

  void report_circle(std::vector<Node>::const_iterator begin) {
    std::string circle;
    for (auto node = begin; node != path_.end(); ++node) circle += shown(*node) + " -> ";
    circle += shown(*begin);
    document_.add_problem(section_of(begin->first), "calls that never end: " + circle, problems_);
  }

  std::map<std::string, const models::Component*> components_;
  const Document& document_;
  Problems& problems_;
  std::vector<Node> path_;
  std::set<Node> done_;
  std::set<Node> reported_;
};

}  // namespace

void check_calls(const std::vector<std::shared_ptr<const models::Component>>& components,
                 const Document& document, Problems& problems) {
  CallGraph(components, document, problems).check();
}

}  // namespace faultline::scenarios
