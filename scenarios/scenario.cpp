#include "scenarios/scenario.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/registry.h"
#include "scenarios/access_log.h"
#include "scenarios/json_fields.h"
#include "scenarios/json_pointer.h"
#include "scenarios/merge_patch.h"
#include "scenarios/outline.h"
#include "scenarios/scenario_checks.h"
#include "scenarios/timeline_reader.h"

namespace faultline::scenarios {
namespace {

using nlohmann::json;

// What a scenario without regions or homes stands on: one zone, and users next to it.
constexpr std::string_view default_region = "here";
constexpr std::string_view default_home = "home";

// Reads the parts of one document; every part reports its own problems and lets the others go on.
class Loader {
 public:
  Loader(const Document& document, Problems& problems)
      : document_(document), root_{document.value(), "", document, problems}, problems_(problems) {}

  Scenario load() {
    check_top_level();
    read_texts();
    if (has("series")) read_section("series", scenario_.series.emplace());
    read_run();
    read_network();
    collect_names();
    read_components();
    read_workloads();
    if (problems_.empty()) check_structure(scenario_, document_, names_, problems_);
    read_timeline(scenario_, root_, names_);
    read_faults(scenario_, root_, names_);
    read_labelled("slos", "an object of labelled assertions", scenario_.slos);
    read_labelled("alerts", "an object of labelled alerts", scenario_.alerts);
    read_labelled("expect", "an object of labelled assertions", scenario_.expectations);
    read_prices();
    read_section("view", scenario_.view);
    check_timeline(scenario_, document_, names_, problems_);
    return std::move(scenario_);
  }

 private:
  bool has(const std::string& key) const { return root_.value.contains(key); }

  void check_top_level() {
    std::vector<std::string> valid;
    for (const TopLevelKey& key : top_level_keys()) {
      const std::string& name = valid.emplace_back(key.name);
      if (key.required && !has(name)) {
        document_.add_problem("", "the key \"" + name + "\" is missing", problems_);
      }
    }
    for (const auto& [key, value] : root_.value.items()) {
      if (std::find(valid.begin(), valid.end(), key) == valid.end()) root_.refuse_key(key, valid);
    }
  }

  void read_texts() {
    const auto read = [&](const char* key, std::string& text) {
      if (!has(key)) return;
      if (auto got = read_string(root_.child(key))) text = std::move(*got);
    };
    read("name", scenario_.name);
    read("about", scenario_.about);
    read("lesson", scenario_.lesson);
    if (scenario_.name.empty()) scenario_.name = document_.chain().front().stem().string();
  }

  template <class Settings>
  void read_section(const std::string& key, Settings& settings) {
    if (!has(key)) return;
    JsonFields fields(root_.child(key), names_);
    settings.describe(fields);
    fields.finish();
  }

  void read_prices() {
    if (!has("cost")) return;
    read_section("cost", scenario_.prices.emplace());
    check_prices(*scenario_.prices, document_, names_, problems_);
  }

  void read_run() { read_section("run", scenario_.run); }

  void read_network() {
    models::GeographySettings& network = scenario_.network;
    read_section("network", network);
    if (network.regions.empty()) network.regions[std::string(default_region)].zones = {"a"};
    if (network.clients.empty()) {
      network.clients[std::string(default_home)].near = network.regions.begin()->first;
    }
  }

  void collect_names() {
    for (const auto& [region, settings] : scenario_.network.regions) {
      names_.regions.push_back(region);
      for (const std::string& zone : settings.zones) names_.zones.push_back(region + "/" + zone);
    }
    for (const auto& [home, settings] : scenario_.network.clients) names_.homes.push_back(home);
    for (const char* section : {"components", "workloads"}) {
      if (!has(section)) continue;
      const ValueAt at = root_.child(section);
      if (!at.value.is_object()) {
        at.refuse("an object");
        continue;
      }
      if (at.value.empty()) at.refuse("at least one of them");
      for (const auto& item : at.value.items()) {
        collect_name(at, item.key(), type_of(section, item.value()));
      }
    }
  }

