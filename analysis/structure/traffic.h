// Traffic: how much work each station gets and how near it is to its limit, by the traffic
// equations.
//
// Equations    asks/s of a component = sum over kinds of request of rate x visits, where visits
//              multiply along the calls by their shares; work (busy workers) of a station = sum of
//              asks/s x mean service time; utilisation = work / (replicas that share it x workers)
//              (the operational laws of forced flow and utilisation: Denning and Buzen 1978)
// Database     the leader has all writes and its share of the reads, each follower an equal share
// of
//              the rest: utilisation is that of the fullest node
// Held worker  of a service whose worker is `held`, the service time is the whole time from the
//              first step to the answer, with calls at their mean times without waiting: a lower
//              bound
// Rates        of `arrivals` the mean of the curve from the end of the warm-up to the end of the
//              run, and its peak; with sessions times the mean requests of one. Of `users` the
//              asymptotic bound N / (think + time without waiting). Of a job its calls over its
//              period. Of a replay its lines over the run
// Hit ratios   of caches by Che's approximation (hit_ratio.h), or as given
// Ignored      retries, hedges, requests that fail early, health checks, replication, what the
//              timeline does, and scaling of the number of replicas: as many as at the start
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/structure/work_plan.h"
#include "models/world.h"

namespace faultline::analysis {

struct WorkloadRate {
  std::string workload;
  double mean_per_s = 0;
  double peak_per_s = 0;
  bool bound = false;  // of closed-loop users: at most so many
};

struct StationLoad {
  std::string name;                      // component, or "orders -> mail" of deliveries
  double asks_per_s = 0;                 // that reach the component
  double reads_per_s = 0;                // of these, that do not write, fill or forget
  double jobs_per_s = 0;                 // pieces of work for its workers
  double work = 0;                       // busy workers, in the mean
  double second_moment = 0;              // s^2 per second: of the work's service times
  double peak_factor = 1;                // rate at the peak over the mean
  std::uint64_t replicas = 1;            // that share the work
  std::optional<std::uint64_t> workers;  // of each; nullopt: no limit
  bool holds = false;                    // its worker stays with a request for all its steps
  bool waits = false;  // and so in the lines of those it calls, which is not in `work`: a bound
  std::optional<double> leader_reads;  // of a database with followers: share of reads it does
  double write_work = 0;               // of `work`: all on that leader
  bool scaled = false;                 // the number of its replicas changes while it runs

  double service_s() const { return jobs_per_s > 0 ? work / jobs_per_s : 0; }
  // Squared coefficient of variation of the service time.
  double service_cv2() const;
  std::optional<double> utilisation() const;
};

struct Traffic {
  std::vector<WorkloadRate> workloads;
  std::vector<StationLoad> stations;  // the fullest first
  double mean_per_s = 0;              // of all workloads
  // The one that fills up first; nullptr: there is no station with a limit and work.
  const StationLoad* bottleneck() const;
};

// Mean times of what a plan does, nothing waiting for a worker.
class PlanTimes {
 public:
  PlanTimes(const WorkPlans& plans, models::World& world) : plans_(plans), world_(world) {}

  // Seconds from the first step to the last that is waited for.
  double of(const std::string& caller, const WorkPlan& plan) const;
  double of(const Asked& asked) const { return of(asked.component, plans_.of(asked)); }
  // There and back, mean over their replicas' places.
  double round_trip(const std::string& caller, const std::string& callee) const;
  double of(const std::string& caller, const PlanStep& step) const;
  // How often each branch of a `one_of` is gone by what `caller` asks.
  std::vector<double> shares(const std::string& caller, const PlanStep& step) const;

 private:
  std::vector<models::PlaceId> places_of(const std::string& caller) const;

  const WorkPlans& plans_;
  models::World& world_;
  mutable std::map<Asked, double> known_;
};

Traffic find_traffic(const WorkPlans& plans, models::World& world);
std::vector<WorkloadRate> workload_rates(const WorkPlans& plans, const PlanTimes& times);

}  // namespace faultline::analysis
