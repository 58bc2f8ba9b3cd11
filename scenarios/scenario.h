// Scenario: what one file says, read and found to be right: an architecture, the load on it, what
// befalls it, and what is expected of it. From it come worlds, as many as are wanted.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/geography.h"
#include "models/random_fault.h"
#include "models/timeline.h"
#include "models/workload/client.h"
#include "models/world.h"
#include "scenarios/alert.h"
#include "scenarios/document.h"
#include "scenarios/expectation.h"
#include "scenarios/prices.h"
#include "scenarios/problems.h"

namespace faultline::scenarios {

struct RunSettings {
  sim::Duration duration;
  sim::Duration warmup;
  sim::Duration window = sim::Duration::from_seconds(1);
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> max_events;
  std::optional<std::uint64_t> max_requests;
  std::uint64_t max_records = 50'000'000;

  void describe(models::Fields& fields);
};

// Its place on a path from small to large, whose steps are compared with one another.
struct SeriesSettings {
  std::string name;
  std::uint64_t step = 1;
  std::uint64_t users = 1;

  void describe(models::Fields& fields);
};

// Where the window puts what it shows: the left upper corner of each card, by the name of its
// component, or as db@eu where that has a card in several regions.
struct ViewSettings {
  struct Corner {
    double x = 0;
    double y = 0;
    void describe(models::Fields& fields);
  };
  std::map<std::string, Corner> cards;

  void describe(models::Fields& fields);
};

// A log that was replayed, and what reading it showed.
struct ReplayedLog {
  std::string workload;
  std::string file;
  std::size_t requests = 0;
  std::size_t moved = 0;      // lines out of order
  std::size_t malformed = 0;  // lines skipped
  std::string first_malformed;
};

struct Scenario {
  std::filesystem::path file;
  std::string name;
  std::string about;
  std::string lesson;
  std::optional<SeriesSettings> series;
  RunSettings run;
  models::GeographySettings network;
  std::vector<std::shared_ptr<const models::Component>> components;  // workloads too, by name
  std::vector<std::shared_ptr<const models::Action>> timeline;       // in order of time
  std::vector<models::RandomFault> faults;
  std::vector<Expectation> slos;
  std::vector<Alert> alerts;
  std::vector<Expectation> expectations;
  std::optional<Prices> prices;
  std::vector<ReplayedLog> replayed;
  ViewSettings view;
  std::string overridden;  // what `--set` has changed, as the text of a merge patch; empty: nothing

  // A world at time 0, started.
  std::unique_ptr<models::World> make_world(std::uint64_t seed) const;
};

// nullopt when there were problems, which have been added.
std::optional<Scenario> load_scenario(const std::filesystem::path& path,
                                      std::span<const Override> overrides,
                                      const std::filesystem::path& library, Problems& problems);

}  // namespace faultline::scenarios
