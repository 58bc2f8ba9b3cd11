#include "analysis/cost/bill_text.h"

#include <fmt/format.h>

#include <cmath>

#include "analysis/format.h"

namespace faultline::analysis {
namespace {

std::string quantity_text(const BillItem& item) {
  if (!item.quantity) return "-";
  const double quantity = *item.quantity;
  const std::string number =
      quantity >= 1000 ? with_separators(static_cast<std::uint64_t>(std::llround(quantity)))
                       : fmt::format("{:.4g}", quantity);
  return fmt::format("{} {}", number, item.unit);
}

}  // namespace

Table bill_table(const Bill& bill) {
  const auto total = bill.per_month();
  Table table({{"of", Align::left},
               {"for", Align::left},
               {"a month", Align::right},
               {"price", Align::right},
               {"cost", Align::right},
               {"share", Align::right}});
  for (const BillItem& item : bill.items) {
    const auto cost = item.per_month();
    const auto share = cost && *total > 0 ? std::optional(*cost / *total) : std::nullopt;
    table.add({item.component.empty() ? "network" : item.component, std::string(item.what),
               quantity_text(item), fmt::format("{:g}", item.price), money(cost),
               percent(share, 1)});
  }
  return table;
}

std::string bill_total(const Bill& bill) {
  const std::string currency = bill.currency.empty() ? "" : " " + bill.currency;
  std::string text =
      fmt::format("{}{} a month of 730 hours like these", money(bill.per_month()), currency);
  if (const auto each = bill.per_million_requests()) {
    text += fmt::format(", {}{} per million requests that succeeded", money(each), currency);
  }
  return text;
}

std::string bill_text(const Bill& bill) {
  const std::string items = bill.items.empty() ? "" : bill_table(bill).text(2);
  return fmt::format("\nCost\n{}  {}\n", items, bill_total(bill));
}

}  // namespace faultline::analysis
