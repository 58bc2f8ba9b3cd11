// LoadBalancer: passes each request on to one of the replicas of a component, and the answer back.
//
// States       starting, up, draining, down
// Parameters   backends      component whose replicas share the load
//              policy        round-robin, weighted, random, least-connections,
//                            least-response-time, power-of-two, consistent-hash; with weights,
//                            load-figures-every, response-time-memory, hash-by, virtual-nodes
//              sharding      which backends serve which user
//              health-check, ejection, panic-below   who is believed to be well
//              registry, slow-start                  who is known, and how a new one begins
//              sessions, connections                 what binds a request to one backend
//              capacity      what a request costs the balancer itself
//              call          timeout and retries towards a backend; retry-elsewhere
// Metrics      healthy, unhealthy, ejected, ejections, imbalance, no_backend, panicked, retried
//              elsewhere, sessions begun and lost, connections, utilisation, backlog
// Not modelled what an answer costs the balancer; what it and its replicas could tell each other
// Invariant    every request held waits for its own worker, or is one call outstanding to a backend
//
// Every replica of the balancer has its own view of the backends. A backend that drains is known to
// do so at once, unless a registry says so; one that dies is found out by health checks, errors or
// the registry, or not at all. A replica that crashes forgets what it believed.
//
// load_balancer.cpp: a request and its answer. choosing.cpp: who gets it. binding.cpp: who had to
// get it. health.cpp: who is well. registry.cpp: who is there. measure.cpp: what is measured.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cache/hash_ring.h"
#include "models/component.h"
#include "models/edge/balancer/backend.h"
#include "models/edge/balancer/sessions.h"
#include "models/edge/balancer/settings.h"
#include "sim/station.h"

namespace faultline::models {

class LoadBalancer final : public Component {
 public:
  explicit LoadBalancer(std::string name) : Component(std::move(name)) {}

  std::unique_ptr<Component> clone() const override {
    return std::make_unique<LoadBalancer>(*this);
  }
  std::string_view type() const override { return "load-balancer"; }
  void describe(Fields& fields) override { settings.describe(fields); }
  std::vector<Misfit> misfits(const World& world) const override;
  void bind(World& world) override;
  void start(World& world) override;
  void changed(World& world, std::string_view name) override;
  void receive(World& world, Attempt& attempt) override;
  void answered(World& world, const Attempt& attempt) override;
  void try_failed(World& world, const Attempt& attempt) override;
  void choose_again(World& world, Attempt& attempt) override;
  void hedged(World& world, Attempt& second) override;
  void hedge_ended(World& world, const Attempt& ended, const Attempt& other) override;
  void cancelled(World& world, Attempt& attempt) override;
  void neighbour_changed(World& world, ComponentId component, ReplicaIndex backend) override;
  void on_event(World& world, const sim::Event& event) override;
  bool suffers(Fault fault) const override;
  void lost_work(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  const sim::Station* station_of(ReplicaIndex replica) const override {
    return stations_.empty() ? nullptr : &stations_[replica];
  }
  std::vector<StaticCall> static_calls() const override;

  // By its own workers, or waiting for them; not passed on yet.
  std::uint64_t requests_worked_on() const;

  LoadBalancerSettings settings;  // to be filled before `bind`

 private:
  void adopt_weights();
  void adopt_policy();
  void make_stations(World& world);

  // A request.
  void worked(World& world, const sim::Event& event);
  void pass_on(World& world, Attempt& attempt);
  std::optional<ReplicaIndex> choose_other(World& world, const Attempt& call);
  void done_with(const Attempt& call);
  void hear(World& world, const Attempt& attempt);

  // Who had to get it.
  std::optional<ReplicaIndex> place(World& world, View& view, const Attempt& attempt);
  std::optional<ReplicaIndex> by_session(const World& world, const View& view,
                                         const Attempt& attempt) const;
  std::optional<ReplicaIndex> by_connection(World& world, View& view, const Attempt& attempt);
  Connections::Key connection_of(const World& world, const Attempt& attempt) const;
  void close(World& world, View& view, const Connections::Key& key);
  void note_session(World& world, const Attempt& call, Outcome& outcome);

  // Who gets it.
  // `inline`: steps that every request takes.
  inline bool known(const World& world, ReplicaIndex backend) const;
  inline bool eligible(const World& world, const View& view, ReplicaIndex backend) const;
  bool must_panic(const World& world, const View& view) const;
  double weight_of(const World& world, const View& view, ReplicaIndex backend) const;
  // What the backend holds, as far as the view knows.
  std::uint32_t load_of(const View& view, ReplicaIndex backend) const;
  // What policies that look at the load go by; the lowest is the best.
  double score(const World& world, const View& view, ReplicaIndex backend) const;
  std::optional<ReplicaIndex> choose(World& world, View& view, const Attempt& attempt);
  inline std::optional<ReplicaIndex> next_in_turn(const World& world, View& view) const;
  std::optional<ReplicaIndex> next_by_weight(const World& world, View& view) const;
  std::optional<ReplicaIndex> best(const World& world, View& view) const;
  std::optional<ReplicaIndex> drawn(const World& world, const View& view, const Attempt& attempt);
  std::optional<ReplicaIndex> better_of_two(const World& world, const View& view,
                                            const Attempt& attempt);
  std::optional<ReplicaIndex> by_hash(const World& world, const View& view,
                                      const Attempt& attempt) const;
  void find_candidates(const World& world, const View& view);
  void begin_figures(World& world);
  void refresh_figures(World& world);

  // Who is well, and who is there.
  void begin_checks(World& world);
  void check(World& world, ReplicaIndex replica, ReplicaIndex backend);
  void learn(World& world, View& view, const Attempt& attempt);
  void eject(World& world, ReplicaIndex replica, ReplicaIndex backend);
  void take_back(World& world, Backend& backend);
  void join(World& world, ReplicaIndex backend);
  void leave(World& world, ReplicaIndex backend);
  void list(World& world, ReplicaIndex backend, bool listed);
  void begin_slowly(World& world, Backend& backend) const;

  CallSiteId site_ = 0;
  CallSiteId check_site_ = 0;
  ComponentId backends_ = 0;
  std::vector<View> views_;
  std::vector<sim::Station> stations_;  // by replica, where it has a capacity
  sim::Distribution own_work_;          // of one request there
  std::vector<double> weights_;         // by backend; empty: all alike
  std::vector<std::uint32_t> figures_;  // what each backend held at the last refresh
  std::vector<bool> member_;            // by backend: it belongs to them, dead or alive
  std::size_t members_ = 0;
  std::vector<bool> listed_;  // by the registry
  bool listens_ = false;      // to how each try ends
  HashRing ring_;
  Sessions sessions_;
  std::vector<ReplicaIndex> candidates_;  // scratch of `drawn`
  std::vector<bool> shard_;  // by backend: it serves the user whose request is being placed

  sim::TimeWeighted healthy_;
  sim::TimeWeighted unhealthy_;
  sim::TimeWeighted ejected_;
  sim::TimeWeighted connections_;
  std::uint64_t outstanding_found_ = 0;  // at the chosen backend, times the number of backends
  std::uint64_t outstanding_all_ = 0;    // at all of them
  std::uint64_t checks_ = 0;
  std::uint64_t failed_checks_ = 0;
  std::uint64_t ejections_ = 0;
  std::uint64_t no_backend_ = 0;
  std::uint64_t panicked_ = 0;
  std::uint64_t moved_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t sessions_begun_ = 0;
  std::uint64_t sessions_lost_ = 0;
};

}  // namespace faultline::models
