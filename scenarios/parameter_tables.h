// Parameters as Markdown tables: key, kind with its range, default, example, meaning.
//
// Keys within composites are joined by dots: `call.retries.max`; `regions.NAME.zones` stands for
// any name, `points[].at` for each item of a list, `parallel[][]` for a list of lists.
#pragma once

#include <string>
#include <vector>

#include "scenarios/parameter.h"

namespace faultline::scenarios {

std::string parameter_table(const std::vector<Parameter>& parameters);
std::string top_level_table();

// A value as a scenario might give it, as JSON.
std::string example_of(const Parameter& parameter);

}  // namespace faultline::scenarios
