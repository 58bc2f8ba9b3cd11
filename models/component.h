// Component: a part of the architecture, made of one or more replicas, behind one name.
//
// The base class owns what all have in common: the life cycle of replicas and the faults they can
// suffer, arrivals and answers and their conservation, health checks. A component adds how it
// serves: derive, implement `receive`, register in models/registry.cpp.
//
// States       starting, up, draining, down; the time in each is a metric. Where their number is
//              scaled, replicas are absent as long as there is no machine for them
// Invariant    arrived == completed + rejected + failed + lost + in the system
// Faults       virtual functions; `suffers` says which ones a component can have
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/attempt.h"
#include "models/destination.h"
#include "models/fields.h"
#include "models/ids.h"
#include "models/replica.h"
#include "sim/draw.h"
#include "sim/event.h"
#include "sim/gauge.h"
#include "sim/metrics.h"

namespace faultline::sim {
class Station;
}

namespace faultline::models {

class World;
struct Deployment;

enum class Fault : std::uint8_t {
  crash,
  slow,
  flush,
  redrive,
  destroy,
  autoscaler_outage,
  deployment,
};

// A call that a component may make, as its settings alone tell: for finding calls that never end
// and names that mean nothing, before anything runs.
struct StaticCall {
  std::string endpoint;  // of its own, in whose course it calls; empty: any
  std::string callee;
  Operation operation = Operation::serve;
  std::optional<std::string> callee_endpoint{};  // nullopt: the endpoint it was itself asked for
};

// A parameter that does not fit the architecture around it, which `describe` alone cannot see.
struct Misfit {
  std::string parameter;  // as a pointer from the component on: "weights", "autoscaling/queue/name"
  std::string message;
};

// Parameters that every component with replicas has.
struct HostingSettings {
  std::uint64_t replicas = 1;
  std::vector<std::string> zones;  // replica i stands in zone i modulo their number
  sim::Duration start_time;        // from restart to up

  void describe(Fields& fields);
};

class Component {
 public:
  explicit Component(std::string name) : name_(std::move(name)), salt_(sim::salt_of(name_)) {}
  virtual ~Component() = default;
  Component& operator=(const Component&) = delete;

  virtual std::unique_ptr<Component> clone() const = 0;
  virtual std::string_view type() const = 0;
  // Lists the parameters. Called before `bind`, and while running to set one of them.
  virtual void describe(Fields& fields) = 0;
  // Looks up names, opens call sites, creates replicas. Called once, in order of names.
  virtual void bind(World& world) = 0;
  // Which of its parameters do not fit the architecture, as it is once every component is bound.
  virtual std::vector<Misfit> misfits(const World&) const { return {}; }
  // Schedules what happens by itself. Called once, at time 0.
  virtual void start(World&) {}
  // A parameter named `name` was set while running.
  virtual void changed(World&, std::string_view /*name*/) {}

