// Chronicle: what a run has shown so far, by window and by event: the figures behind charts and
// captions, and what befell the architecture.
//
// A run that is repeated from an earlier instant tells the same again; the chronicle then stays as
// it is. `forget_after` is for a history that takes another turn.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/story/normal_range.h"
#include "models/ids.h"
#include "models/replica.h"
#include "sim/time.h"
#include "viz/view/run/messages.h"

namespace faultline::viz {

// Something that befell the architecture.
struct Happened {
  enum class Kind : std::uint8_t { began, ended, state };
  sim::Time at;
  std::uint64_t event = 0;  // how many events had been executed then, itself included
  Kind kind = Kind::began;
  std::uint32_t action = 0;           // began, ended: of the timeline
  models::ComponentId component = 0;  // state
  models::ReplicaIndex replica = 0;
  models::Lifecycle from = models::Lifecycle::up;
  models::Lifecycle to = models::Lifecycle::up;
};

using analysis::Figures;

class Chronicle {
 public:
  // Beyond so many, what befell is not told any more.
  static constexpr std::size_t most_happenings = 100'000;

  explicit Chronicle(sim::Duration window) : window_(window) {}

  void record(sim::Time end, std::string_view subject, std::string_view metric,
              std::optional<double> value);
  void record(sim::Time end, Messages::Counts sent);
  void record(const Happened& happened);
  // Forgets windows that end after `at`, and what befell after the first `events` events.
  void forget_after(sim::Time at, std::uint64_t events);

  sim::Duration window() const { return window_; }
  // How many windows have been closed.
  std::size_t windows() const { return sent_.size(); }
  // The number of windows that have ended by `at`.
  std::size_t windows_until(sim::Time at) const;
  // nullptr: there is no such metric.
  const Figures* find(std::string_view subject, std::string_view metric) const;
  std::optional<double> value(std::string_view subject, std::string_view metric,
                              std::size_t window) const;
  // The mean over windows [first, last) of those that have a figure.
  std::optional<double> mean(std::string_view subject, std::string_view metric, std::size_t first,
                             std::size_t last) const;
  // What went which way in a window; nullptr: it has not ended yet.
  const Messages::Counts* sent(std::size_t window) const;
  const std::vector<Happened>& happened() const { return happened_; }

 private:
  std::size_t window_ending_at(sim::Time end) const;

  sim::Duration window_;
  std::map<std::string, std::map<std::string, Figures, std::less<>>, std::less<>> figures_;
  std::vector<Messages::Counts> sent_;  // by window
  std::vector<Happened> happened_;
};

}  // namespace faultline::viz
