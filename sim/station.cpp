#include "sim/station.h"

#include <algorithm>

#include "sim/check.h"

namespace faultline::sim {
namespace {

// Work done in `elapsed` at `speed`, and the time that `work` takes; exact at speed 1.
Duration work_in(Duration elapsed, double speed) {
  if (speed == 1.0) return elapsed;
  return Duration::from_ns(static_cast<double>(elapsed.ns) * speed);
}

Duration time_for(Duration work, double speed) {
  if (speed == 1.0) return work;
  return Duration::from_ns(static_cast<double>(work.ns) / speed);
}

}  // namespace

Station::Station(const StationSettings& settings, StationOwner owner, Time now)
    : owner_(owner),
      discipline_(settings.discipline),
      lifo_above_(settings.lifo_above),
      up_(settings.up),
      speed_(settings.speed),
      workers_(settings.workers),
      backlog_max_(settings.backlog_max),
      busy_(0, now),
      workers_up_(settings.up ? settings.workers.value_or(0) : 0, now),
      backlog_(0, now) {
  CHECK(speed_ >= 0.0);
  CHECK(speed_ <= ProcessorSharing::speed_max);
  level_slot(0);
  share_.set_capacity(now, workers_, speed_);
}

std::optional<JobId> Station::arrive(Simulation& sim, std::uint64_t request, Duration demand,
                                     Handle cookie, int priority) {
  CHECK(up_);
  CHECK(demand.ns >= 0);
  ++counts_.arrived;
  const bool free_worker = !workers_ || busy_now() < *workers_;
  if (!free_worker && backlog_max_ && backlog_now() >= *backlog_max_) {
    ++counts_.rejected;
    return std::nullopt;
  }
  const std::uint32_t slot = allocate(State::waiting);
  Job& job = jobs_[slot];
  job.cookie = cookie;
  job.request = request;
  job.work_left = demand;
  const JobId id{slot, job.generation};
  ++in_system_;
  if (free_worker || shares()) {
    start(sim, slot);
  } else {
    link_before(level_slot(discipline_ == Discipline::priority ? priority : 0), slot);
  }
  observe(sim.now());
  return id;
}

Station::Finished Station::completed(Simulation& sim, const Event& event) {
  Job& job = jobs_[event.b];
  CHECK(job.state == State::serving);
  job.state = State::holding;
  work_done_ += job.work_left.ns;
  if (shares()) {
    share_timer_ = {};
    share_.remove(sim.now(), event.b);
    arm_share(sim);
    observe(sim.now());
  } else {
    job.timer = {};
  }
  return {{event.b, job.generation}, job.cookie, job.started};
}

void Station::extend(Simulation& sim, JobId id, Duration more) {
  CHECK(has(id));
  CHECK(more.ns >= 0);
  Job& job = jobs_[id.slot];
  CHECK(job.state == State::holding);
  job.work_left = more;
  serve(sim, id.slot);
  observe(sim.now());
}

void Station::release(Simulation& sim, JobId id) {
  CHECK(has(id));
  CHECK(jobs_[id.slot].state == State::holding);
  ++counts_.completed;
  leave_service(sim, id.slot);
  observe(sim.now());
}

bool Station::give_up(Simulation& sim, JobId id) {
  if (!is_waiting(id)) return false;
  ++counts_.given_up;
  unlink(id.slot);
  free(id.slot);
  --in_system_;
  observe(sim.now());
  return true;
}

bool Station::abort(Simulation& sim, JobId id) {
  if (!has(id) || jobs_[id.slot].state == State::waiting) return false;
  ++counts_.aborted;
  interrupt(sim, id.slot);
  leave_service(sim, id.slot);
  if (shares()) arm_share(sim);
  observe(sim.now());
  return true;
}

std::vector<Handle> Station::crash(Simulation& sim) {
  CHECK(up_);
  std::vector<Handle> lost;
  lost.reserve(in_system_);
  lose(sim, serving_list, lost);
  for (const Level& level : levels_) lose(sim, level.slot, lost);
  if (shares()) arm_share(sim);
  counts_.lost += lost.size();
  in_system_ = 0;
  in_service_ = 0;
  up_ = false;
  observe(sim.now());
  return lost;
}

void Station::restart(Simulation& sim) {
  CHECK(!up_);
  up_ = true;
  observe(sim.now());
}

void Station::pause(Simulation& sim) { change_rate(sim, true, speed_); }
void Station::resume(Simulation& sim) { change_rate(sim, false, speed_); }
void Station::set_speed(Simulation& sim, double speed) { change_rate(sim, paused_, speed); }

void Station::set_workers(Simulation& sim, std::uint32_t workers) {
  CHECK(workers_.has_value());
  workers_ = workers;
  if (shares()) {
    share_.set_capacity(sim.now(), workers_, rate());
    arm_share(sim);
  } else {
    while (in_service_ < workers && waiting() > 0) {
      const std::uint32_t next = next_waiting();
      unlink(next);
      start(sim, next);
    }
  }
  observe(sim.now());
}

bool Station::is_waiting(JobId id) const {
  return has(id) && jobs_[id.slot].state == State::waiting;
}

std::uint32_t Station::busy_now() const {
  if (!shares()) return in_service_;
  const auto sharing = static_cast<std::uint32_t>(share_.size());
  return workers_ ? std::min(*workers_, sharing) : sharing;
}

std::uint32_t Station::backlog_now() const {
  if (!shares()) return waiting();
  return static_cast<std::uint32_t>(share_.size()) - busy_now();
}

std::uint32_t Station::workers_up_now() const {
  if (!up_ || !workers_) return 0;
  return shares() ? *workers_ : std::max(*workers_, in_service_);
}

// Generations are odd while a job lives.
bool Station::has(JobId id) const {
  return (id.generation & 1) != 0 && id.slot < jobs_.size() &&
         jobs_[id.slot].generation == id.generation;
}

inline std::uint32_t Station::allocate(State state) {
  if (first_free_ == serving_list) {
    first_free_ = static_cast<std::uint32_t>(jobs_.size());
    jobs_.emplace_back();
  }
  const std::uint32_t slot = first_free_;
  Job& job = jobs_[slot];
  first_free_ = job.next;
  ++job.generation;
  job.state = state;
  return slot;
}

void Station::free(std::uint32_t slot) {
  Job& job = jobs_[slot];
  ++job.generation;
  job.state = State::free;
  job.next = first_free_;
  first_free_ = slot;
}

void Station::link_before(std::uint32_t place, std::uint32_t slot) {
  const std::uint32_t previous = jobs_[place].previous;
  jobs_[slot].previous = previous;
  jobs_[slot].next = place;
  jobs_[previous].next = slot;
  jobs_[place].previous = slot;
}

void Station::unlink(std::uint32_t slot) {
  const Job& job = jobs_[slot];
  jobs_[job.previous].next = job.next;
  jobs_[job.next].previous = job.previous;
}

std::uint32_t Station::level_slot(int priority) {
  auto level = levels_.begin();
  while (level != levels_.end() && level->priority > priority) ++level;
  if (level == levels_.end() || level->priority != priority) {
    const std::uint32_t slot = allocate(State::sentinel);
    jobs_[slot].next = slot;
    jobs_[slot].previous = slot;
    level = levels_.insert(level, {priority, slot});
  }
  return level->slot;
}

bool Station::last_come_first() const {
  return discipline_ == Discipline::lifo ||
         (discipline_ == Discipline::adaptive_lifo && waiting() > lifo_above_);
}

std::uint32_t Station::next_waiting() const {
  auto level = levels_.begin();
  while (jobs_[level->slot].next == level->slot) ++level;
  const Job& list = jobs_[level->slot];
  return last_come_first() ? list.previous : list.next;
}

void Station::start(Simulation& sim, std::uint32_t slot) {
  jobs_[slot].started = sim.now();
  link_before(serving_list, slot);
  ++in_service_;
  serve(sim, slot);
}

inline void Station::serve(Simulation& sim, std::uint32_t slot) {
  Job& job = jobs_[slot];
  job.state = State::serving;
  if (shares()) {
    share_.add(sim.now(), slot, job.work_left);
    arm_share(sim);
  } else {
    arm(sim, slot);
  }
}

inline void Station::arm(Simulation& sim, std::uint32_t slot) {
  Job& job = jobs_[slot];
  job.since = sim.now();
  const double speed = rate();
  if (speed > 0.0) job.timer = arm_completion(sim, slot, time_for(job.work_left, speed));
}

// Stops the clock of a job that is being served: settles the work it has done and its timer.
void Station::interrupt(Simulation& sim, std::uint32_t slot) {
  Job& job = jobs_[slot];
  if (job.state != State::serving) return;
  Duration left;
  if (shares()) {
    left = share_.remove(sim.now(), slot);
  } else {
    left = std::max(Duration{}, job.work_left - work_in(sim.now() - job.since, rate()));
    sim.cancel(job.timer);
  }
  work_done_ += (job.work_left - left).ns;
  job.work_left = left;
}

// One pending completion for everybody: that of whoever finishes first at the present rate.
void Station::arm_share(Simulation& sim) {
  sim.cancel(share_timer_);
  const auto next = share_.next(sim.now());
  if (next) share_timer_ = arm_completion(sim, next->slot, next->after);
}

inline void Station::leave_service(Simulation& sim, std::uint32_t slot) {
  unlink(slot);
  free(slot);
  --in_system_;
  --in_service_;
  if (waiting() == 0 || (workers_ && in_service_ >= *workers_)) return;
  const std::uint32_t next = next_waiting();
  unlink(next);
  start(sim, next);
}

void Station::change_rate(Simulation& sim, bool paused, double speed) {
  CHECK(speed >= 0.0);
  CHECK(speed <= ProcessorSharing::speed_max);
  const double before = rate();
  const double after = paused ? 0.0 : speed;
  if (after != before) {
    if (shares()) {
      share_.set_capacity(sim.now(), workers_, after);
    } else {
      for (auto i = jobs_[serving_list].next; i != serving_list; i = jobs_[i].next) {
        interrupt(sim, i);
      }
    }
  }
  paused_ = paused;
  speed_ = speed;
  if (after == before) return;
  if (shares()) return arm_share(sim);
  for (auto i = jobs_[serving_list].next; i != serving_list; i = jobs_[i].next) {
    if (jobs_[i].state == State::serving) arm(sim, i);
  }
}

void Station::lose(Simulation& sim, std::uint32_t list, std::vector<Handle>& lost) {
  const bool backwards = discipline_ == Discipline::lifo && list != serving_list;
  const auto after = [&](std::uint32_t i) { return backwards ? jobs_[i].previous : jobs_[i].next; };
  for (auto i = after(list); i != list; i = after(list)) {  // the list shrinks to nothing
    interrupt(sim, i);
    lost.push_back(jobs_[i].cookie);
    unlink(i);
    free(i);
  }
}

TimerHandle Station::arm_completion(Simulation& sim, std::uint32_t slot, Duration after) const {
  Event event;
  event.request = jobs_[slot].request;
  event.a = owner_.a;
  event.b = slot;
  event.target = owner_.target;
  event.kind = owner_.completion_kind;
  return sim.arm(after, event);
}

void Station::observe(Time now) {
  busy_.set(now, busy_now());
  workers_up_.set(now, workers_up_now());
  backlog_.set(now, backlog_now());
}

}  // namespace faultline::sim
