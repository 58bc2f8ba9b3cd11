// A service: `replicas` identical servers, each with `workers` in front of one backlog, that do for
// every request the steps of the endpoint it asks for.
//
// States       starting, up, draining, down
// Parameters   replicas, zones, start-time   see HostingSettings
//              workers     per replica, >= 1; may change while running
//              backlog     waiting requests per replica >= 0, or no limit; may change while running
//              discipline  fifo, lifo, adaptive-lifo (fifo, but lifo while more than `lifo-above`
//                          wait), priority (the request's), processor-sharing
//              worker      held: from the first step to the answer, as by a thread;
//                          released: freed for every call, queued for again by the next compute
//              endpoints   name -> steps (steps.h)
//              executions  what it has done is remembered (executions.h)
//              speed       factor > 0 of the size of machine; may change while running
//              cold-start  after a start it works at a factor of its speed for a while
//              memory      what each replica remembers itself (memory.h)
//              rate-limit  what is refused because it is asked for too often (limiting.h)
//              shedding    what is refused although there is room to wait (shedding.h)
//              refusal     work for each request that is refused (refusals.h)
//              process     what ails a process by and by, and its watchdog (process.h)
//              health      how a replica answers when it is asked how it is (health.h)
//              autoscaling how many replicas there are is decided while it runs (autoscaling.h)
// Metrics      see measure.cpp
// Failing      A call that fails, unless optional, ends the request with an error, whatever was
//              the reason; a full backlog rejects. A crash loses what was waiting or in progress.
// Not modelled switching between threads
// Invariant    one frame per request in the system, and one per branch of a `parallel` under way
//
// service.cpp: a request and its steps. life.cpp: how it begins, and what becomes of its replicas.
// limiting.cpp: who asks too often. waiting.cpp: who waits, and who is refused. ailing.cpp: what
// ails its processes. health.cpp: how they say they are. scaling.cpp: how many replicas there are.
// deploying.cpp: what versions they run. static_calls.cpp: what the settings tell of whom it calls.
// measure.cpp: what is measured.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/component.h"
#include "models/service/autoscaling.h"
#include "models/service/deploying.h"
#include "models/service/executions.h"
#include "models/service/health.h"
#include "models/service/limiting.h"
#include "models/service/memory.h"
#include "models/service/process.h"
#include "models/service/program.h"
#include "models/service/refusals.h"
#include "models/service/shedding.h"
#include "models/service/steps.h"
#include "sim/gauge.h"
#include "sim/histogram.h"
#include "sim/pool.h"
#include "sim/station.h"

namespace faultline::models {

enum class WorkerUse : std::uint8_t { held, released };

// How a replica works when it has just started: its code is not compiled, its pools are empty.
struct ColdStart {
  sim::Duration lasts;
  double speed = 1;  // factor

  void describe(Fields& fields);
};

struct ServiceSettings {
  HostingSettings hosting;
  std::uint64_t workers = 1;
  std::optional<std::uint64_t> backlog;
  sim::Discipline discipline = sim::Discipline::fifo;
  std::optional<std::uint64_t> lifo_above;  // of adaptive lifo
  WorkerUse worker = WorkerUse::held;
  Endpoints endpoints;
  std::optional<ExecutionSettings> executions;
  double speed = 1;
  std::optional<ColdStart> cold_start;
  std::optional<MemorySettings> memory;
  std::optional<LimitingSettings> rate_limit;
  std::optional<SheddingSettings> shedding;
  sim::Duration refusal;
  std::optional<ProcessSettings> process;
  std::optional<HealthSettings> health;
  std::optional<AutoscalingSettings> autoscaling;

  void describe(Fields& fields);

 private:
  void check_sharing(Fields& fields) const;
};

class Service final : public Component {
 public:
  explicit Service(std::string name) : Component(std::move(name)) {}

  ServiceSettings settings;  // before `bind`

  std::unique_ptr<Component> clone() const override { return std::make_unique<Service>(*this); }
  std::string_view type() const override { return "service"; }
  void describe(Fields& fields) override { settings.describe(fields); }
  std::vector<StaticCall> static_calls() const override;
  std::optional<std::vector<std::string>> endpoints() const override;

