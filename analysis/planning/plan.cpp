#include "analysis/planning/plan.h"

#include <algorithm>
#include <cmath>

#include "analysis/load_factor.h"
#include "models/service/service.h"

namespace faultline::analysis {
namespace {

constexpr double cost_tolerance = 0.01;  // what is charged by use differs a little by luck

std::vector<std::string> scaling_services(const scenarios::Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& component : scenario.components) {
    const auto* service = dynamic_cast<const models::Service*>(component.get());
    if (service != nullptr && service->settings.autoscaling) names.push_back(service->name());
  }
  return names;
}

class Planner {
 public:
  Planner(const std::vector<scenarios::Scenario>& scenarios, const PlanQuestion& question,
          Ordeals& ordeals)
      : scenarios_(scenarios),
        question_(question),
        ordeals_(ordeals),
        lattice_(lattice_of(question.variations)) {}

  Plan plan() && {
    if (question_.exhaustive) {
      for (std::size_t point = 0; point < lattice_.size() && !interrupted_; ++point) probe(point);
    } else {
      search_frontier(lattice_, [this](std::size_t point) { return probe(point); });
    }
    auto choice = cheapest(probes_);
    if (!interrupted_ && choice) choice = look_around(*choice);
    Plan plan = told(choice);
    if (choice && !interrupted_ && !workloads_of(scenarios_[*choice]).multiplied.empty()) {
      plan.headroom = find_capacity(scenarios_[*choice], question_.precision, ordeals_,
                                    plan.tried[*plan.choice].ordeal);
      plan.interrupted = !plan.headroom;
    }
    plan.runs = ordeals_.runs();
    return plan;
  }

 private:
  std::optional<Probe> probe(std::size_t point) {
    auto ordeal = ordeals_.undergo(scenarios_[point]);
    if (!ordeal) {
      interrupted_ = true;
      return std::nullopt;
    }
    const auto cost = ordeal->as_it_stands().mean(question_.minimise);
    const Probe found{.holds = ordeal->standing == Standing::holds, .cost = cost};
    probes_[point] = found;
    tried_.push_back({point, *std::move(ordeal), cost});
    if (question_.on_tried) question_.on_tried(tried_.size());
    return found;
  }

  // The cheapest when all that is one step weaker has been tried.
  std::size_t look_around(std::size_t choice) {
    for (bool again = true; again;) {
      again = false;
      for (const std::size_t weaker : lattice_.weaker(choice)) {
        if (probes_.contains(weaker)) continue;
        if (!probe(weaker)) return choice;
        again = again || probes_.at(weaker).holds;
      }
      choice = *cheapest(probes_);
    }
    return choice;
  }

  Plan told(std::optional<std::size_t> choice) {
    std::sort(tried_.begin(), tried_.end(),
              [](const Configuration& a, const Configuration& b) { return a.point < b.point; });
    Plan plan;
    plan.tried = std::move(tried_);
    plan.interrupted = interrupted_;
    plan.contradiction = contradiction(lattice_, probes_, cost_tolerance);
    plan.scaling = scaling_services(scenarios_.front());
    if (!choice) return plan;
    const auto index_of = [&](std::size_t point) -> std::optional<std::size_t> {
      for (std::size_t i = 0; i < plan.tried.size(); ++i) {
        if (plan.tried[i].point == point) return i;
      }
      return std::nullopt;
    };
    plan.choice = index_of(*choice);
    const auto at = lattice_.coordinates(*choice);
    for (std::size_t v = 0; v < at.size(); ++v) {
      if (!lattice_.axes[v].ordered || at[v] == 0) continue;
      auto weaker = at;
      --weaker[v];
      if (const auto tried = index_of(lattice_.point(weaker))) plan.binding.push_back({v, *tried});
    }
    return plan;
  }

  const std::vector<scenarios::Scenario>& scenarios_;
  const PlanQuestion& question_;
  Ordeals& ordeals_;
  Lattice lattice_;
  Probes probes_;
  std::vector<Configuration> tried_;
  bool interrupted_ = false;
};

}  // namespace

Lattice lattice_of(const std::vector<Variation>& variations) {
  Lattice lattice;
  for (const Variation& variation : variations) {
    const auto& values = variation.values.values();
    lattice.axes.push_back({.size = values.size(), .ordered = numeric_axis(values).has_value()});
  }
  return lattice;
}

std::vector<std::size_t> Plan::runners_up() const {
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < tried.size(); ++i) {
    if (i != choice && tried[i].ordeal.standing == Standing::holds) others.push_back(i);
  }
  std::stable_sort(others.begin(), others.end(), [&](std::size_t a, std::size_t b) {
    return tried[a].cost.value_or(HUGE_VAL) < tried[b].cost.value_or(HUGE_VAL);
  });
  return others;
}

std::size_t Plan::nearest(const std::vector<Slo>& slos) const {
  // The more conditions it bore the nearer; then by what is left at the one it did not.
  const auto nearness = [&](const Configuration& of) {
    const auto left = tightest_of(of.ordeal.worst(slos).trial, slos).left;
    return std::pair(of.ordeal.trials.size(), left.value_or(-HUGE_VAL));
  };
  const auto nearest =
      std::max_element(tried.begin(), tried.end(),
                       [&](const auto& a, const auto& b) { return nearness(a) < nearness(b); });
  return static_cast<std::size_t>(nearest - tried.begin());
}

Plan make_plan(const std::vector<scenarios::Scenario>& scenarios, const PlanQuestion& question,
               Ordeals& ordeals) {
  return Planner(scenarios, question, ordeals).plan();
}

}  // namespace faultline::analysis
