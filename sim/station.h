// Station: workers in front of one backlog, inside a simulation.
//
// States       up, down; while up it may be paused
// Parameters   workers      count >= 0, or no limit; may change while running
//              backlog_max  waiting jobs >= 0, or no limit
//              discipline   fifo, lifo, adaptive lifo (fifo, but lifo while more than `lifo_above`
//                           wait), priority (non-preemptive, higher first, fifo among equals),
//                           processor sharing (every job at speed x min(1, workers / jobs))
//              speed        factor 0..16384, 1 is nominal, 0 stands still; may change while running
// Metrics      busy, workers_up, backlog (time-weighted), counts, work_done
// Invariant    arrived == rejected + completed + given_up + aborted + lost + in_system
//
// A job waits, is served for its `demand` (work: time at speed 1, whole nanoseconds), and then
// HOLDS its worker until the owner says what next: `extend` (another period on the same worker) or
// `release`. A held worker counts as busy, like a blocked thread. Speed changes re-time what is in
// service. Workers that are taken away leave once they are free; until then they count as up.
//
// Under processor sharing nobody waits: jobs in excess of the workers count as backlog (so that a
// limit admits workers + backlog_max jobs), a held job takes no share and makes nobody busy, and
// capacity that is taken away leaves at once.
//
// The station is a value. It keeps no reference to the simulation: every call that acts takes it. A
// completion is an event {request, target, kind, a, b = job's slot}; one that no longer applies is
// cancelled and never executed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/gauge.h"
#include "sim/pool.h"
#include "sim/processor_sharing.h"
#include "sim/simulation.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace faultline::sim {

enum class Discipline : std::uint8_t { fifo, lifo, adaptive_lifo, priority, processor_sharing };

struct StationSettings {
  std::optional<std::uint32_t> workers = 1;  // nullopt: no limit
  std::optional<std::uint32_t> backlog_max;  // nullopt: no limit
  Discipline discipline = Discipline::fifo;
  std::uint32_t lifo_above = 0;  // of adaptive lifo
  double speed = 1.0;
  bool up = true;
};

// Whom completions are sent to: Event{target, kind = completion_kind, a}.
struct StationOwner {
  std::uint16_t target = 0;
  std::uint16_t completion_kind = 0;
  std::uint32_t a = 0;
};

struct JobId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const JobId&, const JobId&) = default;
};

struct StationCounts {
  std::uint64_t arrived = 0;
  std::uint64_t rejected = 0;   // backlog full
  std::uint64_t completed = 0;  // released after service
  std::uint64_t given_up = 0;   // while waiting
  std::uint64_t aborted = 0;    // in service or holding a worker
  std::uint64_t lost = 0;       // in a crash
};

class Station {
 public:
  // `now`: when its gauges begin.
  Station(const StationSettings& settings, StationOwner owner, Time now = {});

  // Admits a job with the owner's `cookie`; nullopt: rejected, the backlog is full. Not while down.
  std::optional<JobId> arrive(Simulation& sim, std::uint64_t request, Duration demand,
                              Handle cookie, int priority = 0);

  struct Finished {
    JobId job;
    Handle cookie;
    Time started;  // when it left the backlog
  };
  // For the owner's handler of the completion event. The job holds its worker from now on.
  Finished completed(Simulation& sim, const Event& event);
  // The holding job is served for `more`, without queueing.
  void extend(Simulation& sim, JobId job, Duration more);
  // The holding job leaves; its worker takes the next one.
  void release(Simulation& sim, JobId job);

  // Removes a waiting job, in O(1); false when it does not wait (any more).
  bool give_up(Simulation& sim, JobId job);
  // Removes a job in service or holding; false when it is neither. The worker takes the next one.
  bool abort(Simulation& sim, JobId job);

  // Loses every job and takes the station down. Returns the cookies of the lost: first those in
  // service in the order in which they started, then the waiting in the order of their turn.
  std::vector<Handle> crash(Simulation& sim);
  void restart(Simulation& sim);  // down -> up, empty
  // Pausing keeps every job; arrivals go on, progress stops. Independent of `speed`.
  void pause(Simulation& sim);
  void resume(Simulation& sim);
  void set_speed(Simulation& sim, double speed);
  // For a station with a limited number of workers.
  void set_workers(Simulation& sim, std::uint32_t workers);
  // Who waits already may stay.
  void set_backlog_max(std::optional<std::uint32_t> backlog_max) { backlog_max_ = backlog_max; }

