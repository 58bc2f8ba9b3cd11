// Tables of a plan: its choice, what binds it, who came next, all that was tried. Shared by the
// report as text and as a page.
#pragma once

#include <string>
#include <vector>

#include "analysis/planning/plan.h"
#include "analysis/table.h"

namespace faultline::analysis {

class PlanTables {
 public:
  PlanTables(const PlanQuestion& question, const Plan& plan, const Ordeals& ordeals)
      : question_(question),
        plan_(plan),
        slos_(ordeals.plan().slos),
        names_(names_of(question.variations)) {}

  // Of these there must be a choice.
  Table choice() const;
  Table binding() const;  // what is one step weaker
  Table runners_up(std::size_t most) const;

  Table tried() const;
  // "web/replicas=8, cache/replicas=3"
  std::string name_of(std::size_t point) const;
  // "1,240 USD"
  std::string figure(const std::string& metric, std::optional<double> value) const;
  // What was taken for granted, or turned out not to be so; empty: nothing.
  std::string assumptions() const;

 private:
  const SweepPoint& values_of(const Configuration& of) const { return question_.points[of.point]; }
  std::vector<Table::Column> columns_of_values(const std::string& before_the_first) const;

  const PlanQuestion& question_;
  const Plan& plan_;
  const std::vector<Slo>& slos_;
  std::vector<std::string> names_;
};

}  // namespace faultline::analysis
