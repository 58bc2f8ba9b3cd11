#include "scenarios/scenario_checks.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "models/address.h"
#include "models/arrow.h"
#include "scenarios/call_graph.h"
#include "scenarios/json_pointer.h"

namespace faultline::scenarios {
namespace {

class Checks {
 public:
  Checks(const Document& document, const Names& names, Problems& problems)
      : document_(document), names_(names), problems_(problems) {}

  void add(const std::string& pointer, const std::string& message, const std::string& name,
           const std::vector<std::string>& valid) {
    problems_.add({.origin = document_.origin_of(pointer),
                   .pointer = pointer,
                   .message = message,
                   .value = in_quotes(name),
                   .suggestion = nearest_name(name, valid)});
  }

  bool is_place(const std::string& name) const {
    return contains(names_.regions, name) || contains(names_.homes, name);
  }

  // Both ends of an arrow must be places, or both components.
  void check_arrow(const std::string& pointer, const std::string& text) {
    const auto arrow = models::parse_arrow(text);
    if (!arrow) {
      document_.add_problem(pointer, "expected a->b or a<->b", problems_);
      return;
    }
    for (const std::string& end : {arrow->from, arrow->to}) {
      if (is_place(end) || names_.components.contains(end)) continue;
      std::vector<std::string> valid = names_.component_names();
      valid.insert(valid.end(), names_.regions.begin(), names_.regions.end());
      valid.insert(valid.end(), names_.homes.begin(), names_.homes.end());
      add(pointer, "expected the name of a component, region or home", end, valid);
      return;
    }
    if (is_place(arrow->from) != is_place(arrow->to)) {
      document_.add_problem(pointer, "expected two components, or two of the regions and homes",
                            problems_);
    }
  }

  void check_places(const Scenario& scenario) {
    for (const auto& [name, home] : scenario.network.clients) {
      if (!contains(names_.regions, home.near)) {
        add("/network/clients/" + name + "/near", "expected the name of a region", home.near,
            names_.regions);
      }
      if (contains(names_.regions, name)) {
        document_.add_problem("/network/clients/" + name, "this is the name of a region already",
                              problems_);
      }
    }
    for (const auto& [text, link] : scenario.network.links) {
      check_arrow(child_pointer("/network/links", text), text);
    }
  }