  static std::string type_of(const std::string& section, const json& value) {
    if (section == "workloads") return "workload";
    const bool has_type = value.is_object() && value.contains("type") && value["type"].is_string();
    return has_type ? value["type"].get<std::string>() : std::string{};
  }

  void collect_name(const ValueAt& section, const std::string& name, std::string type) {
    const std::string pointer = child_pointer(section.pointer, name);
    const bool plain = !name.empty() && name.find_first_of("/<>* ") == std::string::npos;
    if (!plain) {
      document_.add_problem(pointer, "expected a name without blanks and without / < > *",
                            problems_);
    }
    const auto taken = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (taken(names_.regions) || taken(names_.homes)) {
      document_.add_problem(pointer, "this is the name of a region or home already", problems_);
    }
    if (!names_.components.emplace(name, std::move(type)).second) {
      document_.add_problem(pointer, "this is the name of a component already", problems_);
    }
  }

  void read_components() {
    if (!has("components") || !root_.value["components"].is_object()) return;
    const ValueAt section = root_.child("components");
    std::vector<std::string> types;
    for (const auto& type : models::component_types()) types.emplace_back(type.type);
    for (const auto& item : section.value.items()) {
      const ValueAt at = section.child(item.key());
      if (!at.value.is_object()) {
        at.refuse("an object");
        continue;
      }
      if (!at.value.contains("type")) {
        document_.add_problem(at.pointer, "the key \"type\" is missing", problems_);
        continue;
      }
      const auto type = read_choice(at.child("type"), types);
      if (!type) continue;
      auto component = models::component_types()[*type].make(item.key());
      JsonFields fields(at, names_, {std::string(type_key)});
      component->describe(fields);
      fields.finish();
      scenario_.components.push_back(std::move(component));
    }
  }

  void read_workloads() {
    if (!has("workloads") || !root_.value["workloads"].is_object()) return;
    const ValueAt section = root_.child("workloads");
    for (const auto& item : section.value.items()) {
      const ValueAt at = section.child(item.key());
      auto client = std::make_shared<models::Client>(item.key());
      JsonFields fields(at, names_);
      client->describe(fields);
      fields.finish();
      client->set_horizon(sim::Time{} + scenario_.run.duration);
      if (client->settings.from.empty()) {
        if (names_.homes.size() == 1) {
          client->settings.from = names_.homes.front();
        } else if (at.value.is_object() && !at.value.contains("from")) {
          document_.add_problem(
              at.pointer, "the key \"from\" is missing, and there are several homes", problems_);
        }
      }
      if (client->settings.replay && !client->settings.replay->log.empty()) {
        read_log(*client, at);
      }
      scenario_.components.push_back(std::move(client));
    }
    std::sort(scenario_.components.begin(), scenario_.components.end(),
              [](const auto& a, const auto& b) { return a->name() < b->name(); });
  }

  void read_log(models::Client& client, const ValueAt& at) {
    const auto& replay = *client.settings.replay;
    AccessLogOptions options;
    options.spread_within_second = replay.spread;
    const AccessLogResult result = read_access_log(replay.log, options);
    if (const auto* error = std::get_if<AccessLogError>(&result)) {
      document_.add_problem(at.pointer + "/replay/log", error->text, problems_);
      return;
    }
    const AccessLog& log = std::get<AccessLog>(result);
    auto recorded = std::make_shared<std::vector<models::Recorded>>();
    recorded->reserve(log.entries.size());
    for (const AccessLogEntry& entry : log.entries) {
      const std::string& method = log.methods[entry.method];
      const double scaled = static_cast<double>(entry.arrival.ns) * replay.time_scale;
      recorded->push_back({.at = sim::Time{} + sim::Duration::from_ns(scaled),
                           .endpoint = method,
                           .key = entry.key,
                           .user = entry.user,
                           .bytes = 0,
                           .write = method == "POST" || method == "PUT" || method == "PATCH" ||
                                    method == "DELETE"});
    }
    ReplayedLog summary{.workload = client.name(),
                        .file = replay.log,
                        .requests = log.entries.size(),
                        .moved = log.moved,
                        .malformed = log.malformed,
                        .first_malformed = {}};
    for (const auto& line : log.first_malformed) {
      if (!summary.first_malformed.empty()) summary.first_malformed += ", ";
      summary.first_malformed += std::to_string(line.number);
    }
    scenario_.replayed.push_back(std::move(summary));
    client.set_recorded(std::move(recorded));
  }

