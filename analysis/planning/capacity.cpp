#include "analysis/planning/capacity.h"

#include <algorithm>
#include <cmath>

#include "analysis/load_factor.h"

namespace faultline::analysis {
namespace {

class CapacitySearch {
 public:
  CapacitySearch(const scenarios::Scenario& scenario, double precision, Ordeals& ordeals)
      : scenario_(scenario), ratio_(1 + precision), ordeals_(ordeals) {}

  std::optional<Capacity> search(std::optional<Ordeal> known) && {
    if (known) found_.tried.push_back({1, *std::move(known)});
    if (!stride()) return std::nullopt;
    if (found_.holds() == nullptr || found_.first_not_held() == nullptr) return std::move(found_);
    const auto between_held = [&] {
      return Between{found_.holds()->load, found_.first_not_held()->load};
    };
    const auto before_missed = [&] { return Between{last_not_missed(), found_.misses()->load}; };
    if (!narrow(between_held)) return std::nullopt;
    if (found_.misses() != nullptr && !narrow(before_missed)) return std::nullopt;
    return std::move(found_);
  }

 private:
  struct Between {
    double low;
    double high;
  };

  // Until one load holds and one misses, or there is no further to go.
  bool stride() {
    double up = 1;
    double down = 1;
    if (found_.tried.empty() && !try_load(1)) return false;
    while (found_.misses() == nullptr && up < most_capacity_load) {
      if (!try_load(up *= 2)) return false;
    }
    while (found_.holds() == nullptr && down > least_capacity_load) {
      if (!try_load(down /= 2)) return false;
    }
    return true;
  }

  template <class Bracket>
  bool narrow(Bracket bracket) {
    for (Between between = bracket(); between.high > between.low * ratio_; between = bracket()) {
      const double middle = rounded(std::sqrt(between.low * between.high));
      if (middle <= between.low || middle >= between.high) break;  // no load lies between them
      if (!try_load(middle)) return false;
    }
    return true;
  }

  double last_not_missed() const {
    double last = 0;
    for (const LoadPoint& point : found_.tried) {
      if (point.ordeal.standing == Standing::misses) break;
      last = point.load;
    }
    return last;
  }

  bool try_load(double load) {
    auto ordeal = ordeals_.undergo(with_load(scenario_, load));
    if (!ordeal) return false;
    const auto place =
        std::upper_bound(found_.tried.begin(), found_.tried.end(), load,
                         [](double value, const LoadPoint& point) { return value < point.load; });
    found_.tried.insert(place, {load, *std::move(ordeal)});
    return true;
  }

  // To four digits, so that what is printed can be tried again.
  static double rounded(double load) {
    const double scale = std::pow(10, 3 - std::floor(std::log10(load)));
    return std::round(load * scale) / scale;
  }

  const scenarios::Scenario& scenario_;
  double ratio_;
  Ordeals& ordeals_;
  Capacity found_;
};

}  // namespace

const LoadPoint* Capacity::holds() const {
  const LoadPoint* last = nullptr;
  for (const LoadPoint& point : tried) {
    if (point.ordeal.standing != Standing::holds) break;
    last = &point;
  }
  return last;
}

const LoadPoint* Capacity::misses() const {
  const auto found = std::find_if(tried.begin(), tried.end(), [](const LoadPoint& point) {
    return point.ordeal.standing == Standing::misses;
  });
  return found == tried.end() ? nullptr : &*found;
}

const LoadPoint* Capacity::first_not_held() const {
  const auto found = std::find_if(tried.begin(), tried.end(), [](const LoadPoint& point) {
    return point.ordeal.standing != Standing::holds;
  });
  return found == tried.end() ? nullptr : &*found;
}

const LoadPoint* Capacity::limit() const {
  if (holds() != nullptr) return misses();
  const auto own = std::find_if(tried.begin(), tried.end(),
                                [](const LoadPoint& point) { return point.load == 1; });
  return own == tried.end() ? misses() : &*own;
}

std::optional<Capacity> find_capacity(const scenarios::Scenario& scenario, double precision,
                                      Ordeals& ordeals, std::optional<Ordeal> known) {
  return CapacitySearch(scenario, precision, ordeals).search(std::move(known));
}

std::vector<Busy> busiest(const Trial& trial, std::size_t count) {
  constexpr std::string_view prefix = "components.";
  constexpr std::string_view suffix = ".utilisation";
  std::vector<Busy> all;
  for (const Summary& summary : trial.summaries) {
    const std::string& metric = summary.metric;
    if (!metric.starts_with(prefix) || !metric.ends_with(suffix) || !summary.interval) continue;
    if (summary.interval->mean <= 0) continue;
    all.push_back({metric.substr(prefix.size(), metric.size() - prefix.size() - suffix.size()),
                   summary.interval->mean});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Busy& a, const Busy& b) { return a.utilisation > b.utilisation; });
  all.resize(std::min(count, all.size()));
  return all;
}

}  // namespace faultline::analysis
