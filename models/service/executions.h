// Executions: what a service has done, as far back as its window, so that doing it again is counted
// or avoided.
//
// Parameters   window  > 0: how long it is remembered what was done
//              once    whether what is remembered is not done again
// A piece of work is told by a key that all its tries share. The memory belongs to the service as a
// whole and survives a crash, as a table in a database would; what a replica was in the middle of
// when it died counts as not done.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "models/fields.h"
#include "models/ids.h"
#include "sim/time.h"

namespace faultline::models {

struct ExecutionSettings {
  sim::Duration window = sim::Duration::from_seconds(600);
  bool once = true;

  void describe(Fields& fields) {
    fields.duration({"window", "How long it is remembered what was done."}, window,
                    sim::Duration{1});
    fields.flag({"once",
                 "Whether what was done is answered again without doing it, and what is being "
                 "done is refused; otherwise doing it again is only counted."},
                once);
  }
};

class Executions {
 public:
  enum class Known : std::uint8_t { nothing, under_way, done };

  void forget_before(sim::Time time) {
    for (; !done_.empty() && done_.front().first < time; done_.pop_front()) {
      const auto found = known_.find(done_.front().second);
      if (found != known_.end() && found->second.done == done_.front().first) known_.erase(found);
    }
  }
  Known known(std::uint64_t key) const {
    const auto found = known_.find(key);
    if (found == known_.end()) return Known::nothing;
    return found->second.done ? Known::done : Known::under_way;
  }
  void begin(std::uint64_t key, ReplicaIndex by) { known_[key].by = by; }
  // It failed.
  void undo(std::uint64_t key) {
    const auto found = known_.find(key);
    if (found != known_.end() && !found->second.done) known_.erase(found);
  }
  void lose(ReplicaIndex by) {
    std::erase_if(known_, [&](const auto& one) { return !one.second.done && one.second.by == by; });
  }
  void end(sim::Time now, std::uint64_t key) {
    known_[key].done = now;
    done_.emplace_back(now, key);
  }

 private:
  struct Work {
    std::optional<sim::Time> done{};  // nullopt: under way
    ReplicaIndex by = 0;
  };
  std::map<std::uint64_t, Work> known_;
  std::deque<std::pair<sim::Time, std::uint64_t>> done_;  // in the order of time
};

}  // namespace faultline::models
