// EventLog: what befell the architecture, in order: entries of the timeline as they act and end,
// replicas as they change their state, and what autoscalers decide.
#pragma once

#include <string>
#include <vector>

#include "models/observer.h"
#include "models/world.h"

namespace faultline::analysis {

struct LoggedEvent {
  sim::Time at;
  std::string kind;     // "timeline", "state", "scaling", "deployment"
  std::string subject;  // the entry's label; the replica, as web/0; the component
  std::string what;  // "crash web/0"; "up -> down"; "4 -> 6 replicas: utilisation 0.9, target 0.6"
};

class EventLog final : public models::Observer {
 public:
  // Beyond so many events only their number is kept.
  static constexpr std::size_t most_events = 100'000;

  // The world that is observed, once it exists. It must outlive the run.
  void attach(const models::World& world) { world_ = &world; }

  bool wants_messages() const override { return false; }
  void state_changed(models::ComponentId component, models::ReplicaIndex replica,
                     models::Lifecycle from, models::Lifecycle to, sim::Time now) override;
  void scaled(models::ComponentId component, const models::ScaleDecision& decision,
              sim::Time now) override;
  void deployed(models::ComponentId component, const models::DeploymentNews& news,
                sim::Time now) override;
  void acted(std::uint32_t action, bool undone, sim::Time now) override;

  const std::vector<LoggedEvent>& events() const { return events_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  void add(LoggedEvent event);

  const models::World* world_ = nullptr;
  std::vector<LoggedEvent> events_;
  std::uint64_t dropped_ = 0;
};

}  // namespace faultline::analysis
