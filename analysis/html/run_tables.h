// Tables of one run that the text report tells in lines.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "analysis/alerts/alerting.h"
#include "analysis/result.h"
#include "analysis/table.h"
#include "scenarios/expectation.h"

namespace faultline::analysis::html {

// Of all users, of those that failed, and of each workload.
Table percentile_table(const nlohmann::ordered_json& result);

// Of those objectives that say which share of requests must go well; `verdicts` on `slos`.
Table budget_table(const std::vector<scenarios::Expectation>& slos,
                   const std::vector<Verdict>& verdicts);

// A row for each rule that fired, and each alert that did not.
Table alert_table(const std::vector<AlertOutcome>& outcomes);

}  // namespace faultline::analysis::html