  template <class Entry>
  void read_labelled(const std::string& key, const char* what, std::vector<Entry>& entries) {
    if (!has(key)) return;
    const ValueAt section = root_.child(key);
    if (!section.value.is_object()) {
      section.refuse(what);
      return;
    }
    for (const auto& item : section.value.items()) {
      Entry& entry = entries.emplace_back();
      entry.label = item.key();
      JsonFields fields(section.child(item.key()), names_);
      entry.describe(fields);
      fields.finish();
    }
  }

  const Document& document_;
  ValueAt root_;
  Problems& problems_;
  Scenario scenario_;
  Names names_;
};

}  // namespace

void RunSettings::describe(models::Fields& fields) {
  fields.duration({"duration", "How much time is simulated.", true}, duration, sim::Duration{1});
  fields.duration({"warmup", "Requests issued before count nowhere in the totals."}, warmup);
  fields.duration({"window", "Length of the windows of all series."}, window,
                  sim::Duration::from_seconds(0.001));
  fields.count({"seed", "Of all randomness."}, seed, {0, INT64_MAX});
  fields.count({"max-events", "Stop after so many events; absent: no limit."}, max_events,
               {1, INT64_MAX});
  fields.count({"max-requests", "Stop when so many requests are decided; absent: no limit."},
               max_requests, {1, INT64_MAX});
  fields.count({"max-records",
                "Stop when more than so many events, requests and attempts are "
                "alive at once."},
               max_records, {1, INT64_MAX});
  if (warmup >= duration) fields.reject("warmup", "must be shorter than `duration`");
}

void SeriesSettings::describe(models::Fields& fields) {
  fields.text({"name", "Of the series, the same in all its steps.", true}, name);
  fields.count({"step", "Its number in the series; each only once.", true}, step, {1, 1'000'000});
  fields.count({"users", "How many users its load stands for.", true}, users,
               {1, 1'000'000'000'000});
}

void ViewSettings::Corner::describe(models::Fields& fields) {
  constexpr models::NumberRange anywhere{-1e6, 1e6};
  fields.number({"x", "Of its left upper corner, to the right.", true}, x, anywhere);
  fields.number({"y", "Of its left upper corner, downwards.", true}, y, anywhere);
}

void ViewSettings::describe(models::Fields& fields) {
  fields.nested_map({"cards",
                     "Where components stand that are not to stand where the window puts them: by "
                     "name, as web, or db@eu where one stands in several regions."},
                    "corner", cards);
}

std::unique_ptr<models::World> Scenario::make_world(std::uint64_t seed) const {
  auto world = std::make_unique<models::World>(seed, models::Geography(network));
  world->set_warmup(run.warmup);
  world->set_window(run.window);
  world->set_request_limit(run.max_requests);
  for (const auto& component : components) world->add(component->clone());
  for (const auto& action : timeline) world->add_action(action);
  for (const auto& fault : faults) world->add_fault(fault);
  world->start();
  return world;
}

std::optional<Scenario> load_scenario(const std::filesystem::path& path,
                                      std::span<const Override> overrides,
                                      const std::filesystem::path& library, Problems& problems) {
  const Document document = load_document(path, overrides, library, problems);
  if (!problems.empty()) return std::nullopt;
  Scenario scenario = Loader(document, problems).load();
  if (!problems.empty()) return std::nullopt;
  scenario.file = path;
  if (!overrides.empty()) {
    const Document as_written = load_document(path, {}, library, problems);
    scenario.overridden = patch_between(as_written.value(), document.value()).dump();
  }
  return scenario;
}

}  // namespace faultline::scenarios