  // A name stands for another component's address and has to be resolved first (DNS).
  virtual bool is_name() const { return false; }
  // The address, or nullopt when it is not known yet: `World::resolved` or `unresolved` follows.
  virtual std::optional<Destination> resolve(World&, const Attempt&);
  // Which replica a caller sends this attempt to; nullopt when there is none to send to. By default
  // the next living one in turn, or the next at all when none lives.
  virtual std::optional<ReplicaIndex> route(World& world, const Attempt& attempt);
  // Whom a caller turns to when `route` found nobody to send to; nullopt: the call fails.
  virtual std::optional<ComponentId> instead(const World&) const { return std::nullopt; }
  // An attempt has reached replica `attempt.to`, which lives. Must lead to one `World::reply`.
  virtual void receive(World& world, Attempt& attempt) = 0;
  // A call this component made has ended; `attempt.outcome` says how. The record dies on return.
  virtual void answered(World&, const Attempt& /*attempt*/) {}
  // A try of such a call has failed as `attempt.outcome` says, and another one follows.
  virtual void try_failed(World&, const Attempt& /*attempt*/) {}
  // That other one is about to begin; a caller that chose the replica may choose another.
  virtual void choose_again(World&, Attempt& /*attempt*/) {}
  // A second try of such a call is about to be made beside the first: likewise.
  virtual void hedged(World&, Attempt& /*second*/) {}
  // Of two tries of a call side by side `ended` came to nothing; `other` goes on, or has won.
  virtual void hedge_ended(World&, const Attempt& /*ended*/, const Attempt& /*other*/) {}
  // A health check has reached a replica that works, and the check itself has been done: how it is
  // answered. nullopt: later, by World::answer_check.
  virtual std::optional<Status> check_health(World&, Attempt&) { return Status::ok; }
  // Whoever asked for what this attempt is about no longer needs it. May lead to `World::reply`.
  virtual void cancelled(World&, Attempt& /*attempt*/) {}
  // A replica of a component that it watches (World::watch) has entered another state.
  virtual void neighbour_changed(World&, ComponentId, ReplicaIndex) {}
  // One of its own events, `event.kind` from `first_own_kind` on.
  virtual void on_event(World&, const sim::Event& /*event*/) {}

  virtual bool suffers(Fault fault) const { return fault == Fault::crash; }
  // Everything the replica was doing is gone; the base has dealt with callers and callees.
  virtual void lost_work(World&, ReplicaIndex) {}
  virtual void came_up(World&, ReplicaIndex) {}
  virtual void speed_changed(World&, ReplicaIndex) {}
  virtual void flush(World&, ReplicaIndex) {}
  // What was given up is tried again.
  virtual void redrive(World&, ReplicaIndex) {}
  // The machine is gone with all it stored; its process has crashed.
  virtual void lose_data(World&, ReplicaIndex) {}
  // It issues requests of its own accord, at a rate that can be multiplied (nullopt: no more).
  virtual bool offers_load() const { return false; }
  virtual void scale_load(World&, std::uint32_t /*cause*/, std::optional<double> /*factor*/) {}
  // Who decides how many replicas there are decides nothing as long as `cause` lasts.
  virtual void begin_autoscaler_outage(World&, std::uint32_t /*cause*/) {}
  virtual void end_autoscaler_outage(World&, std::uint32_t /*cause*/) {}
  // Its replicas are to run another version.
  virtual void deploy(World&, const std::shared_ptr<const Deployment>&) {}
  // "leader" and the like, for addresses such as `db/leader`; resolved at the moment it is asked.
  virtual std::optional<ReplicaIndex> role(const World&, std::string_view /*role*/) const {
    return std::nullopt;
  }
  virtual bool has_role(std::string_view /*role*/) const { return false; }
  // Where a replica does its work and work waits for it, for those who look on; nullptr: there is
  // no limit to what it does at once.
  virtual const sim::Station* station_of(ReplicaIndex) const { return nullptr; }

  // How much it holds for others to work on, as an integral of messages over time; nullopt: it is
  // no queue.
  virtual std::optional<sim::TimeWeighted::Mark> work_held(sim::Time) const { return std::nullopt; }

  // What it keeps of its own in memory that grows with the work it has, besides attempts.
  virtual std::uint64_t live_records() const { return 0; }

  // Lists the metrics; overriders list their own after calling this.
  virtual void measure(const World& world, sim::Metrics& metrics) const;

  const std::string& name() const { return name_; }
  ComponentId id() const { return id_; }
  std::uint64_t salt() const { return salt_; }
  const std::vector<Replica>& replicas() const { return replicas_; }
  // Those there is a machine for.
  std::uint64_t provisioned() const { return static_cast<std::uint64_t>(provisioned_.current()); }
  sim::TimeWeighted::Mark provisioned_until(sim::Time now) const { return provisioned_.mark(now); }
  std::uint64_t in_system() const { return arrived_ - completed_ - rejected_ - failed_ - lost_; }

