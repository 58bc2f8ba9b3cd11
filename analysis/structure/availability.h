// Availability: how much of the time there is a way to an answer, when what the scenario's `faults`
// state of MTBF and MTTR is all that fails.
//
// Target       a replica, a component as a whole (`together`) or a place: up for
//              MTBF / (MTBF + MTTR) of the time (MTBF counted without the repair), each for itself
// Request      up when its ways (ways.h) have one without the replicas that are down: series,
//              parallel and k of n follow. Exact over all states of up to 16 targets that a way
//              passes; replicas of one component that stand for each other count as one target with
//              a binomial number up. With more, the replicas that stand for each other are taken
//              together as blocks, and blocks beyond the first 16 as never failing: an upper bound
// Never fails  what has no fault stated; a cut, delay or loss of a way, slowness and load are not
//              counted
// Load         the same with a second demand: that enough replicas live to carry the mean load
//              without end, ceil(work / workers), by the traffic equations
// Not modelled detection and failover take no time; a fault whose repair waits for another
// Source       Trivedi, "Probability and Statistics with Reliability, Queuing and Computer Science
//              Applications", 2nd ed. 2001, ch. 1
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/structure/ways.h"

namespace faultline::analysis {

struct FailingTarget {
  std::string label;   // of the fault
  std::string target;  // "web/0", "us-east/a"
  double up_s = 0;     // MTBF
  double down_s = 0;   // MTTR
  std::set<ReplicaKey> takes;

  double availability() const { return up_s / (up_s + down_s); }
  double per_year() const;  // failures, of 365 days
};

struct KindAvailability {
  std::string workload;
  std::string endpoint;
  double availability = 1;
  double carrying = 1;  // the same, of there being enough replicas for the mean load
  bool upper_bound = false;
};

struct Availability {
  std::vector<FailingTarget> targets;
  std::vector<std::string> not_counted;  // faults, by label, that take nothing down
  std::vector<std::string> never_fail;   // components of which no fault is stated
  std::vector<KindAvailability> kinds;
  // Of all requests, by the rates of the workloads.
  std::optional<double> of_users;
  std::optional<double> of_users_carrying;
};

std::vector<FailingTarget> failing_targets(const scenarios::Scenario& scenario,
                                           const models::World& world,
                                           std::vector<std::string>* not_counted);
KindAvailability availability_of(const Ways& ways, const std::vector<FailingTarget>& targets);

// Time that an availability allows to be down. A month is a twelfth of a year of 365 days.
struct AllowedDowntime {
  double day_s = 0;
  double month_s = 0;
  double year_s = 0;
};
AllowedDowntime allowed_downtime(double availability);

// "8 h 45 min 36 s", "0.86 s".
std::string long_time(double seconds);

}  // namespace faultline::analysis
