// Reading the sections `timeline`, into actions in order of time, and `faults`.
#pragma once

#include "scenarios/names.h"
#include "scenarios/scenario.h"
#include "scenarios/value_reader.h"

namespace faultline::scenarios {

void read_timeline(Scenario& scenario, const ValueAt& root, const Names& names);
void read_faults(Scenario& scenario, const ValueAt& root, const Names& names);

}  // namespace faultline::scenarios
