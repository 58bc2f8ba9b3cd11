// World: an architecture in motion. It owns everything that changes: components, requests, calls,
// the network; and it is the only way in which components meet.
//
// Start here: `prepare`, `begin` and `reply` are how work crosses the network; `handle` is where
// every event of a run arrives. calls.cpp, connecting.cpp, transmission.cpp, tries.cpp and
// hedging.cpp hold the life of a call, world.cpp the rest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/attempt.h"
#include "models/call_draws.h"
#include "models/call_site.h"
#include "models/component.h"
#include "models/connection/connection.h"
#include "models/connection/pool.h"
#include "models/geography.h"
#include "models/observer.h"
#include "models/request.h"
#include "sim/check.h"
#include "sim/network.h"
#include "sim/pool.h"
#include "sim/simulation.h"
#include "sim/snapshot.h"

namespace faultline::models {

class Action;
struct RandomFault;

// Kinds of events that the world handles itself; components have theirs from `first_own_kind` on.
enum Kind : std::uint16_t {
  kind_arrive,            // a: attempt slot, b: generation
  kind_answer,            // "
  kind_timeout,           // "
  kind_retry,             // "
  kind_health_answer,     // "
  kind_started,           // target: component, a: replica, b: boots
  kind_act,               // a: action, b: even to apply, odd to undo
  kind_hello,             // a: connection slot, b: generation
  kind_hello_back,        // "
  kind_connection_timer,  // "
  kind_hedge,             // a: attempt slot, b: generation
  kind_cancel,            // "
  first_own_kind = 16,
};

class World final : public sim::Simulation {
 public:
  World(std::uint64_t seed, Geography geography);
  World(const World& other);  // the clone; observers stay with the original
  ~World() override;

  // Building, before `start`: components in order of their names.
  ComponentId add(std::unique_ptr<Component> component);
  void add_action(std::shared_ptr<const Action> action);  // models/timeline.h
  void add_fault(RandomFault fault);                      // models/random_fault.h
  CallSiteId add_call_site(const Component& caller, std::string_view callee,
                           const CallPolicy& policy);
  EndpointId intern_endpoint(std::string_view name);
  void start();  // binds and starts every component, puts the actions on the timeline
  // While running: puts one more action on the timeline, at `action->at` or as soon as possible.
  void befall(std::shared_ptr<const Action> action);
  void set_warmup(sim::Duration warmup) { warmup_ = warmup; }

  Component* find(std::string_view name);
  const Component* find(std::string_view name) const;
  Component& component(ComponentId id) { return *components_[id]; }
  const Component& component(ComponentId id) const { return *components_[id]; }
  std::size_t component_count() const { return components_.size(); }
  Geography& geography() { return geography_; }
  const Geography& geography() const { return geography_; }
  const std::vector<std::shared_ptr<const Action>>& actions() const { return actions_; }
  std::string_view endpoint_name(EndpointId id) const { return endpoints_[id]; }
  sim::Time warmup_end() const { return sim::Time{} + warmup_; }

  // Calls. One is prepared, completed by its caller (cookie, operation, ...), and begun. Until then
  // it asks for what the request does, of whom the callee's `route` says, with the request's luck.
  Attempt& prepare(CallSiteId site, ReplicaIndex from, const Request& request = {});
  // In the course of `parent`: asks for what that one does, with its luck and lineage.
  Attempt& prepare(CallSiteId site, ReplicaIndex from, const Attempt& parent);
  void begin(Attempt& attempt);
  // The callee of a held attempt answers it by what it has left in `outcome`, which is ok unless
  // said otherwise; the record is no longer the callee's.
  void reply(Attempt& attempt);
  void reply(Attempt& attempt, const Outcome& outcome) {
    attempt.outcome = outcome;
    reply(attempt);
  }
  // The caller no longer needs the answer of a call, and will not be given it.
  void withdraw(Attempt& attempt);
  // A name asked to `resolve` has the address now, or never will.
  void resolved(sim::Handle attempt, const Destination& destination);
  void unresolved(sim::Handle attempt);
  // The answer to a health check that Component::check_health has put off; none when its process
  // has died since.
  void answer_check(sim::Handle attempt, Status status);
  Attempt* find_attempt(sim::Handle handle) { return attempts_.find(handle); }
  Attempt& attempt(sim::Handle handle) { return attempts_[handle]; }
  // The end that accepted a caller's connection closes it, if it is still there.
  void hang_up(sim::Handle connection) {
    if (connections_.find(connection) != nullptr) close(connection);
  }
  // Every attempt there is, in an order that is the same in every run.
  template <class See>
  void for_each_attempt(See see) const {
    attempts_.for_each(see);
  }
  // Something other than a health check is at this replica, or on its way there.
  bool expects_work(ComponentId component, ReplicaIndex replica) const;
  std::size_t live_attempts() const { return attempts_.live(); }
  // Nobody waits for this attempt any more: its caller, or whoever called that, gave up or died.
  bool caller_left(const Attempt& attempt) const;
  // When nobody will care for an answer to this try any more, as far as its caller says so: the
  // deadline of its call, or the end of the caller's patience with it, if that is earlier.
  sim::Time deadline_of(const Attempt& attempt) const {
    const auto timeout = call_sites_[attempt.site].policy.timeout;
    const bool says_so = attempt.deadline != sim::Time::max();
    return says_so && timeout ? std::min(attempt.deadline, attempt.sent + *timeout)
                              : attempt.deadline;
  }
  // The luck of step `step` that `component` does for this attempt.
  sim::Luck luck_of(const Attempt& attempt, const Component& component, std::uint64_t step) const {
    return attempt.luck.with(component.salt() + step).with(attempt.lineage);
  }
  // `watcher` hears by `neighbour_changed` of every replica of `watched` that changes its state.
  void watch(const Component& watcher, ComponentId watched) {
    watchers_.emplace(watched, watcher.id());
  }
  void tell_watchers(ComponentId watched, ReplicaIndex replica);
  CallSite& call_site(CallSiteId id) { return call_sites_[id]; }
  const std::vector<CallSite>& call_sites() const { return call_sites_; }
  // Nanoseconds a message of `bytes` would need, for whoever chooses by distance; no luck involved.
  sim::Duration distance(PlaceId from, PlaceId to);