  bool up() const { return up_; }
  bool paused() const { return paused_; }
  double speed() const { return speed_; }
  std::optional<std::uint32_t> workers() const { return workers_; }
  std::optional<std::uint32_t> backlog_max() const { return backlog_max_; }
  std::uint32_t in_system() const { return in_system_; }  // waiting, in service and holding
  std::uint32_t waiting() const { return in_system_ - in_service_; }
  bool is_waiting(JobId job) const;

  const StationCounts& counts() const { return counts_; }
  const TimeWeighted& busy() const { return busy_; }
  const TimeWeighted& workers_up() const { return workers_up_; }  // 0 while down or without limit
  const TimeWeighted& backlog() const { return backlog_; }
  // For whoever closes the windows, and nobody else (see TimeWeighted).
  std::int64_t take_recent_max_backlog() { return backlog_.take_recent_max(); }
  // In ns at speed 1, finished or not, of service periods that have ended or were re-timed.
  Int128 work_done() const { return work_done_; }

  struct Mark {
    TimeWeighted::Mark busy;
    TimeWeighted::Mark up;
  };
  Mark mark(Time now) const { return {busy_.mark(now), workers_up_.mark(now)}; }

 private:
  enum class State : std::uint8_t { free, waiting, serving, holding, sentinel };

  struct Job {
    Handle cookie;
    std::uint64_t request = 0;
    Duration work_left;  // as of `since`; under processor sharing as of the period's start
    Time since;
    Time started;
    TimerHandle timer;
    std::uint32_t next = 0;  // links of the circular list it is in; while free, the `next` free
    std::uint32_t previous = 0;
    std::uint32_t generation = 0;
    State state = State::free;
  };

  // The list of those in service, in order of start, is around the record in this slot.
  static constexpr std::uint32_t serving_list = 0;

  // The waiting jobs of one priority, a circular list around the record in `slot`.
  struct Level {
    int priority;
    std::uint32_t slot;
  };

  bool shares() const { return discipline_ == Discipline::processor_sharing; }
  double rate() const { return paused_ ? 0.0 : speed_; }
  std::uint32_t busy_now() const;
  std::uint32_t backlog_now() const;
  std::uint32_t workers_up_now() const;
  bool has(JobId job) const;

  // `inline`: steps that every job takes.
  inline std::uint32_t allocate(State state);
  void free(std::uint32_t slot);
  void link_before(std::uint32_t place, std::uint32_t slot);
  void unlink(std::uint32_t slot);
  std::uint32_t level_slot(int priority);
  bool last_come_first() const;
  std::uint32_t next_waiting() const;

  void start(Simulation& sim, std::uint32_t slot);
  inline void serve(Simulation& sim, std::uint32_t slot);
  inline void arm(Simulation& sim, std::uint32_t slot);
  void interrupt(Simulation& sim, std::uint32_t slot);
  void arm_share(Simulation& sim);
  inline void leave_service(Simulation& sim, std::uint32_t slot);
  void change_rate(Simulation& sim, bool paused, double speed);
  void lose(Simulation& sim, std::uint32_t list, std::vector<Handle>& lost);
  TimerHandle arm_completion(Simulation& sim, std::uint32_t slot, Duration after) const;
  void observe(Time now);

  StationOwner owner_;
  Discipline discipline_;
  std::uint32_t lifo_above_;
  bool up_;
  bool paused_ = false;
  double speed_;
  std::optional<std::uint32_t> workers_;
  std::optional<std::uint32_t> backlog_max_;

  std::vector<Job> jobs_ = std::vector<Job>(1);  // slot 0: `serving_list`
  std::uint32_t first_free_ = serving_list;      // which is never free, and so means: none
  std::vector<Level>
      levels_;  // highest priority first; its length is the number of priorities seen
  std::uint32_t in_system_ = 0;
  std::uint32_t in_service_ = 0;  // serving or holding
  ProcessorSharing share_;
  TimerHandle share_timer_;

  StationCounts counts_;
  Int128 work_done_ = 0;
  TimeWeighted busy_;
  TimeWeighted workers_up_;
  TimeWeighted backlog_;
};

// Busy over up between two marks; nothing where no worker was up.
inline std::optional<double> utilisation(const Station::Mark& from, const Station::Mark& to) {
  return ratio(to.busy.area - from.busy.area, to.up.area - from.up.area);
}

}  // namespace faultline::sim
