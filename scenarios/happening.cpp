#include "scenarios/happening.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/arrow.h"
#include "sim/units.h"

namespace faultline::scenarios {
namespace {

struct Verb {
  std::string_view name;
  std::string Happening::*target;
  bool in_faults;
  std::string_view meaning;
};

constexpr auto verbs = std::to_array<Verb>({
    {"crash", &Happening::crash, true,
     "These processes die: web (all replicas), web/0, db/leader. Undone by a restart."},
    {"destroy", &Happening::destroy, true,
     "These machines are gone with all they stored. Undone by empty ones in their place."},
    {"restart", &Happening::restart, false, "These processes start anew."},
    {"drain", &Happening::drain, false,
     "These replicas finish what they have, and callers choose others, until they start anew."},
    {"slow", &Happening::slow, true, "These replicas work at `factor` of their speed."},
    {"pause", &Happening::pause, true, "These replicas stand still and keep what they have."},
    {"flush", &Happening::flush, false, "These caches forget what they hold."},
    {"redrive", &Happening::redrive, false, "These queues deliver their dead letters again."},
    {"outage", &Happening::outage, true,
     "This replica's host, zone or region goes silent with everything in it."},
    {"autoscaler-outage", &Happening::autoscaler_outage, false,
     "Nobody decides how many replicas this service has: they stay as they are."},
    {"deploy", &Happening::deploy, false,
     "This service's replicas get another `version`, some at a time."},
    {"expire-certificate", &Happening::expire_certificate, false,
     "Nobody gets a new connection to this component: its certificate has expired."},
    {"cut", &Happening::cut, true,
     "No message gets through: a->b (one way) or a<->b, between regions, homes or components."},
    {"delay", &Happening::delay, true, "Messages take longer, by `by`: a->b or a<->b."},
    {"lose", &Happening::lose, true, "A `share` of messages is lost: a->b or a<->b."},
    {"load", &Happening::load, true,
     "A workload's arrival rate is multiplied by `factor`; * means all."},
    {"set", &Happening::set, false, "A parameter, as /components/web/workers, is set to `to`."},
});

// The one that was said; nullptr when it was none.
const Verb* verb_of(const Happening& happening) {
  const auto said = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& verb) {
    return !(happening.*verb.target).empty();
  });
  return said == verbs.end() ? nullptr : &*said;
}

std::string words_of(Happening::Section section) {
  std::string words;
  for (const Verb& verb : verbs) {
    if (section == Happening::Section::faults && !verb.in_faults) continue;
    words += (words.empty() ? "" : ", ") + std::string(verb.name);
  }
  const std::size_t last = words.rfind(", ");
  return words.replace(last, 2, " and ");
}

std::unique_ptr<models::Action> link_action(const std::string& arrow, models::EdgeChange change) {
  const auto way = models::parse_arrow(arrow);
  if (!way) return nullptr;
  return std::make_unique<models::LinkAction>(way->from, way->to, way->both_ways, change);
}

}  // namespace

void Happening::describe(models::Fields& fields, Section section) {
  int said = 0;
  for (const Verb& verb : verbs) {
    if (section == Section::faults && !verb.in_faults) continue;
    fields.text({verb.name, verb.meaning}, this->*verb.target);
    said += (this->*verb.target).empty() ? 0 : 1;
  }
  fields.number({"factor", "Of `slow` (0 to 100) and `load`."}, factor);
  fields.ratio({"share", "Of `lose`."}, share);
  fields.duration({"by", "Of `delay`."}, by);
  if (section == Section::timeline) {
    fields.nested({"version", "Of `deploy`: what the replicas get."}, "version", version);
    fields.nested({"roll-out", "Of `deploy`: how; absent: one replica at a time, to the end."},
                  "roll-out", roll_out);
    fields.nested({"roll-back", "Of `deploy`: when it turns back; absent: never."}, "roll-back",
                  roll_back);
  }
  if (said != 1) fields.reject("", "exactly one of " + words_of(section));
  if (said == 1) check_details(fields);
  for (const Verb& verb : verbs) {
    const std::string& text = this->*verb.target;
    const bool is_arrow = verb.name == "cut" || verb.name == "delay" || verb.name == "lose";
    if (!is_arrow || text.empty() || models::parse_arrow(text)) continue;
    fields.reject(verb.name, "expected a->b or a<->b, got \"" + text + "\"");
  }
}

