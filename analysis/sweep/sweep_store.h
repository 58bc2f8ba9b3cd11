// SweepStore: the runs of a sweep in a SQLite database, so that none is made twice.
//
//   experiments  one row: the scenario whole, its hash, the version, what varies
//   points       the values tried, as a JSON object by pointer
//   runs         of a point, one per seed: digest, how it ended, where and how long it took
//   metrics      every figure of a run; NULL: nothing to report
// Invariant  a run is there with all its metrics or not at all, whatever kills the process
// One writes at a time: a second process is refused. Readers may read all the while.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "analysis/ensemble/metric_list.h"
#include "analysis/sweep/database.h"

namespace faultline::analysis {

// What all runs of a store have in common.
struct Experiment {
  std::string scenario;  // its name
  std::string text;      // it whole, what it extends and `--set` applied
  std::string version;   // of Faultline
  std::string varied;    // the pointers, as a JSON array
  std::string vary;      // what was asked for first, values included
  std::string command;   // likewise, the whole command line
  std::uint64_t seed = 1;
};

struct StoredRun {
  std::int64_t point = 0;
  std::uint64_t seed = 0;
  std::string digest;  // empty: cut short
  std::string ended;   // "complete", or what cut it short
  std::string host;    // that made it
  MetricList metrics;  // none when cut short
  double wall_s = 0;
};

// Of this machine.
std::string host_name();

inline constexpr std::string_view ended_complete = "complete";

// An empty file beside a store that only one process has locked; gone with it.
class StoreLock {
 public:
  // Throws StoreError when another process has it.
  explicit StoreLock(const std::filesystem::path& store);
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

 private:
  std::string path_;
  int file_ = -1;
};

class SweepStore {
 public:
  // Opens the store, or begins it. Throws StoreError when it is of another experiment.
  SweepStore(const std::filesystem::path& file, const Experiment& experiment);

  // The numbers of these points, in their order; those not yet known are added.
  std::vector<std::int64_t> points(const std::vector<std::string>& json);
  // May be called from any thread.
  void add(const StoredRun& run);
  // Every run there is, with the named metrics only (as said, in their order).
  void each_run(const std::vector<std::string>& metrics,
                const std::function<void(const StoredRun&)>& tell);

 private:
  StoreLock lock_;
  std::mutex mutex_;
  Database database_;
};

// Tables, and the mark by which a store is known. Throws StoreError for a foreign database.
void prepare_store(Database& database, const std::filesystem::path& file);

std::string hash_of_scenario(std::string_view text);

}  // namespace faultline::analysis
