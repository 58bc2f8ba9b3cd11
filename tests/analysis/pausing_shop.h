// A shop that arithmetic can follow: one worker that needs 100 ms, so 10 requests a second, and 5 a
// second that come regularly. Its trigger pauses the worker. Users wait for 1 s, and try as often
// again as `retries` says.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "scenarios/problems.h"
#include "scenarios/scenario.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::analysis {

inline scenarios::Scenario load_text(const std::string& text) {
  const scenarios::ScratchFolder folder;
  scenarios::Problems problems;
  auto loaded =
      scenarios::load_scenario(folder.write("shop.json", text), {}, folder.path(), problems);
  if (!loaded) throw std::runtime_error(problems.text());
  return *std::move(loaded);
}

// `timeline`: its entries, as JSON.
inline scenarios::Scenario pausing_shop(
    int retries,
    const std::string& timeline = R"("trigger": { "at": "10s", "for": "1s", "pause": "web" })",
    const std::string& arrivals = "regular") {
  return load_text(fmt::format(R"json({{
    "name": "shop <&>",
    "run": {{ "duration": "60s", "warmup": "2s" }},
    "components": {{
      "web": {{ "type": "service", "backlog": 100,
                "endpoints": {{ "*": [{{ "compute": "100ms" }}] }} }} }},
    "workloads": {{ "users": {{ "to": "web", "arrivals": "{}(5/s)",
                    "call": {{ "timeout": "1s", "retries": {{ "max": {} }} }} }} }},
    "timeline": {{ {} }} }})json",
                               arrivals, retries, timeline));
}

}  // namespace faultline::analysis
