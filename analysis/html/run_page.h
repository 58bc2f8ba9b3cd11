// The page of one run.
#pragma once

#include <iosfwd>
#include <string>

#include "analysis/run.h"
#include "analysis/story/evidence.h"
#include "analysis/story/story.h"
#include "scenarios/scenario.h"

namespace faultline::analysis::html {

// What is told of; `evidence` and `story` are of the run.
struct RunTold {
  const scenarios::Scenario& scenario;
  const Run& run;
  const Evidence& evidence;
  const Story& story;
  std::string command;  // that makes the same run again
};

void write_run_page(const RunTold& told, std::ostream& out);

}  // namespace faultline::analysis::html
