#include "scenarios/fault_entry.h"

namespace faultline::scenarios {

void FaultEntry::describe(models::Fields& fields) {
  fields.distribution({"mtbf", "From the end of one to the beginning of the next.", true}, mtbf);
  fields.distribution({"mttr", "How long one lasts.", true}, mttr);
  fields.flag({"together",
               "Whether all replicas of a component suffer at once; otherwise each at its own "
               "times."},
              together);
  happening.describe(fields, Happening::Section::faults);
  if (mtbf.mean() <= 0) fields.reject("mtbf", "expected a mean above 0");
  if (mttr.mean() <= 0) fields.reject("mttr", "expected a mean above 0");
}

models::RandomFault FaultEntry::fault(const std::string& label) const {
  return {
      .label = label,
      .target = happening.target(),
      .apart = !together,
      .up = mtbf,
      .down = mttr,
      .make = [what = happening](const std::string& target) { return what.of(target).action(); }};
}

}  // namespace faultline::scenarios
