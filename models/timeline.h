// Action: an entry of the timeline, something that befalls the architecture at an instant and, when
// it has a duration, is undone at its end.
//
// Causes are counted: two overlapping cuts of one link, or an outage of a zone inside that of its
// region, end only when both have ended. `cause` is the entry's index and tells them apart.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/address.h"
#include "models/call_site.h"
#include "models/fields.h"
#include "models/recurrence.h"
#include "sim/time.h"

namespace faultline::models {

class World;
struct Deployment;

class Action {
 public:
  virtual ~Action() = default;
  virtual void apply(World& world, std::uint32_t cause) const = 0;
  virtual void undo(World& world, std::uint32_t cause) const = 0;

  std::string label;  // the entry's key in the scenario
  std::string what;   // "crash web/0", for reports
  sim::Time at;
  std::optional<sim::Duration> lasts;
  std::optional<Recurrence> recurs;  // then neither `at` nor `lasts` is heeded
};

// The processes die and stay dead; undone by starting them, unless something else keeps them down
// or a restart came before.
class CrashAction final : public Action {
 public:
  explicit CrashAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  Address target_;
};

// The machines are gone with all they stored; undone by new ones in their place, which are empty.
class DestroyAction final : public Action {
 public:
  explicit DestroyAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  Address target_;
};

// The processes start anew, losing what they were doing.
class RestartAction final : public Action {
 public:
  explicit RestartAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t) const override {}

 private:
  Address target_;
};

// They finish what they have, while callers choose others; undone, they are there again.
class DrainAction final : public Action {
 public:
  explicit DrainAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  Address target_;
};

// Work goes on at a factor of its speed; 0 pauses it.
class SlowAction final : public Action {
 public:
  SlowAction(Address target, double factor) : target_(std::move(target)), factor_(factor) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  Address target_;
  double factor_;
};

// What is remembered is forgotten.
class FlushAction final : public Action {
 public:
  explicit FlushAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t) const override {}

 private:
  Address target_;
};

// Dead letters are put back into their queues.
class RedriveAction final : public Action {
 public:
  explicit RedriveAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t) const override {}

 private:
  Address target_;
};

// A host, zone or region with everything in it stops and is silent.
class OutageAction final : public Action {
 public:
  explicit OutageAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  Address target_;
};

// Nobody decides how many replicas there are: the fleet stays as it is.
class AutoscalerOutageAction final : public Action {
 public:
  explicit AutoscalerOutageAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  Address target_;
};

// A service's replicas get another version (service/deploying.h).
class DeployAction final : public Action {
 public:
  DeployAction(Address target, std::shared_ptr<const Deployment> deployment)
      : target_(std::move(target)), deployment_(std::move(deployment)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t) const override {}

 private:
  Address target_;
  std::shared_ptr<const Deployment> deployment_;
};

// Nobody gets a new connection to it, until its certificate is renewed.
class ExpireCertificateAction final : public Action {
 public:
  explicit ExpireCertificateAction(Address target) : target_(std::move(target)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  Address target_;
};

// The way from one region, home or component to another is cut, delays or loses more.
class LinkAction final : public Action {
 public:
  // `both_ways` for "a<->b".
  LinkAction(std::string from, std::string to, bool both_ways, EdgeChange change)
      : from_(std::move(from)), to_(std::move(to)), both_ways_(both_ways), change_(change) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  void change(World& world, std::uint32_t cause, const std::string& from,
              const std::string& to) const;

  std::string from_;
  std::string to_;
  bool both_ways_;
  EdgeChange change_;
};

// Every arrival rate of a workload (or of all of them) is multiplied.
class LoadAction final : public Action {
 public:
  LoadAction(std::optional<std::string> workload, double factor)
      : workload_(std::move(workload)), factor_(factor) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  void scale(World& world, std::uint32_t cause, std::optional<double> factor) const;

  std::optional<std::string> workload_;
  double factor_;
};

// A parameter of a component is set while it runs; undone by the value it had. `assign` and
// `restore` pass the component's `describe` a Fields that changes the one parameter.
class SetAction final : public Action {
 public:
  // `make` yields the Fields that assigns the value; a fresh one for each use.
  using MakeFields = std::function<std::unique_ptr<Fields>()>;
  SetAction(std::string component, std::string parameter, MakeFields assign, MakeFields restore)
      : component_(std::move(component)),
        parameter_(std::move(parameter)),
        assign_(std::move(assign)),
        restore_(std::move(restore)) {}
  void apply(World&, std::uint32_t cause) const override;
  void undo(World&, std::uint32_t cause) const override;

 private:
  void set(World& world, const MakeFields& make) const;

  std::string component_;
  std::string parameter_;
  MakeFields assign_;
  MakeFields restore_;
};

}  // namespace faultline::models
