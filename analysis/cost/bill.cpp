#include "analysis/cost/bill.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/check.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

// How much a counter has grown between two snapshots of one subject.
double counted_between(const sim::Snapshot& from, const sim::Snapshot& to,
                       std::string_view counter) {
  const auto& readings = to.readings();
  const auto found = std::find_if(readings.begin(), readings.end(), [&](const auto& reading) {
    return reading.metric.name == counter;
  });
  CHECK(found != readings.end());
  const auto index = static_cast<std::size_t>(found - readings.begin());
  return static_cast<double>(found->part - from.readings()[index].part);
}

// Writes a bill, an item for each price above 0.
class Billing {
 public:
  Billing(const scenarios::Prices& prices, const models::World& world, const WorldSnapshot& from,
          const WorldSnapshot& to)
      : prices_(prices),
        world_(world),
        from_(from),
        to_(to),
        hours_((to.at - from.at).seconds() / 3600) {}

  Bill write() {
    bill_.currency = prices_.currency;
    bill_.succeeded_per_month = monthly(counted_between(from_.users, to_.users, "succeeded"));
    for (const auto& [name, prices] : prices_.components) add_component(name, prices);
    add_transfer();
    return std::move(bill_);
  }

 private:
  // Of something that added up over the span.
  std::optional<double> monthly(double amount) const {
    return hours_ > 0 ? std::optional(amount / hours_ * hours_per_month) : std::nullopt;
  }

  void add(const std::string& component, std::string_view what, std::optional<double> quantity,
           std::string_view unit, double price) {
    if (price > 0) bill_.items.push_back({component, what, quantity, unit, price});
  }

  void add_component(const std::string& name, const scenarios::ComponentPrices& prices) {
    const models::Component* component = world_.find(name);
    CHECK(component != nullptr);
    const models::ComponentId id = component->id();
    const auto instances = sim::average(from_.provisioned[id], to_.provisioned[id]);
    const auto of_instances = [&](double each) {
      return instances ? std::optional(*instances * each) : std::nullopt;
    };
    add(name, "instances", of_instances(hours_per_month), "instance-hours", prices.instance_hour);
    add(name, "storage", of_instances(prices.stored_gigabytes()), "GB-months",
        prices.gigabyte_month);
    const double arrived = counted_between(from_.components[id], to_.components[id], "arrived");
    add(name, "requests", monthly(arrived / 1e6), "million requests", prices.million_requests);
  }

  void add_transfer() {
    const auto add_bytes = [&](std::string_view what, std::uint64_t models::Transfer::*bytes,
                               double price) {
      const std::uint64_t sent = to_.transferred.*bytes - from_.transferred.*bytes;
      add("", what, monthly(static_cast<double>(sent) / 1e9), "GB", price);
    };
    const scenarios::TransferPrices& prices = prices_.transfer;
    add_bytes("to-clients", &models::Transfer::to_clients, prices.to_clients);
    add_bytes("between-regions", &models::Transfer::between_regions, prices.between_regions);
    add_bytes("between-zones", &models::Transfer::between_zones, prices.between_zones);
  }

  const scenarios::Prices& prices_;
  const models::World& world_;
  const WorldSnapshot& from_;
  const WorldSnapshot& to_;
  double hours_;
  Bill bill_;
};

ordered_json money_json(std::optional<double> value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

}  // namespace

std::optional<double> Bill::per_million_requests() const {
  const auto cost = per_month();
  if (!cost || *succeeded_per_month <= 0) return std::nullopt;
  return *cost / *succeeded_per_month * 1e6;
}

std::optional<Bill> bill_between(const scenarios::Scenario& scenario, const models::World& world,
                                 const WorldSnapshot& from, const WorldSnapshot& to) {
  if (!scenario.prices) return std::nullopt;
  return Billing(*scenario.prices, world, from, to).write();
}

ordered_json bill_json(const Bill& bill) {
  ordered_json components = ordered_json::object();
  ordered_json items = ordered_json::array();
  bool transfer = false;
  for (const BillItem& item : bill.items) {
    transfer = transfer || item.component.empty();
    if (!item.component.empty()) {
      components[item.component]["per_month"] = money_json(bill.per_month(item.component));
    }
    items.push_back({{"component", item.component.empty() ? ordered_json(nullptr)
                                                          : ordered_json(item.component)},
                     {"what", item.what},
                     {"quantity", money_json(item.quantity)},
                     {"unit", item.unit},
                     {"price", item.price},
                     {"per_month", money_json(item.per_month())}});
  }
  ordered_json json = {{"currency", bill.currency},
                       {"per_month", money_json(bill.per_month())},
                       {"per_million_requests", money_json(bill.per_million_requests())},
                       {"components", std::move(components)}};
  if (transfer) json["transfer"] = {{"per_month", money_json(bill.per_month(""))}};
  json["items"] = std::move(items);
  return json;
}

void put_bill(ordered_json& figures, const scenarios::Scenario& scenario,
              const models::World& world, const WorldSnapshot& from, const WorldSnapshot& to) {
  if (const auto bill = bill_between(scenario, world, from, to)) figures["cost"] = bill_json(*bill);
}

}  // namespace faultline::analysis