  // Everything attempted at or by this replica ends: see Component::crash.
  void end_attempts_at(ComponentId component, ReplicaIndex replica, bool silent);
  // Edges of the call graph, for cuts and delays between two components (one way).
  Edge& edge(ComponentId from, ComponentId to);
  const Edge& edge(ComponentId from, ComponentId to) const {
    return edges_[edge_between(from, to)];
  }
  // Troubles links until the cause ends.
  void impair(std::uint32_t cause, std::vector<sim::LinkId> links, const sim::Impairment& what);
  void isolate(std::uint32_t cause, PlaceId place);
  void heal(std::uint32_t cause);
  // Whom a cause has struck: what `db/leader` meant when it acted, for its undoing.
  using Struck = std::vector<std::pair<ComponentId, ReplicaIndex>>;
  const Struck& strike(std::uint32_t cause, Struck whom) {
    return struck_[cause] = std::move(whom);
  }
  const Struck& struck(std::uint32_t cause) { return struck_[cause]; }

  // Every decided request passes here, for the digest of outcomes.
  void decided(const Request& request, ComponentId by, const Outcome& outcome);
  std::uint64_t outcome_digest() const { return outcome_digest_; }

  sim::Snapshot snapshot(ComponentId component) const;
  // Of the calls of a component that are guarded, if any are.
  std::optional<GuardTotals> guards_of(ComponentId caller) const;
  // Of those calls of a component that are hedged, if any are.
  std::optional<HedgeTotals> hedges_of(ComponentId caller) const;
  // Of those calls of a component that need connections, if any do.
  std::optional<ConnectionTotals> connections_of(ComponentId caller) const;

  void observe(Observer* observer) {
    observers_.push_back(observer);
    observed_ = observed_ || observer->wants_messages();
  }
  // Somebody wants to hear of messages and spans.
  bool observed() const { return observed_; }
  template <class Tell>
  void tell(Tell&& say) {
    for (Observer* observer : observers_) say(*observer);
  }

  // Called with every window that closes, and at every mark. Not copied by the clone.
  using WindowListener = std::function<void(const World&, sim::Time begin, sim::Time end)>;
  using MarkListener = std::function<void(const World&, sim::Time at)>;
  void on_window(WindowListener listener) { window_listener_ = std::move(listener); }
  void on_mark(MarkListener listener) { mark_listener_ = std::move(listener); }

  // Stop when so many requests are decided.
  void set_request_limit(std::optional<std::uint64_t> limit) { request_limit_ = limit; }
  std::uint64_t decided_count() const { return decided_count_; }
  std::uint64_t live_records() const override;

 private:
  void handle(const sim::Event& event) override;
  void act(const sim::Event& event);
  void put_on_timeline(std::uint32_t action);
  void schedule_turn(std::uint32_t action, std::uint32_t turn);
  void close_window(sim::Time begin, sim::Time end) override;
  void at_mark(sim::Time at) override;

