#include "analysis/event_log.h"

#include <fmt/format.h>

#include "models/timeline.h"

namespace faultline::analysis {

void EventLog::add(LoggedEvent event) {
  if (events_.size() == most_events) {
    ++dropped_;
  } else {
    events_.push_back(std::move(event));
  }
}

void EventLog::state_changed(models::ComponentId component, models::ReplicaIndex replica,
                             models::Lifecycle from, models::Lifecycle to, sim::Time now) {
  const auto name = [](models::Lifecycle state) {
    return std::string(models::lifecycle_names[static_cast<std::size_t>(state)]);
  };
  add({now, "state", world_->component(component).name() + "/" + std::to_string(replica),
       name(from) + " -> " + name(to)});
}

void EventLog::scaled(models::ComponentId component, const models::ScaleDecision& decision,
                      sim::Time now) {
  std::string what = fmt::format("{} -> {} replicas: {}", decision.from, decision.to, decision.why);
  if (decision.measured) {
    what += fmt::format(" {:.2f}, target {:g}", *decision.measured, decision.target);
  }
  add({now, "scaling", world_->component(component).name(), what});
}

void EventLog::deployed(models::ComponentId component, const models::DeploymentNews& news,
                        sim::Time now) {
  using Kind = models::DeploymentNews::Kind;
  std::string what = fmt::format("{} on {} of {}", news.version, news.replicas, news.of);
  switch (news.kind) {
    case Kind::begins:
      what += ": begins";
      break;
    case Kind::stage:
      what += ": stage reached";
      break;
    case Kind::ended:
      what += ": ended";
      break;
    case Kind::turns_back:
      what += fmt::format(": rolls back, {} {:.3g}, limit {:g}", news.why,
                          news.measured.value_or(0), news.limit);
      break;
    case Kind::back:
      what += ": rolled back";
      break;
    case Kind::overtaken:
      what += ": overtaken";
      break;
  }
  add({now, "deployment", world_->component(component).name(), what});
}

void EventLog::acted(std::uint32_t action, bool undone, sim::Time now) {
  const models::Action& entry = *world_->actions()[action];
  add({now, "timeline", entry.label, undone ? entry.what + " ends" : entry.what});
}

}  // namespace faultline::analysis
