// Observer: hears what happens in a world, and changes nothing.
//
// Observers schedule nothing and draw nothing; with or without them a run has the same digest. They
// are not copied when a world is cloned. All functions do nothing unless overridden.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/attempt.h"
#include "models/ids.h"
#include "models/replica.h"
#include "models/request.h"
#include "sim/time.h"

namespace faultline::models {

// Connecting: the caller waits for a connection; the other two happen at the callee.
enum class SpanKind : std::uint8_t { waiting, service, connecting };

inline constexpr std::array<std::string_view, 3> span_names = {"waiting", "service", "connecting"};

constexpr std::string_view name_of(SpanKind kind) {
  return span_names[static_cast<std::size_t>(kind)];
}

// A stretch of an attempt's stay at a replica.
struct Span {
  SpanKind kind;
  ComponentId component;
  ReplicaIndex replica;
  std::uint64_t request;
  sim::Handle attempt;
  sim::Time begin;
  sim::Time end;
};

// How many replicas an autoscaler wants from now on, and what it goes by: "utilisation", "backlog",
// "queue" with what was measured and what it aims at, or "schedule" with neither.
struct ScaleDecision {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::string_view why;
  std::optional<double> measured{};
  double target = 0;
};

// How a deployment goes: it begins, has reached the share of a stage, has gone through to the end,
// turns back for a reason with what was measured and its limit, is back, or another one takes over.
struct DeploymentNews {
  enum class Kind : std::uint8_t { begins, stage, ended, turns_back, back, overtaken };
  Kind kind = Kind::begins;
  std::string_view version;
  std::uint32_t replicas = 0;  // that are on it
  std::uint32_t of = 0;
  std::string_view why{};
  std::optional<double> measured{};
  double limit = 0;
};

class Observer {
 public:
  virtual ~Observer() = default;

  // Whether it wants to hear of every message and span, which costs time on every event.
  virtual bool wants_messages() const { return true; }

  // A try departs from `from` and will reach the callee at `arrives` (nullopt: never).
  virtual void departed(const Attempt&, ComponentId /*from*/, sim::Time /*now*/,
                        std::optional<sim::Time> /*arrives*/) {}
  virtual void arrived(const Attempt&, sim::Time) {}
  // The callee answers; the answer will reach the caller at `arrives` (nullopt: never).
  virtual void answered(const Attempt&, ComponentId /*to*/, sim::Time /*now*/,
                        std::optional<sim::Time> /*arrives*/) {}
  // The caller has given this try up.
  virtual void gave_up(const Attempt&, sim::Time) {}
  // A call has ended, well or not, with the answer of this try; its caller is about to be told.
  virtual void ended(const Attempt&, sim::Time) {}
  virtual void span(const Span&) {}
  virtual void state_changed(ComponentId, ReplicaIndex, Lifecycle /*from*/, Lifecycle /*to*/,
                             sim::Time) {}
  // An autoscaler wants another number of replicas.
  virtual void scaled(ComponentId, const ScaleDecision&, sim::Time) {}
  virtual void deployed(ComponentId, const DeploymentNews&, sim::Time) {}
  // A request of workload `by` is decided, or issued.
  virtual void issued(const Request&, ComponentId /*by*/, sim::Time) {}
  virtual void decided(const Request&, ComponentId /*by*/, const Outcome&, sim::Time) {}
  // Entry `action` of the timeline acts, or is undone.
  virtual void acted(std::uint32_t /*action*/, bool /*undone*/, sim::Time) {}
};

}  // namespace faultline::models