  // The stages of a try, in order.
  Attempt& fresh_attempt();
  Attempt& copy_of(const Attempt& attempt);
  void place_caller(Attempt& attempt, CallSiteId site, ReplicaIndex from);
  void begin_try(Attempt& attempt);
  void wait_until_deadline(Attempt& attempt);
  bool admit(Attempt& attempt);
  void leave_guard(Attempt& attempt);
  void begin_again(Attempt& attempt);
  void connect(Attempt& attempt, ComponentId address);
  void connect(Attempt& attempt, const Destination& destination);
  void turn_from(Attempt& attempt, const Component& callee);
  void depart(Attempt& attempt);
  void set_out(Attempt& attempt);
  void send_off(Attempt& attempt, const sim::Delivery& delivery);
  inline void on_arrive(Attempt& attempt);
  inline void on_answer(Attempt& attempt);
  void on_timeout(Attempt& attempt);
  void on_retry(Attempt& attempt);
  void on_health_answer(sim::Handle handle);
  void expect_hedge(const Attempt& attempt);
  void on_hedge(sim::Handle handle);
  // One of two tries has ended: false if the call goes on with the other, and this one is gone.
  bool settle(Attempt& attempt);
  // When the first of the tries under way for this call was sent.
  sim::Time sent_first(const Attempt& attempt) const {
    return attempt.is_hedge && attempt.rival ? attempts_[attempt.rival].sent : attempt.sent;
  }
  void abandon(Attempt& attempt);
  void on_cancel(sim::Handle handle);
  // The try has ended with attempt.outcome and its record is ours: retry, or tell the caller.
  void end_try(Attempt& attempt);
  bool retry(Attempt& attempt);
  void fail_at_once(Attempt& attempt, Status status);
  void lose(Attempt& attempt);
  void send_back(Attempt& attempt);
  void send_back(Attempt& attempt, Status status);
  void check_health(Attempt& attempt);
  void release(Attempt& attempt);
  // How long a message takes that nothing and nobody can trouble; nullptr: send it by `transmit`.
  const sim::Duration* transmit_plainly(EdgeId edge, PlaceId from, PlaceId to,
                                        std::uint64_t bytes) {
    const Edge& edge_state = edges_[edge];
    if (edge_state.impaired()) return nullptr;
    if (edge_state.line) {
      from = edge_state.line->first;
      to = edge_state.line->second;
    }
    return geography_.network().send_constant(from, to, bytes);
  }
  // A message of an attempt, by its connection if it has one.
  sim::Delivery carry(EdgeId edge, PlaceId from, PlaceId to, std::uint64_t bytes,
                      const Attempt& attempt, CallDraw direction);
  sim::Delivery transmit(EdgeId edge, PlaceId from, PlaceId to, std::uint64_t bytes, sim::Luck luck,
                         sim::Transport transport);
  void lose_on_edge(const Edge& edge, PlaceId from, PlaceId to, sim::Luck luck,
                    sim::Transport transport, sim::Delivery& delivery);
  Path path(const Edge& edge, PlaceId from, PlaceId to);
  sim::Duration retransmission_timeout(PlaceId from, PlaceId to);

  // Connections, in the order in which a call meets them.
  ConnectionPool& site_pool(CallSiteId site) {
    std::optional<ConnectionPool>& pool = call_sites_[site].pool;
    CHECK(pool.has_value());
    return *pool;
  }
  Peers peers_of(const Attempt& attempt) const;
  void dial(Attempt& attempt);
  void serve_line(CallSiteId site, const Peers& peers);
  void take_connection(Attempt& attempt, ConnectionPool::Line& line, sim::Time since);
  void open_connection(const Attempt& asks, const Peers& peers);
  void say_hello(sim::Handle handle, const Connection& connection);
  void send_handshake(sim::Handle handle, const Connection& connection, bool back);
  void on_hello(sim::Handle handle);
  void on_hello_back(sim::Handle handle);
  void opened(sim::Handle handle, Connection& connection);
  void on_connection_timer(sim::Handle handle);
  void fail_connection(sim::Handle handle, Status status);
  bool still_connected(const Attempt& attempt);
  void leave_line(Attempt& attempt);
  void leave_connection(Attempt& attempt, bool gave_up);
  void keep_unused(sim::Handle handle);
  void close(sim::Handle handle);
  void end_connections_at(ComponentId component, ReplicaIndex replica, bool silent);
  static sim::Event event_of(sim::Handle connection, ComponentId target, std::uint16_t kind);
  EdgeId edge_between(ComponentId from, ComponentId to) const {
    return static_cast<EdgeId>(from * components_.size() + to);
  }

  Geography geography_;
  std::vector<std::unique_ptr<Component>> components_;
  std::vector<std::shared_ptr<const Action>> actions_;
  std::vector<RandomFault> faults_;  // `start` makes actions of them
  std::vector<std::string> endpoints_ = {""};
  std::vector<CallSite> call_sites_;
  std::multimap<ComponentId, ComponentId> watchers_;  // by whom they watch
  std::vector<Edge> edges_;
  sim::Pool<Attempt> attempts_;
  sim::Pool<Connection> connections_;
  std::multimap<std::uint32_t, sim::ImpairmentId> impairments_;  // by cause
  std::map<std::uint32_t, Struck> struck_;
  sim::Duration warmup_;
  std::optional<std::uint64_t> request_limit_;
  std::uint64_t decided_count_ = 0;
  std::uint64_t outcome_digest_ = 0x510e527fade682d1ULL;
  std::vector<Observer*> observers_;
  bool observed_ = false;
  WindowListener window_listener_;
  MarkListener mark_listener_;
};

}  // namespace faultline::models
