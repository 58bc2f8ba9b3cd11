// Simulation: a clock, a future event list, a timeline, and the rule by which they advance.
//
// Derive from it and implement `handle`. At one instant the timeline acts first (phase 0), then the
// model's events in the order they were scheduled (phase 1). Time spans are half-open: running
// until t executes what lies strictly before t and leaves the clock at t.
//
// A simulation owns all its mutable state by value: copying one clones it, and the clone and the
// original finish with the same digest. No main loop owns the thread: `step`, `run_until` and
// `inject` may be mixed freely, and how a run is cut into calls never changes what happens in it.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "sim/draw.h"
#include "sim/event.h"
#include "sim/event_queue.h"
#include "sim/time.h"

namespace faultline::sim {

enum class Stop {
  reached,  // the time asked for
  asked,    // the model called `stop`
  event_limit,
  record_limit,
  standstill,   // time does not go on: event upon event at one instant
  interrupted,  // the interrupt flag was raised
};

struct Limits {
  std::optional<std::uint64_t> events;   // executed events, >= 1
  std::optional<std::uint64_t> records;  // live records (queued events and the model's own), >= 1
  std::uint64_t at_one_instant = 20'000'000;     // events; about so many, before it is a standstill
  const std::atomic<bool>* interrupt = nullptr;  // looked at between events; not owned
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : seed_(seed) {}
  virtual ~Simulation() = default;

  Time now() const { return now_; }
  std::uint64_t seed() const { return seed_; }
  Luck luck() const { return Luck{mix64(seed_)}; }
  std::uint64_t executed() const { return executed_; }
  std::uint64_t digest() const { return digest_; }

  // Schedules `event` to happen `after` (>= 0) from now; `event.at` is filled in. What lies beyond
  // the end of time never happens.
  void schedule(Duration after, Event event) {
    event.at = later(after);
    queue_.push(event);
  }
  TimerHandle arm(Duration after, Event event) {
    event.at = later(after);
    return queue_.push_timer(event);
  }
  // Forgets the timer, whether it was still waiting or not.
  void cancel(TimerHandle& timer) {
    queue_.cancel(timer);
    timer = {};
  }
  bool armed(TimerHandle timer) const { return queue_.armed(timer); }

  // Puts an event on the timeline: it acts before everything else at its instant. An instant that
  // has begun already cannot be acted upon any more; the event then lands on the next nanosecond.
  // Returns when it will act.
  Time inject(Time at, Event event);

  // Executes one event that lies before `end`; false when there is none or a limit was met.
  bool step(Time end);
  // Executes everything before `end`, closes the windows up to it, and leaves the clock there.
  Stop run_until(Time end);

  void set_limits(const Limits& limits) {
    limits_ = limits;
    next_look_ = 0;
  }
  // The window in which metrics are observed; counted from the start of the run.
  void set_window(Duration length);
  // An instant, not before now, at which `at_mark` is to look at the model.
  void mark_at(Time at) { marks_.insert(at); }

 protected:
  Simulation(const Simulation&) = default;
  Simulation& operator=(const Simulation&) = delete;

  virtual void handle(const Event& event) = 0;
  // Everything before `end` has happened, nothing at `end` has. Observation only.
  virtual void close_window(Time /*begin*/, Time /*end*/) {}
  // A mark: what lies before it has happened, the timeline at it has not acted yet. Observation
  // only.
  virtual void at_mark(Time /*at*/) {}
  virtual std::uint64_t live_records() const { return queue_.live(); }
  // Ends the run after the event being handled.
  void stop() {
    stop_asked_ = true;
    next_look_ = 0;
  }

 private:
  // Whether a limit is met or `stop` was asked for. Looked into every thousand events or so.
  std::optional<Stop> look_at_limits();
  // Executes at most `budget` events before `end`; leaves the clock at `end` if none is left.
  std::optional<Stop> advance(Time end, std::uint64_t budget);
  void execute(const Event& event);
  Time later(Duration after) const {
    Time time;
    return __builtin_add_overflow(now_.ns, after.ns, &time.ns) ? Time::max() : time;
  }

  std::uint64_t seed_;
  Time now_;
  Time begun_{-1};                       // the last instant at which a model event was executed
  Time bound_;                           // while advancing: model events before it come next
  std::multimap<Time, Event> timeline_;  // equal keys keep the order of insertion
  std::uint64_t executed_ = 0;
  std::uint64_t digest_ = 0x6a09e667f3bcc908ULL;
  Duration window_length_;
  Time window_begin_;
  Time window_end_ = Time::max();
  std::set<Time> marks_;
  Limits limits_;
  bool stop_asked_ = false;
  std::uint64_t next_look_ = 0;  // when so many events are executed
  Time stands_at_{-1};           // the instant of the last look, and how many events it had then
  std::uint64_t stands_since_ = 0;
  EventQueue queue_;  // last, as it is large
};

}  // namespace faultline::sim