// Keys that say more about a verb stand beside it and nowhere else.
void Happening::check_details(models::Fields& fields) const {
  const bool scaled = !slow.empty() || !load.empty();
  if (scaled && factor == 1) fields.reject("factor", "expected a factor other than 1");
  if (!scaled && factor != 1) fields.reject("factor", "goes with `slow` and `load` only");
  if (!slow.empty() && factor > 100) fields.reject("factor", "expected at most 100");
  if (!delay.empty() && by.ns == 0) fields.reject("by", "expected a delay above 0");
  if (delay.empty() && by.ns > 0) fields.reject("by", "goes with `delay` only");
  if (!lose.empty() && share == 0) fields.reject("share", "expected a share above 0");
  if (!deploy.empty() && !version) fields.reject("", "`deploy` needs a `version`");
  if (deploy.empty() && version) fields.reject("version", "goes with `deploy` only");
  if (deploy.empty() && roll_out) fields.reject("roll-out", "goes with `deploy` only");
  if (deploy.empty() && roll_back) fields.reject("roll-back", "goes with `deploy` only");
  if (lose.empty() && share != 1) fields.reject("share", "goes with `lose` only");
}

std::string_view Happening::verb() const { return verb_of(*this)->name; }

const std::string& Happening::target() const { return this->*verb_of(*this)->target; }

Happening Happening::of(const std::string& target) const {
  Happening other = *this;
  other.*verb_of(*this)->target = target;
  return other;
}

std::unique_ptr<models::Action> Happening::action() const {
  using namespace models;
  std::unique_ptr<Action> action;
  if (!crash.empty()) action = std::make_unique<CrashAction>(Address{crash});
  if (!destroy.empty()) action = std::make_unique<DestroyAction>(Address{destroy});
  if (!restart.empty()) action = std::make_unique<RestartAction>(Address{restart});
  if (!drain.empty()) action = std::make_unique<DrainAction>(Address{drain});
  if (!slow.empty()) action = std::make_unique<SlowAction>(Address{slow}, factor);
  if (!pause.empty()) action = std::make_unique<SlowAction>(Address{pause}, 0.0);
  if (!flush.empty()) action = std::make_unique<FlushAction>(Address{flush});
  if (!redrive.empty()) action = std::make_unique<RedriveAction>(Address{redrive});
  if (!outage.empty()) action = std::make_unique<OutageAction>(Address{outage});
  if (!autoscaler_outage.empty()) {
    action = std::make_unique<AutoscalerOutageAction>(Address{autoscaler_outage});
  }
  if (!deploy.empty() && version) {
    const Deployment deployment{*version, roll_out.value_or(RollOutSettings()), roll_back};
    action = std::make_unique<DeployAction>(Address{deploy},
                                            std::make_shared<const Deployment>(deployment));
  }
  if (!expire_certificate.empty()) {
    action = std::make_unique<ExpireCertificateAction>(Address{expire_certificate});
  }
  if (!cut.empty()) action = link_action(cut, {.cut = true, .delay = {}, .loss = 0});
  if (!delay.empty()) action = link_action(delay, {.cut = false, .delay = by, .loss = 0});
  if (!lose.empty()) action = link_action(lose, {.cut = false, .delay = {}, .loss = share});
  if (!load.empty()) {
    const auto whom = load == "*" ? std::nullopt : std::optional{load};
    action = std::make_unique<LoadAction>(whom, factor);
  }
  if (action != nullptr) action->what = what();
  return action;
}

std::string Happening::what() const {
  const Verb& verb = *verb_of(*this);
  std::string text = fmt::format("{} {}", verb.name, target());
  if (!slow.empty() || !load.empty()) text += fmt::format(" x{:g}", factor);
  if (!lose.empty()) text += fmt::format(" {:g} %", share * 100);
  if (version) text += " " + version->name;
  if (!delay.empty()) text += " by " + sim::format_duration(by);
  return text;
}

}  // namespace faultline::scenarios
