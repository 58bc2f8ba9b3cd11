#include <array>
#include <nlohmann/json.hpp>

#include "analysis/story/story_text.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> pressure_names = {"none", "down", "up"};
constexpr std::array<std::string_view, 3> subject_names = {"component", "call", "users"};

template <class Enum, std::size_t n>
std::string name_in(const std::array<std::string_view, n>& names, Enum value) {
  return std::string(names[static_cast<std::size_t>(value)]);
}

ordered_json seconds(std::optional<sim::Time> at) {
  return at ? ordered_json(at->seconds()) : ordered_json(nullptr);
}

ordered_json number(std::optional<double> value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json of(const Departure& departure) {
  const Judged& how = judgement_of(departure.measure);
  ordered_json json = {{"subject", name_in(subject_names, departure.subject)},
                       {"name", departure.name}};
  if (departure.subject == Subject::hop) {
    json["caller"] = departure.caller;
    json["pressure"] = name_in(pressure_names, departure.pressure);
  }
  json["figure"] = how.name;
  json["unit"] = how.unit;
  json["normal"] = departure.normal.middle;
  json["normal_low"] = departure.normal.low;
  json["normal_high"] = departure.normal.high;
  json["left_s"] = departure.left.seconds();
  json["worst"] = departure.worst;
  json["worst_s"] = departure.worst_at.seconds();
  json["back_s"] = seconds(departure.back);
  return json;
}

ordered_json of(const HeldBy& held_by) {
  ordered_json steps = ordered_json::array();
  for (const HeldBy::Step& step : held_by.steps) {
    const Judged& how = judgement_of(step.measure);
    ordered_json entry = {{"name", step.name}};
    if (!step.caller.empty()) entry["caller"] = step.caller;
    entry["figure"] = how.name;
    entry["unit"] = how.unit;
    entry["normal"] = step.normal;
    entry["now"] = step.now;
    steps.push_back(std::move(entry));
  }
  return {{"kind", name_of(held_by.kind)}, {"steps", std::move(steps)}};
}

ordered_json trigger_json(const Story& story) {
  ordered_json list = ordered_json::array();
  for (const Triggered& trigger : story.triggers) {
    list.push_back({{"label", trigger.label},
                    {"what", trigger.what},
                    {"at_s", trigger.at.seconds()},
                    {"ended_s", seconds(trigger.ended)},
                    {"lasts", trigger.lasts}});
  }
  return list;
}

}  // namespace

ordered_json story_json(const Story& story) {
  ordered_json json;
  json["schema"] = "faultline-story/1";
  json["scenario"] = story.scenario;
  json["seed"] = story.seed;
  json["ended"] = story.ended;
  json["complete"] = story.complete;
  json["simulated_seconds"] = story.end.seconds();
  json["digest"] = story.digest;
  json["window_s"] = story.window.seconds();
  json["calm"] = nullptr;
  if (story.calm_windows > 0) {
    json["calm"] = {{"begin_s", story.calm_begin.seconds()},
                    {"end_s", story.calm_end.seconds()},
                    {"windows", story.calm_windows}};
  }
  json["triggers"] = trigger_json(story);
  json["departures"] = ordered_json::array();
  for (const Departure& departure : story.departures) json["departures"].push_back(of(departure));
  json["tries_per_call"] = ordered_json::array();
  for (const Amplification& entry : story.amplification) {
    json["tries_per_call"].push_back({{"caller", entry.caller},
                                      {"callee", entry.callee},
                                      {"normal", number(entry.normal)},
                                      {"worst", number(entry.worst)},
                                      {"at_end", number(entry.at_end)}});
  }
  json["users"] = ordered_json::array();
  for (const Story::Felt& felt : story.felt) {
    json["users"].push_back({{"workload", felt.workload},
                             {"noticed_s", felt.noticed.seconds()},
                             {"back_s", seconds(felt.back)}});
  }
  json["noticed_s"] = seconds(story.noticed);
  json["trigger_end_s"] = seconds(story.trigger_end);
  json["ending"] = name_of(story.ending);
  json["back_s"] = seconds(story.back);
  json["held_by"] = story.held_by ? of(*story.held_by) : ordered_json(nullptr);
  json["wasted_work"] = ordered_json::array();
  for (const Wasted& wasted : story.wasted) {
    json["wasted_work"].push_back(
        {{"component", wasted.component}, {"share", wasted.share}, {"normal", wasted.normal}});
  }
  return json;
}

}  // namespace faultline::analysis
