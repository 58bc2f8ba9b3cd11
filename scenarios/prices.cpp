#include "scenarios/prices.h"

#include <algorithm>
#include <vector>

#include "scenarios/json_pointer.h"

namespace faultline::scenarios {
namespace {

// So that no bill leaves what a number can hold.
constexpr models::NumberRange price_range{.min = 0, .max = 1e9};

}  // namespace

void ComponentPrices::describe(models::Fields& fields) {
  fields.number({"instance-hour",
                 "Of an instance for an hour: of a replica that there is a machine for, be it up, "
                 "starting or down."},
                instance_hour, price_range);
  fields.number(
      {"gigabyte-month", "Of 1 GB (10^9 bytes) kept for a month of 730 hours by an instance."},
      gigabyte_month, price_range);
  fields.bytes({"stored", "Of `gigabyte-month`: what each instance keeps, one fixed size."},
               stored);
  fields.number({"million-requests", "Of a million attempts that arrive, retries included."},
                million_requests, price_range);
  const auto size = stored.constant_value();
  if (!size) {
    fields.reject("stored", "expected one size");
  } else if (gigabyte_month > 0 && *size <= 0) {
    fields.reject("gigabyte-month", "goes with `stored`, of more than 0B");
  }
}

void TransferPrices::describe(models::Fields& fields) {
  fields.number({"to-clients", "Of 1 GB sent from a region to the homes of users."}, to_clients,
                price_range);
  fields.number({"between-regions", "Of 1 GB sent from a region to another."}, between_regions,
                price_range);
  fields.number({"between-zones", "Of 1 GB sent from a zone to another of its region."},
                between_zones, price_range);
}

void Prices::describe(models::Fields& fields) {
  fields.text({"currency", "What the prices are in, such as \"USD\": a label."}, currency);
  fields.nested_map({"components", "Of components, by name."}, "component prices", components);
  fields.nested({"transfer", "Of what crosses borders, per GB (10^9 bytes)."}, "transfer prices",
                transfer);
}

void check_prices(const Prices& prices, const Document& document, const Names& names,
                  Problems& problems) {
  const std::vector<std::string> valid = names.components_if(
      [](const std::string& type) { return type != "workload" && type != "dns"; });
  for (const auto& [name, of_component] : prices.components) {
    if (std::find(valid.begin(), valid.end(), name) != valid.end()) continue;
    const std::string pointer = child_pointer("/cost/components", name);
    problems.add({.origin = document.origin_of(pointer),
                  .pointer = pointer,
                  .message = "expected the name of a component other than a DNS name",
                  .value = in_quotes(name),
                  .suggestion = nearest_name(name, valid)});
  }
}

}  // namespace faultline::scenarios