  virtual std::vector<StaticCall> static_calls() const { return {}; }
  // Whether it does such a thing, whoever asks. What only passes on takes everything.
  virtual bool takes(Operation operation) const { return operation != Operation::publish; }
  // The endpoints it serves; nullopt: whatever it is asked for.
  virtual std::optional<std::vector<std::string>> endpoints() const { return std::nullopt; }

  // Faults, as the timeline and the window inflict them; see semantics.md "Failing" for the words.
  void crash(World& world, ReplicaIndex replica);
  // It starts anew, whatever crashed it before.
  void restart(World& world, ReplicaIndex replica);
  // Down for as long as `cause` lasts, and any other cause.
  void begin_crash(World& world, ReplicaIndex replica, std::uint32_t cause);
  void end_crash(World& world, ReplicaIndex replica, std::uint32_t cause);
  void begin_outage(World& world, ReplicaIndex replica);
  void end_outage(World& world, ReplicaIndex replica);
  // `factor` of full speed, 0 pauses; `cause` tells apart what slows it, for undoing.
  void slow(World& world, ReplicaIndex replica, std::uint32_t cause, double factor);
  void recover_speed(World& world, ReplicaIndex replica, std::uint32_t cause);
  // It finishes what it has and callers choose others, until it starts anew.
  void drain(World& world, ReplicaIndex replica);
  // The same for as long as `cause` lasts, and any other cause.
  void begin_drain(World& world, ReplicaIndex replica, std::uint32_t cause);
  void end_drain(World& world, ReplicaIndex replica, std::uint32_t cause);

  // Its certificate has expired for as long as `cause` lasts, and any other cause: nobody gets a
  // new connection to it.
  void begin_expiry(std::uint32_t cause) { expired_.insert(cause); }
  void end_expiry(std::uint32_t cause) { expired_.erase(cause); }
  bool certificate_expired() const { return !expired_.empty(); }

 protected:
  Component(const Component&) = default;

  void make_replicas(World& world, const HostingSettings& hosting);
  // As many as there can be, of which the first `present` are there.
  void make_replicas(World& world, const HostingSettings& hosting, std::uint64_t at_most,
                     std::uint64_t present);
  // For whoever decides how many replicas there are. A machine is had for an absent one, up after
  // `boot`, and a member from then on.
  void provision(World& world, ReplicaIndex replica, sim::Duration boot);
  // It is no member any more, and finishes what it has.
  void retire(World& world, ReplicaIndex replica);
  // Its machine is gone, with all that befell it; what it still had is lost.
  void decommission(World& world, ReplicaIndex replica);
  // Spends `work` of service time on an attempt; counted as wasted when its caller has left.
  void account_service(World& world, const Attempt& attempt, sim::Duration work);

  std::vector<Replica> replicas_;

 private:
  friend class World;

  void enter(World& world, ReplicaIndex replica, Lifecycle state);
  void go_down(World& world, ReplicaIndex replica, bool silent);
  void begin_start(World& world, ReplicaIndex replica);
  void boot(World& world, ReplicaIndex replica, sim::Duration takes);
  void on_started(World& world, const sim::Event& event);
  void update_speed(World& world, ReplicaIndex replica);

  std::string name_;
  std::uint64_t salt_;
  ComponentId id_ = 0;
  ReplicaIndex turn_ = 0;
  sim::Duration start_time_;
  std::set<std::uint32_t> expired_;  // causes
  sim::TimeWeighted up_{0};
  sim::TimeWeighted provisioned_{0};
  std::uint64_t arrived_ = 0;
  std::uint64_t first_arrived_ = 0;  // of first tries all the way
  std::uint64_t completed_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t lost_ = 0;
  sim::Int128 service_ns_ = 0;
  sim::Int128 wasted_ns_ = 0;
};

}  // namespace faultline::models
