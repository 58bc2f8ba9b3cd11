// MpiCrew: the runs of a sweep, made by all processes of an MpiWorld.
//
// Rank 0 leads: it hands out a run to whoever has nothing to do, keeps what comes back, writes and
// prints; between messages its own threads make runs too. The others ask, make and report. Waiting
// sleeps, for MPI's own way to wait keeps a processor busy.
#pragma once

#include <atomic>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analysis/sweep/crew.h"
#include "analysis/sweep/run_pool.h"
#include "cli/mpi_world.h"

namespace faultline::cli {

// What a rank made of its command line; all must have made the same of it.
struct SweepReading {
  std::string version;   // of Faultline
  std::string scenario;  // a hash of it
  std::string plan;      // a hash: points, seeds, jobs
  std::string problems;  // what was wrong; empty: nothing
};

class MpiCrew : public analysis::Crew {
 public:
  // nullptr: this process stands alone. Throws LaunchError.
  static std::unique_ptr<MpiCrew> join();

  bool leads() const { return world_->rank() == 0; }

  // Each rank makes `jobs` >= 1 runs at a time, until this is raised on any. Before the others.
  void set_out(unsigned jobs, const std::atomic<bool>* interrupt);
  // Called by every rank. Whether all read the same, and nothing wrong; the leader says on stderr
  // what differs or is wrong.
  bool agree(const SweepReading& mine);

  // On the leader.
  void make(const analysis::RunOrder& order) override;
  // On the others: makes what it is told, and returns the exit status when the leader is done.
  int serve(const analysis::MakeRun& make);
  // On the leader, when everything is written and printed: lets the others go.
  int dismiss(int status);

 private:
  struct Dealing;
  explicit MpiCrew(std::unique_ptr<MpiWorld> world);

  analysis::RunPool::Make until_stopped(const analysis::MakeRun& make);
  void tell(unsigned rank, const nlohmann::json& what);
  void tell_others(const nlohmann::json& what);
  std::optional<std::pair<unsigned, nlohmann::json>> heard();
  std::pair<unsigned, nlohmann::json> wait_to_hear();
  nlohmann::json report_of(std::size_t number, const std::optional<analysis::StoredRun>& run);
  std::optional<analysis::StoredRun> run_of(unsigned rank, const nlohmann::json& report);

  std::unique_ptr<MpiWorld> world_;
  unsigned jobs_ = 1;
  const std::atomic<bool>* interrupt_ = nullptr;
  std::atomic<bool> stop_ = false;
  // The metrics' names in the last report from each rank, or to the leader: seldom others follow.
  std::vector<std::vector<std::string>> names_;
};

}  // namespace faultline::cli