 private:
  static bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  const Document& document_;
  const Names& names_;
  Problems& problems_;
};

// One fault the timeline inflicts and the addresses it may name.
struct FaultVerb {
  const char* verb;
  std::optional<models::Fault> fault;
};

constexpr FaultVerb fault_verbs[] = {
    {"crash", models::Fault::crash},       {"destroy", models::Fault::destroy},
    {"restart", models::Fault::crash},     {"drain", models::Fault::crash},
    {"slow", models::Fault::slow},         {"pause", models::Fault::slow},
    {"flush", models::Fault::flush},       {"redrive", models::Fault::redrive},
    {"outage", models::Fault::crash},      {"autoscaler-outage", models::Fault::autoscaler_outage},
    {"deploy", models::Fault::deployment}, {"expire-certificate", std::nullopt}};

void check_address(Checks& checks, const Document& document, const Names& names,
                   const models::World& world, const std::string& pointer, const FaultVerb& verb,
                   const std::string& text, Problems& problems) {
  const models::Address address{text};
  if (const auto wrong = address.problem(world)) {
    std::vector<std::string> valid = names.component_names();
    valid.insert(valid.end(), names.regions.begin(), names.regions.end());
    const std::size_t slash = text.find('/');
    if (slash != std::string::npos) {
      for (std::string& name : valid) name += text.substr(slash);
    }
    valid.insert(valid.end(), names.zones.begin(), names.zones.end());
    std::erase(valid, text);
    checks.add(pointer, *wrong, text, valid);
    return;
  }
  const auto component = address.component(world);
  const bool is_part = address.is_place(world) || text.find('/') != std::string::npos;
  if (verb.fault == models::Fault::autoscaler_outage && is_part) {
    document.add_problem(pointer, "expected the name of a service, which has one autoscaler",
                         problems);
    return;
  }
  if (verb.fault == models::Fault::deployment && is_part) {
    document.add_problem(pointer, "expected the name of a service", problems);
    return;
  }
  if (verb.verb == std::string_view("expire-certificate")) {
    const bool can_be_called = !is_part && component && !world.component(*component).is_name() &&
                               !world.component(*component).offers_load();
    if (!can_be_called) {
      document.add_problem(pointer, "expected the name of a component that others connect to",
                           problems);
    }
    return;
  }
  if (address.is_place(world) || !component || !verb.fault) return;
  if (!world.component(*component).suffers(*verb.fault)) {
    document.add_problem(pointer,
                         "a component of type " + std::string(world.component(*component).type()) +
                             " does not suffer `" + verb.verb + '`',
                         problems);
  }
}

// The name before a slash, held against all names; for when there is no world to ask.
void check_name(Checks& checks, const Names& names, const std::string& pointer,
                const std::string& text) {
  const auto has = [](const std::vector<std::string>& all, const std::string& name) {
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  const std::string name = text.substr(0, text.find('/'));
  if (has(names.regions, name) || names.components.contains(name)) return;
  std::vector<std::string> valid = names.component_names();
  valid.insert(valid.end(), names.regions.begin(), names.regions.end());
  checks.add(pointer, "names no component, region or zone", text, valid);
}

void check_workload(Checks& checks, const Names& names, const std::string& pointer,
                    const std::string& workload) {
  std::vector<std::string> valid;
  for (const auto& [name, type] : names.components) {
    if (type == "workload") valid.push_back(name);
  }
  if (workload == "*" || std::find(valid.begin(), valid.end(), workload) != valid.end()) return;
  checks.add(pointer, "expected the name of a workload, or *", workload, valid);
}

void check_happenings(const std::string& section, const Document& document, const Names& names,
                      const models::World* world, Problems& problems) {
  const auto entries = document.value().find(section);
  if (entries == document.value().end() || !entries->is_object()) return;
  Checks checks(document, names, problems);
  for (const auto& [label, entry] : entries->items()) {
    if (!entry.is_object()) continue;
    const std::string pointer = child_pointer("/" + section, label);
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) continue;
      const std::string at = child_pointer(pointer, key);
      const std::string text = value.get<std::string>();
      for (const FaultVerb& verb : fault_verbs) {
        if (key != verb.verb) continue;
        if (world) {
          check_address(checks, document, names, *world, at, verb, text, problems);
        } else {
          check_name(checks, names, at, text);
        }
      }
      const bool is_way = key == "cut" || key == "delay" || key == "lose";
      if (is_way && models::parse_arrow(text)) checks.check_arrow(at, text);
      if (key == "load") check_workload(checks, names, at, text);
    }
  }
}

void check_fit(const models::World& world, const Document& document, Problems& problems) {
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const models::Component& component = world.component(id);
    const std::string section = component.offers_load() ? "/workloads" : "/components";
    for (const models::Misfit& misfit : component.misfits(world)) {
      const std::string pointer = child_pointer(section, component.name());
      document.add_problem(pointer + '/' + misfit.parameter, misfit.message, problems);
    }
  }
}

}  // namespace

void check_structure(const Scenario& scenario, const Document& document, const Names& names,
                     Problems& problems) {
  Checks checks(document, names, problems);
  checks.check_places(scenario);
  check_calls(scenario.components, document, problems);
}

void check_timeline(const Scenario& scenario, const Document& document, const Names& names,
                    Problems& problems) {
  // Without a whole architecture there is no world: then names are all that can be checked.
  std::unique_ptr<models::World> world;
  if (problems.empty()) {
    Scenario calm = scenario;  // its faults are yet to be checked
    calm.faults.clear();
    world = calm.make_world(scenario.run.seed);
    check_fit(*world, document, problems);
  }
  check_happenings("timeline", document, names, world.get(), problems);
  check_happenings("faults", document, names, world.get(), problems);
}

}  // namespace faultline::scenarios
