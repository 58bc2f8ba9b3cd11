// Evidence: what a story is told from, gathered while a run goes on: what the timeline and random
// faults did, and for every way from a caller to a callee its calls, window by window.
//
// It looks at the world as a window closes, and changes nothing. It must outlive the run. Memory
// does not grow with simulated time (sim/series.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/run.h"
#include "models/observer.h"
#include "models/world.h"
#include "sim/series.h"

namespace faultline::analysis {

// An entry of the timeline, or a random fault, as it acted.
struct Acted {
  sim::Time at;
  std::optional<sim::Time> ended;
  std::uint32_t action = 0;
};

// All call sites of one component that call the same other, health checks left out.
struct HopSeries {
  models::ComponentId caller = 0;
  models::ComponentId callee = 0;
  sim::Series attempts;     // tries begun, per second
  sim::Series tries;        // begun, for each call begun
  sim::Series timeouts;     // of the attempts that ended
  sim::Series failures;     // of the calls that ended
  sim::Series outstanding;  // calls that have not ended, as the window closes
};

class Evidence final : public models::Observer {
 public:
  explicit Evidence(sim::Duration window) : window_(window) {}

  // Of a run with these options, whatever else they ask for.
  void watch(RunOptions& options);

  bool wants_messages() const override { return false; }
  void acted(std::uint32_t action, bool undone, sim::Time now) override;

  const std::vector<Acted>& acted() const { return acted_; }
  const std::vector<HopSeries>& hops() const { return hops_; }

 private:
  void attach(const models::World& world);
  // May be told of a window more than once.
  void window_closes(sim::Time begin, sim::Time end);

  struct Totals {
    std::uint64_t calls = 0;
    std::uint64_t attempts = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t failures = 0;
  };
  struct UnderWay {
    std::uint64_t calls = 0;
    std::uint64_t attempts = 0;  // the same, but for those whose caller backs off
  };
  std::vector<Totals> totals() const;
  std::vector<UnderWay> under_way() const;

  sim::Duration window_;
  const models::World* world_ = nullptr;
  std::vector<std::optional<std::size_t>> hop_of_site_;
  std::vector<HopSeries> hops_;
  std::vector<Totals> last_;
  std::vector<UnderWay> last_under_way_;
  sim::Time last_end_;
  std::vector<Acted> acted_;
};

}  // namespace faultline::analysis
