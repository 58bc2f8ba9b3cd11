// Prices: what a scenario says its architecture costs to run. What has no price costs nothing.
//
// 1 GB is 10^9 bytes, as everywhere in the scenario language.
#pragma once

#include <map>
#include <string>

#include "models/fields.h"
#include "scenarios/document.h"
#include "scenarios/names.h"
#include "sim/distribution.h"

namespace faultline::scenarios {

// Of one component; all of its instances cost the same.
struct ComponentPrices {
  double instance_hour = 0;
  double gigabyte_month = 0;
  sim::Distribution stored;  // bytes by each instance, one fixed size
  double million_requests = 0;

  void describe(models::Fields& fields);
  double stored_gigabytes() const { return stored.constant_value().value_or(0) / 1e9; }
};

// Per GB.
struct TransferPrices {
  double to_clients = 0;
  double between_regions = 0;
  double between_zones = 0;

  void describe(models::Fields& fields);
};

struct Prices {
  std::string currency;  // a label
  std::map<std::string, ComponentPrices> components;
  TransferPrices transfer;

  void describe(models::Fields& fields);
};

// Adds a problem for every price of what is not there or cannot have one.
void check_prices(const Prices& prices, const Document& document, const Names& names,
                  Problems& problems);

}  // namespace faultline::scenarios
