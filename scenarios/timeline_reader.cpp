#include "scenarios/timeline_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/fault_entry.h"
#include "scenarios/json_fields.h"
#include "scenarios/json_pointer.h"
#include "scenarios/outline.h"
#include "scenarios/timeline_entry.h"

namespace faultline::scenarios {
namespace {

using nlohmann::json;

// An object in which only the one parameter stands: {"health-check": {"interval": VALUE}}.
json object_with(const PointerTokens& path, const json& value) {
  json object = value;
  for (auto token = path.rbegin(); token != path.rend(); ++token) {
    object = json{{*token, std::move(object)}};
  }
  return object;
}

// What the fields that assign a parameter read from, for as long as the action lives. Worlds on
// several threads share it, so it never changes.
struct Assignment {
  json object;
  std::string pointer;
  Document document;
  Names names;
};

struct OwnProblems {
  Problems problems;
};

// Fields that assign a parameter; what they find wrong they keep to themselves.
class AssigningFields final : public OwnProblems, public JsonFields {
 public:
  explicit AssigningFields(std::shared_ptr<const Assignment> assignment)
      : JsonFields({assignment->object, assignment->pointer, assignment->document, problems},
                   assignment->names, {}, Reading::partial),
        assignment_(std::move(assignment)) {}

 private:
  std::shared_ptr<const Assignment> assignment_;
};

class SetReader {
 public:
  SetReader(const Scenario& scenario, const ValueAt& root, const Names& names)
      : scenario_(scenario), root_(root), names_(names) {}

  // `entry` stands at `at`. nullptr after adding a problem.
  std::unique_ptr<models::Action> read(const TimelineEntry& entry, const ValueAt& at) {
    const ValueAt set = at.child("set");
    const auto tokens = parse_pointer(entry.happening.set);
    const bool section = tokens && tokens->size() >= 3 &&
                         ((*tokens)[0] == "components" || (*tokens)[0] == "workloads");
    if (!section) {
      set.refuse("a pointer to a parameter, such as /components/web/workers");
      return nullptr;
    }
    const models::Component* component = find((*tokens)[1]);
    if (component == nullptr) {
      set.refuse("a pointer to a parameter of a component that exists");
      return nullptr;
    }
    if (!at.value.contains("to")) {
      at.document.add_problem(at.pointer, "the key \"to\" is missing", at.problems);
      return nullptr;
    }
    const PointerTokens path(tokens->begin() + 2, tokens->end());
    const std::string pointer = "/" + (*tokens)[0] + "/" + (*tokens)[1];
    auto assign = assignment(path, at.value["to"], pointer, at.document);
    if (!try_out(*component, assign, set)) return nullptr;
    auto restore = assign;
    if (entry.lasts) {
      const json::json_pointer before(entry.happening.set);
      if (!root_.value.contains(before)) {
        at.document.add_problem(
            set.pointer,
            "to be undone after `for`, the scenario must state a value at " + entry.happening.set,
            at.problems);
        return nullptr;
      }
      restore = assignment(path, root_.value[before], pointer, at.document);
    }
    const auto fields = [](const std::shared_ptr<const Assignment>& of) {
      return [of] { return std::make_unique<AssigningFields>(of); };
    };
    return std::make_unique<models::SetAction>(component->name(), path.front(), fields(assign),
                                               fields(restore));
  }

 private:
  const models::Component* find(const std::string& name) const {
    for (const auto& component : scenario_.components) {
      if (component->name() == name) return component.get();
    }
    return nullptr;
  }

  std::shared_ptr<const Assignment> assignment(const PointerTokens& path, const json& value,
                                               const std::string& pointer,
                                               const Document& document) {
    return std::make_shared<Assignment>(
        Assignment{object_with(path, value), pointer, document, names_});
  }

