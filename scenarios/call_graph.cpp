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

// A component asked for something; empty where it makes no difference or cannot be known.
using Node = std::pair<std::string, std::string>;

std::string address_of(const Node& node) {
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
      for (const std::string& endpoint : *served) visit({name, endpoint == "*" ? "" : endpoint});
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
    const auto served = served_as(node.first, node.second, models::Operation::serve);
    for (const models::StaticCall& call : components_.at(node.first)->static_calls()) {
      if (!call.endpoint.empty() && call.endpoint != served) continue;
      follow(node, call);
    }
    path_.pop_back();
    done_.insert(node);
  }

  void follow(const Node& node, const models::StaticCall& call) {
    if (!components_.contains(call.callee)) return;
    if (!components_.at(call.callee)->takes(call.operation))
      return report_untaken(node.first, call);
    const std::string asked = call.callee_endpoint.value_or(node.second);
    const std::string asker = asker_;
    if (call.callee_endpoint) asker_ = node.first;
    if (served_as(call.callee, asked, call.operation)) {
      visit({call.callee, asked});
    } else {
      report_unserved(node.first, call.callee, asked);
    }
    asker_ = asker;
  }

  // Whoever only passes on what it is asked for is not the one to blame; who names it is.
  void report_unserved(const std::string& caller, const std::string& callee,
                       const std::string& asked) {
    if (asked.empty() && components_.at(caller)->type() != "workload") return;
    if (!reported_.insert({callee, asked}).second) return;
    const std::string pointer = section_of(asker_.empty() ? path_.front().first : asker_);
    problems_.add({.origin = document_.origin_of(pointer),
                   .pointer = pointer,
                   .message = "asks " + callee + " for an endpoint that it does not serve",
                   .value = in_quotes(asked),
                   .suggestion = nearest_name(asked, *components_.at(callee)->endpoints())});
  }

  void report_untaken(const std::string& caller, const models::StaticCall& call) {
    if (!reported_.insert({caller, call.callee}).second) return;
    const std::string type(components_.at(call.callee)->type());
    const bool is_queue = call.operation != models::Operation::publish;
    document_.add_problem(section_of(caller),
                          "asks " + call.callee + ", a " + type + ", for what it does not do: " +
                              (is_queue ? "a queue takes messages, and has nothing to read"
                                        : "only a queue takes messages"),
                          problems_);
  }

  void report_circle(std::vector<Node>::const_iterator begin) {
    std::set<std::string> members;
    for (auto node = begin; node != path_.end(); ++node) members.insert(node->first);
    if (!reported_circles_.insert(members).second) return;
    std::string circle;
    for (auto node = begin; node != path_.end(); ++node) circle += address_of(*node) + " -> ";
    circle += address_of(*begin);
    document_.add_problem(section_of(begin->first), "calls that never end: " + circle, problems_);
  }

  std::map<std::string, const models::Component*> components_;
  const Document& document_;
  Problems& problems_;
  std::vector<Node> path_;
  std::set<Node> done_;
  std::string asker_;  // who named what is being asked for; empty: the first on the path
  std::set<Node> reported_;
  std::set<std::set<std::string>> reported_circles_;
};

}  // namespace

void check_calls(const std::vector<std::shared_ptr<const models::Component>>& components,
                 const Document& document, Problems& problems) {
  CallGraph(components, document, problems).check();
}

}  // namespace faultline::scenarios
