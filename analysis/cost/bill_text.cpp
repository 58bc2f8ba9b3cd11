#include "analysis/cost/bill_text.h"

#include <fmt/format.h>

#include <cmath>

#include "analysis/format.h"
#include "analysis/table.h"

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

std::string bill_text(const Bill& bill) {
  const std::string currency = bill.currency.empty() ? "" : " " + bill.currency;
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
  std::string text = "\nCost\n" + (bill.items.empty() ? "" : table.text(2));
  text += fmt::format("  {}{} a month of 730 hours like these", money(total), currency);
  if (const auto each = bill.per_million_requests()) {
    text += fmt::format(", {}{} per million requests that succeeded", money(each), currency);
  }
  return text + "\n";
}

}  // namespace faultline::analysis