  bool try_out(const models::Component& component,
               const std::shared_ptr<const Assignment>& assignment, const ValueAt& set) {
    AssigningFields fields(assignment);
    component.clone()->describe(fields);
    fields.finish();
    for (const Problem& problem : fields.problems.kept()) {
      Problem told = problem;
      told.origin = set.document.origin_of(set.pointer);
      told.message += " (in " + set.pointer + ")";
      set.problems.add(std::move(told));
    }
    return fields.problems.empty();
  }

  const Scenario& scenario_;
  const ValueAt& root_;
  const Names& names_;
};

// A list may be left out, but not be there with nothing in it.
void refuse_empty_stages(const ValueAt& entry) {
  const json::json_pointer stages("/roll-out/stages");
  if (!entry.value.is_object() || !entry.value.contains(stages)) return;
  if (!entry.value[stages].is_array() || !entry.value[stages].empty()) return;
  entry.document.add_problem(entry.pointer + "/roll-out/stages", "expected at least one stage",
                             entry.problems);
}

// Deployments of one service, of which a second begins while the first can only be baking.
class DeploymentTimes {
 public:
  void add(const std::string& label, const TimelineEntry& entry, const ValueAt& at) {
    const Happening& what = entry.happening;
    const sim::Duration bakes = what.roll_out ? what.roll_out->bakes_for() : sim::Duration{};
    const Span span{label, what.deploy, entry.at, entry.at + bakes};
    for (const Span& other : spans_) {
      if (other.service != span.service) continue;
      const bool meets = span.begin <= other.end && other.begin <= span.end;
      if (!meets) continue;
      at.document.add_problem(child_pointer(at.pointer, "at"),
                              "the deployment `" + other.label +
                                  "` of the same service is then "
                                  "still under way",
                              at.problems);
    }
    spans_.push_back(span);
  }

 private:
  struct Span {
    std::string label;
    std::string service;
    sim::Duration begin;
    sim::Duration end;
  };
  std::vector<Span> spans_;
};

}  // namespace

void read_faults(Scenario& scenario, const ValueAt& root, const Names& names) {
  if (!root.value.contains("faults")) return;
  const ValueAt section = root.child("faults");
  if (!section.value.is_object()) {
    section.refuse("an object of labelled entries");
    return;
  }
  for (const auto& item : section.value.items()) {
    FaultEntry entry;
    const std::size_t before = section.problems.count();
    JsonFields fields(section.child(item.key()), names);
    entry.describe(fields);
    fields.finish();
    if (section.problems.count() == before) scenario.faults.push_back(entry.fault(item.key()));
  }
}

void read_timeline(Scenario& scenario, const ValueAt& root, const Names& names) {
  if (!root.value.contains("timeline")) return;
  const ValueAt section = root.child("timeline");
  if (!section.value.is_object()) {
    section.refuse("an object of labelled entries");
    return;
  }
  SetReader set_reader(scenario, root, names);
  DeploymentTimes deployments;
  for (const auto& item : section.value.items()) {
    const ValueAt at = section.child(item.key());
    TimelineEntry entry;
    JsonFields fields(at, names, {std::string(set_value_key)});
    entry.describe(fields);
    fields.finish();
    if (entry.happening.set.empty() && at.value.is_object() && at.value.contains(set_value_key)) {
      at.document.add_problem(child_pointer(at.pointer, set_value_key), "goes with `set` only",
                              at.problems);
    }
    std::unique_ptr<models::Action> action =
        entry.happening.set.empty() ? entry.happening.action() : set_reader.read(entry, at);
    refuse_empty_stages(at);
    if (action == nullptr) continue;
    if (!entry.happening.deploy.empty()) deployments.add(item.key(), entry, at);
    action->label = item.key();
    action->what = entry.happening.what();
    action->at = sim::Time{} + entry.at;
    action->lasts = entry.lasts;
    scenario.timeline.push_back(std::move(action));
  }
  std::stable_sort(scenario.timeline.begin(), scenario.timeline.end(),
                   [](const auto& a, const auto& b) { return a->at < b->at; });
}

}  // namespace faultline::scenarios