  std::vector<Misfit> misfits(const World& world) const override;
  void bind(World& world) override;
  void start(World& world) override;
  void receive(World& world, Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  void answered(World& world, const Attempt& attempt) override;
  void cancelled(World& world, Attempt& attempt) override;
  std::optional<Status> check_health(World& world, Attempt& check) override;
  void changed(World& world, std::string_view name) override;

  bool suffers(Fault fault) const override;
  void lost_work(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  void begin_autoscaler_outage(World& world, std::uint32_t cause) override;
  void end_autoscaler_outage(World& world, std::uint32_t cause) override;

  void deploy(World& world, const std::shared_ptr<const Deployment>& deployment) override;

  void measure(const World& world, sim::Metrics& metrics) const override;
  const sim::Station* station_of(ReplicaIndex replica) const override {
    return &stations_[replica];
  }

  std::size_t frames() const { return frames_.live(); }

 private:
  enum Kind : std::uint16_t {
    kind_worked = 16,  // a: the replica; the rest is the station's
    kind_warm,         // a: the replica, b: its boots
    kind_give_up,      // a, b: the frame that has waited for too long
    kind_evaluate,     // how many replicas there should be
    kind_finished,     // a: a replica that goes, b: its boots: it has nothing left to do
    kind_drained,      // ": its time to finish is over
    kind_sync,         // a: a replica that tells the store of the rate limit
    kind_roll,         // a: which deployment: how its roll-out goes, and what is next
    kind_collected,    // a, b: a replica, its boots: its garbage collection ends
    kind_look,         // a: a replica that its watchdog looks at
    kind_restart,      // a, b: a replica, its boots: the watchdog's patience is over
  };

  // What a request, or one branch of it, is in the middle of.
  struct Frame {
    sim::Handle incoming;       // the attempt it serves
    sim::Handle parent;         // of a branch: the frame that forked
    sim::TimerHandle patience;  // ends when it has waited for too long
    sim::JobId job;             // at the station, from asking for a worker until it is released
    sim::Time arrived;          // of a request: when it came
    sim::Time since;            // when it asked for its worker, or began to work on
    sim::Duration work;
    std::uint64_t version = 0;
    std::uint32_t at = 0;  // instruction
    std::uint32_t bytes = 0;
    std::uint32_t branches = 0;  // still under way
    ReplicaIndex replica = 0;
    Status status = Status::ok;
    bool has_worker = false;
    bool has_done_refusals = false;  // on top of its own work
    bool degraded = false;
  };

  static std::uint64_t work_key(const Attempt& attempt);
  bool may_execute(World& world, Attempt& attempt);
  void conclude(const World& world, const Attempt& attempt, bool well);
  void run(World& world, sim::Handle handle);
  void work(World& world, sim::Handle handle, Frame& frame, sim::Duration work);

  // Waiting, and being refused.
  bool has_room_for(const Attempt& attempt) const;
  void refuse(World& world, Attempt& attempt);
  double idle_workers(ReplicaIndex replica) const;  // at their speed
  void owe_refusal(sim::Time now, ReplicaIndex replica);
  bool does_refusals(World& world, Frame& frame);
  void wait(World& world, sim::Handle handle, Frame& frame);
  void give_up(World& world, sim::Handle handle);
  bool leave_line(World& world, sim::Handle handle, Frame& frame);

  void release_worker(World& world, Frame& frame);
  void send(World& world, sim::Handle handle, Frame& frame, const Instruction& step);
  void fork(World& world, sim::Handle handle, Frame& frame, const Instruction& step);
  std::uint64_t key_of(const Attempt& attempt, const Instruction& step) const;
  // Without asking anybody: whether the rest of the step is done with.
  bool consult_memory(World& world, Frame& frame, const Instruction& step);
  void join(World& world, sim::Handle handle, const Frame& branch);
  void finish(World& world, sim::Handle handle);
  // What became of an optional part, or of one that the request cannot do without.
  void fail(Frame& frame, const Instruction& step, Status status);

  // The rate limit.
  void bind_limit(World& world);
  void begin_syncs(World& world);
  bool throttle(World& world, Attempt& attempt);
  void sync(World& world, ReplicaIndex replica);
  void end_sync(const World& world, const Attempt& attempt);
  void check_limit_store(const World& world, std::vector<Misfit>& misfits) const;
  // What ails a process.
  void on_ailment(World& world, const sim::Event& event);
  void allocate(World& world, ReplicaIndex replica);
  void free(World& world, ReplicaIndex replica, Status status);
  void collect(World& world, ReplicaIndex replica);
  void end_collection(World& world, ReplicaIndex replica);
  bool leaks_worker(World& world, const Frame& frame);
  bool stands_still(const Attempt& check);
  void contend(World& world, ReplicaIndex replica);
  double ailing_speed(ReplicaIndex replica) const;  // factor
  void begin_anew(World& world, ReplicaIndex replica);
  void begin_watch(World& world);
  void look(World& world, ReplicaIndex replica);
  bool ails(const World& world, ReplicaIndex replica) const;
  void restart_ailing(World& world, ReplicaIndex replica);

  template <class Of>
  std::optional<double> mean_over_machines(Of of) const;
  std::optional<double> mean_limit() const;
  std::optional<double> mean_heap() const;
  void measure_processes(sim::Time now, sim::Metrics& metrics) const;

  // Scaling.
  void begin_scaling(World& world);
  AutoscalerInput scaling_input(const World& world) const;
  void evaluate(World& world);
  void match(World& world, std::uint32_t wanted);
  bool retire_one(World& world);
  bool is_done(const World& world, ReplicaIndex replica) const;
  void leave_if_done(World& world, ReplicaIndex replica);
  void end_drain(World& world, const sim::Event& event);

  // Deploying.
  void roll(World& world);
  void follow_replacements(World& world);
  void begin_replacing(World& world, ReplicaIndex replica);
  void renew(World& world, ReplicaIndex replica);
  void replace_more(World& world);
  bool is_idle(const World& world, ReplicaIndex replica) const;
  void switch_version(World& world, ReplicaIndex replica);
  std::uint32_t count_versions(World& world);  // of all machines there are
  void tell(World& world, DeploymentNews news);
  void hear_of_death(ReplicaIndex replica);
  void hear_of_version(World& world, const Attempt& attempt, Frame& frame);
  void equip(World& world, ReplicaIndex replica);

  void answer_check(World& world, const Attempt& asked);

  std::shared_ptr<const Program> program_;
  bool releases_ = false;
  std::vector<sim::Station> stations_;  // by replica
  std::vector<sim::Time> line_empty_;   // by replica: when last seen so; where it sheds
  std::vector<std::uint64_t> present_;  // by replica: requests there
  std::vector<AdaptiveLimit> limits_;   // by replica, if they have any
  std::vector<Refusals> refusals_;      // by replica
  sim::Int128 refusal_ns_ = 0;          // work
  sim::Int128 worked_ns_ = 0;           // on requests
  std::uint64_t shed_ = 0;
  std::optional<Limiting> limiting_;
  CallSiteId limit_site_ = 0;  // to the store of its counts, if it has one
  sim::Histogram limit_view_age_;
  std::uint64_t throttled_ = 0;
  std::uint64_t limit_syncs_ = 0;
  std::uint64_t limit_syncs_failed_ = 0;
  std::uint64_t cancelled_ = 0;
  std::vector<Memory> memories_;  // by replica, if they have any
  std::vector<bool> cold_;        // by replica

  // What ails the processes of the replicas; empty where nothing can.
  struct Process {
    std::optional<Heap> heap;
    bool collecting = false;
    bool is_to_restart = false;       // once it has finished what it has
    std::vector<sim::Handle> checks;  // of its health, to be answered when it goes on
    sim::Time progressed;             // when it last finished something, or had nothing to do
  };
  std::vector<Process> processes_;
  std::uint64_t collections_ = 0;
  std::uint64_t deaths_ = 0;
  std::uint64_t watchdog_restarts_ = 0;
  std::uint64_t leaked_workers_ = 0;
  sim::TimeWeighted collecting_{0};  // replicas

  std::optional<Autoscaler> autoscaler_;
  ComponentId scaled_by_ = 0;  // the queue it goes by, if any
  std::optional<HealthChecks> checks_;
  std::optional<Rollout> rollout_;  // from the first deployment on
  DeploymentCounts deployments_;
  sim::Pool<Frame> frames_;
  sim::Histogram waiting_;
  sim::Histogram service_;
  std::uint64_t degraded_ = 0;
  Executions executions_;
  std::uint64_t executed_ = 0;
  std::uint64_t repeated_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t recalled_ = 0;
  std::uint64_t recalls_ = 0;
};

}  // namespace faultline::models
