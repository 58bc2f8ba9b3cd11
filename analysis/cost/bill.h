// Bill: what an architecture costs by a scenario's prices, as it ran over a span of time.
//
// A month is 730 hours (8,760 / 12) that go on as the span did: its mean number of instances, its
// rates. Retries, lost messages and replicas that only start are paid for, as they are.
// Not modelled  discounts, commitments, free tiers, prices by volume, least terms of billing
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/world_snapshot.h"
#include "models/world.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

inline constexpr double hours_per_month = 730;

struct BillItem {
  std::string component;           // empty: of the network
  std::string_view what;           // "instances", "storage", "requests", or as in `cost/transfer`
  std::optional<double> quantity;  // a month; nullopt: over no time
  std::string_view unit;           // "instance-hours", "GB-months", "million requests", "GB"
  double price = 0;                // of one

  std::optional<double> per_month() const {
    return quantity ? std::optional(*quantity * price) : std::nullopt;
  }
};

struct Bill {
  std::string currency;         // empty: the scenario does not say
  std::vector<BillItem> items;  // of components by name, then of the network; those with a price
  std::optional<double> succeeded_per_month;  // users' requests, by the moment of decision

  std::optional<double> per_month() const {
    return sum_where([](const BillItem&) { return true; });
  }
  std::optional<double> per_month(std::string_view component) const {
    return sum_where([&](const BillItem& item) { return item.component == component; });
  }
  // nullopt: nothing succeeded.
  std::optional<double> per_million_requests() const;

 private:
  template <class Wanted>
  std::optional<double> sum_where(Wanted wanted) const {
    if (!succeeded_per_month) return std::nullopt;
    double sum = 0;
    for (const BillItem& item : items) {
      if (wanted(item)) sum += item.per_month().value_or(0);
    }
    return sum;
  }
};

// Of the time between two snapshots of `world`; nullopt: the scenario has no prices.
std::optional<Bill> bill_between(const scenarios::Scenario& scenario, const models::World& world,
                                 const WorldSnapshot& from, const WorldSnapshot& to);

nlohmann::ordered_json bill_json(const Bill& bill);

// Adds it as `cost` to the figures of that time, if there is one.
void put_bill(nlohmann::ordered_json& figures, const scenarios::Scenario& scenario,
              const models::World& world, const WorldSnapshot& from, const WorldSnapshot& to);

}  // namespace faultline::analysis
