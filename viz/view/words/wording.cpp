#include "viz/view/words/wording.h"

#include <fmt/format.h>

#include "analysis/format.h"

namespace faultline::viz {
std::string sentence_of(const Happened& state, const models::World& world) {
  const models::Component& component = world.component(state.component);
  std::string whom = component.name();
  if (component.replicas().size() > 1) whom += fmt::format("/{}", state.replica);
  switch (state.to) {
    case models::Lifecycle::down:
      return whom + " went down";
    case models::Lifecycle::starting:
      return whom + " is starting";
    case models::Lifecycle::draining:
      return whom + " takes no new work";
    case models::Lifecycle::absent:
      return whom + " is gone";
    case models::Lifecycle::up:
      break;
  }
  return whom + " is up";
}

std::string moment(sim::Time at) {
  if (at.ns < 600'000'000'000) return fmt::format("{:.1f} s", at.seconds());
  return analysis::clock(sim::Time{at.ns / 100'000'000 * 100'000'000});
}

std::string clock_text(sim::Time at) {
  constexpr std::int64_t second = 1'000'000'000;
  return analysis::clock(sim::Time{(at.ns + second / 2) / second * second});
}

}  // namespace faultline::viz
