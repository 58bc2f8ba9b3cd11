#include "scenarios/timeline_entry.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "models/arrow.h"
#include "sim/units.h"

namespace faultline::scenarios {
namespace {

using Verb = std::pair<std::string_view, const std::string*>;

std::array<Verb, 11> verbs_of(const TimelineEntry& e) {
  return {{{"crash", &e.crash},
           {"restart", &e.restart},
           {"slow", &e.slow},
           {"pause", &e.pause},
           {"flush", &e.flush},
           {"outage", &e.outage},
           {"cut", &e.cut},
           {"delay", &e.delay},
           {"lose", &e.lose},
           {"load", &e.load},
           {"set", &e.set}}};
}

std::unique_ptr<models::Action> link_action(const std::string& arrow, models::EdgeChange change) {
  const auto way = models::parse_arrow(arrow);
  if (!way) return nullptr;
  return std::make_unique<models::LinkAction>(way->from, way->to, way->both_ways, change);
}

}  // namespace

void TimelineEntry::describe(models::Fields& fields) {
  fields.duration({"at", "When it happens, from the start of the run.", true}, at);
  fields.duration({"for", "How long it lasts before it is undone; absent: for good."}, lasts,
                  sim::Duration{1});
  fields.text({"crash",
               "These processes die: web (all replicas), web/0, db/leader. Undone by a "
               "restart."},
              crash);
  fields.text({"restart", "These processes start anew."}, restart);
  fields.text({"slow", "These replicas work at `factor` of their speed."}, slow);
  fields.text({"pause", "These replicas stand still and keep what they have."}, pause);
  fields.text({"flush", "These caches forget what they hold."}, flush);
  fields.text({"outage", "This replica's host, zone or region goes silent with everything in it."},
              outage);
  fields.text({"cut",
               "No message gets through: a->b (one way) or a<->b, between regions, homes or "
               "components."},
              cut);
  fields.text({"delay", "Messages take longer, by `by`: a->b or a<->b."}, delay);
  fields.text({"lose", "A `share` of messages is lost: a->b or a<->b."}, lose);
  fields.text({"load", "A workload's arrival rate is multiplied by `factor`; * means all."}, load);
  fields.text({"set", "A parameter, as /components/web/workers, is set to `to`."}, set);
  fields.number({"factor", "Of `slow` (0 to 100) and `load`."}, factor);
  fields.ratio({"share", "Of `lose`."}, share);
  fields.duration({"by", "Of `delay`."}, by);
  int said = 0;
  for (const auto& [verb, value] : verbs_of(*this)) said += value->empty() ? 0 : 1;
  if (said != 1) {
    fields.reject("",
                  "exactly one of crash, restart, slow, pause, flush, outage, cut, delay, lose, "
                  "load and set");
  }
  if (said == 1) check_details(fields);
  for (const auto& [verb, arrow] :
       {Verb{"cut", &cut}, Verb{"delay", &delay}, Verb{"lose", &lose}}) {
    if (!arrow->empty() && !models::parse_arrow(*arrow)) {
      fields.reject(verb, "expected a->b or a<->b, got \"" + *arrow + "\"");
    }
  }
}

// Keys that say more about a verb stand beside it and nowhere else.
void TimelineEntry::check_details(models::Fields& fields) const {
  const bool scaled = !slow.empty() || !load.empty();
  if (scaled && factor == 1) fields.reject("factor", "expected a factor other than 1");
  if (!scaled && factor != 1) fields.reject("factor", "goes with `slow` and `load` only");
  if (!slow.empty() && factor > 100) fields.reject("factor", "expected at most 100");
  if (!delay.empty() && by.ns == 0) fields.reject("by", "expected a delay above 0");
  if (delay.empty() && by.ns > 0) fields.reject("by", "goes with `delay` only");
  if (!lose.empty() && share == 0) fields.reject("share", "expected a share above 0");
  if (lose.empty() && share != 1) fields.reject("share", "goes with `lose` only");
  if (lasts && (!restart.empty() || !flush.empty())) {
    fields.reject("for", "`restart` and `flush` happen at once and are not undone");
  }
}

std::unique_ptr<models::Action> TimelineEntry::action() const {
  using namespace models;
  std::unique_ptr<Action> action;
  if (!crash.empty()) action = std::make_unique<CrashAction>(Address{crash});
  if (!restart.empty()) action = std::make_unique<RestartAction>(Address{restart});
  if (!slow.empty()) action = std::make_unique<SlowAction>(Address{slow}, factor);
  if (!pause.empty()) action = std::make_unique<SlowAction>(Address{pause}, 0.0);
  if (!flush.empty()) action = std::make_unique<FlushAction>(Address{flush});
  if (!outage.empty()) action = std::make_unique<OutageAction>(Address{outage});
  if (!cut.empty()) action = link_action(cut, {.cut = true, .delay = {}, .loss = 0});
  if (!delay.empty()) action = link_action(delay, {.cut = false, .delay = by, .loss = 0});
  if (!lose.empty()) action = link_action(lose, {.cut = false, .delay = {}, .loss = share});
  if (!load.empty()) {
    const auto whom = load == "*" ? std::nullopt : std::optional{load};
    action = std::make_unique<LoadAction>(whom, factor);
  }
  return action;
}

std::string TimelineEntry::what() const {
  for (const auto& [verb, value] : verbs_of(*this)) {
    if (value->empty()) continue;
    std::string text = std::string(verb) + " " + *value;
    if (verb == "slow" || verb == "load") text += fmt::format(" x{:g}", factor);
    if (verb == "lose") text += fmt::format(" {:g} %", share * 100);
    if (verb == "delay") text += " by " + sim::format_duration(by);
    return text;
  }
  return {};
}

}  // namespace faultline::scenarios
