// Messages: which messages are under way in a world, a sample of them where they are many, and how
// many went each way.
//
// What it shows of an instant depends on the run alone, not on how one came to that instant: it
// keeps the departures of the last two seconds (`horizon`), and whoever jumps to an instant runs at
// least so much before it. A message under way for longer than that is shown no more. The sample is
// taken by request, so that one request's messages are kept together; from window to window the
// rate decides how many are.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "models/observer.h"
#include "models/world.h"
#include "viz/view/run/fate.h"

namespace faultline::viz {

// A way that messages take: from one component's replicas (or users) in a region to another's.
struct Way {
  models::ComponentId from = 0;
  models::ComponentId to = 0;
  std::uint16_t from_region = 0;  // as `Regions` counts them
  std::uint16_t to_region = 0;

  friend auto operator<=>(const Way&, const Way&) = default;
};

struct Message {
  sim::Time departs;
  sim::Time arrives;      // when it would have, if it is lost
  Way way;                // of the request; its answer goes back on the same
  std::uint64_t lot = 0;  // a number in 0 to 2^64, the same for all messages of one request
  Fate fate = Fate::asking;
  bool answer = false;
  bool lost = false;
};

class Messages final : public models::Observer {
 public:
  static constexpr sim::Duration horizon = sim::Duration{2'000'000'000};
  // Of which at most about so many are kept for every second.
  static constexpr std::uint64_t most_per_s = 6000;

  // How many requests each one kept stands for.
  struct Sample {
    std::uint64_t one_in = 1;
  };
  using Counts = std::map<Way, std::uint64_t>;

  // `region_of`: by place. An answer is late that a user has waited for longer than `late_after`.
  Messages(std::vector<std::uint16_t> region_of, sim::Duration late_after)
      : region_of_(std::move(region_of)), late_after_(late_after) {}

  // Forgets all, and goes on with this sample.
  void begin(Sample sample);
  // A window of that length has ended. What went each way since the last one.
  Counts close_window(sim::Duration length);

  const std::deque<Message>& kept() const { return kept_; }
  Sample sample() const { return sample_; }

  void departed(const models::Attempt& attempt, models::ComponentId from, sim::Time now,
                std::optional<sim::Time> arrives) override;
  void answered(const models::Attempt& attempt, models::ComponentId to, sim::Time now,
                std::optional<sim::Time> arrives) override;

 private:
  Message message(const models::Attempt& attempt, models::ComponentId caller, sim::Time now,
                  std::optional<sim::Time> arrives) const;
  void keep(const Message& message);

  std::vector<std::uint16_t> region_of_;
  sim::Duration late_after_;
  std::deque<Message> kept_;  // in order of departure
  Counts counts_;
  std::uint64_t count_ = 0;  // in this window
  Sample sample_;
};

// Whether a message belongs to a sample of one request in `one_in`.
constexpr bool is_sampled(std::uint64_t lot, std::uint64_t one_in) {
  return one_in <= 1 || lot < UINT64_MAX / one_in;
}

// 1, 2, 5, 10, 20, ...: the least that is not below `value`.
std::uint64_t round_number_from(double value);

}  // namespace faultline::viz
