#include "models/service/shedding.h"

#include <algorithm>
#include <limits>

namespace faultline::models {

void ControlledDelay::describe(Fields& fields) {
  fields.duration({"target", "How long one may wait in bad times."}, target, sim::Duration{1});
  fields.duration({"interval",
                   "How long one may wait in good times; they are bad when the line "
                   "has not been empty for so long."},
                  interval, sim::Duration{1});
  if (target > interval) fields.reject("target", "must not be longer than `interval`");
}

void PriorityShare::describe(Fields& fields) {
  fields.count({"up-to", "Of requests of this priority and those below.", true}, up_to, {0, 255});
  fields.ratio({"share", "They are refused where so much of the limit is there already.", true},
               share);
}

void SheddingSettings::describe(Fields& fields) {
  fields.count({"in-system",
                "Requests at a replica, waiting and worked on; further ones are "
                "refused."},
               in_system, {1});
  fields.nested(
      {"adaptive", "The same, but each replica finds out by itself how many; absent: it does not."},
      "adaptive-limit", adaptive);
  fields.nested_list(
      {"priorities",
       "What share of that limit those of low priority may use, from the lowest up; absent: all."},
      "priority-share", priorities);
  fields.distribution({"max-wait",
                       "Who has waited for a worker for so long is refused; by a law, each has a "
                       "patience of their own."},
                      max_wait);
  fields.nested({"controlled-delay", "The same, by how long the line has not been empty."},
                "controlled-delay", controlled_delay);
  fields.flag({"past-deadline", "Whether who waits past its caller's `deadline` is refused."},
              past_deadline);
  if (!priorities.empty() && !in_system && !adaptive) {
    fields.reject("priorities", "goes with `in-system` or `adaptive`, the limit to share");
  }
  for (std::size_t i = 1; i < priorities.size(); ++i) {
    if (priorities[i].up_to > priorities[i - 1].up_to &&
        priorities[i].share >= priorities[i - 1].share) {
      continue;
    }
    fields.reject("priorities", "`up-to` must rise from one to the next, and `share` not fall");
    break;
  }
}

bool SheddingSettings::takes(std::uint64_t present, std::optional<std::uint64_t> adapted,
                             int priority) const {
  constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t limit = std::min(in_system.value_or(none), adapted.value_or(none));
  if (present >= limit) return false;
  for (const PriorityShare& one : priorities) {
    if (static_cast<std::uint64_t>(priority) > one.up_to) continue;
    return static_cast<double>(present) < one.share * static_cast<double>(limit);
  }
  return true;
}

std::optional<sim::Duration> SheddingSettings::patience(sim::Time now, sim::Time busy_since,
                                                        sim::Time deadline, sim::Draw draw) const {
  std::optional<sim::Duration> least;
  if (max_wait) least = max_wait->sample_duration(draw);
  const auto at_most = [&](sim::Duration wait) { least = least ? std::min(*least, wait) : wait; };
  if (controlled_delay) {
    const bool bad = now - busy_since > controlled_delay->interval;
    at_most(bad ? controlled_delay->target : controlled_delay->interval);
  }
  const bool has_deadline = deadline != sim::Time::max();
  if (past_deadline && has_deadline) at_most(std::max(deadline - now, sim::Duration{0}));
  return least;
}

}  // namespace faultline::models
