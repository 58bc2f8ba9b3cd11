// Loading a scenario for a command: found, overridden, read, and its metrics checked.
#pragma once

#include <optional>

#include "cli/commands.h"
#include "scenarios/document.h"
#include "scenarios/override.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::cli {

// What `--set` and `--duration` change.
std::vector<scenarios::Override> overrides_of(const ScenarioArguments& arguments,
                                              scenarios::Problems& problems);

// nullopt after adding problems.
std::optional<scenarios::Scenario> load(const ScenarioArguments& arguments,
                                        scenarios::Problems& problems);

// A scenario that can be read as one object, whatever files it is made of.
scenarios::Document document_of(const ScenarioArguments& arguments,
                                const std::vector<scenarios::Override>& overrides);

// Prints the problems on stderr; the status for a wrong scenario or command line.
int report(const scenarios::Problems& problems);

}  // namespace faultline::cli
