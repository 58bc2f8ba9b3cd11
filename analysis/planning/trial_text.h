// Trials in words: what an SLO came to, under which condition it was missed, what was saturated.
// Shared by the reports of plans and of capacities.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analysis/planning/capacity.h"
#include "analysis/planning/ordeal.h"
#include "analysis/table.h"

namespace faultline::analysis {

// "212 ms +/- 4 ms"
std::string standing_text(const Slo& slo, const SloStanding& standing);

// Every condition with what each SLO came to under it, the worst first.
Table conditions_table(const Ordeal& ordeal, const std::vector<Slo>& slos);

// "outage eu/b: 281 ms +/- 9 ms, misses latency_ms.p99 < 250", or "..., too close to
// latency_ms.p99 < 250 to tell in 32 runs".
std::string failing_text(const Ordeal& ordeal, const std::vector<Slo>& slos);

// "saturated: web 99.9 %, db 71.2 %", or that no station is, and the busiest.
std::string saturation_text(const Trial& trial);

// "Holds up to 1.31 times the load (1,510/s offered) ...", with what saturates there.
std::string capacity_lines(const Capacity& capacity, const std::vector<Slo>& slos);

// Every load that was tried.
Table loads_table(const Capacity& capacity, const std::vector<Slo>& slos);

nlohmann::ordered_json ordeal_json(const Ordeal& ordeal, const std::vector<Slo>& slos);
nlohmann::ordered_json capacity_json(const Capacity& capacity, const std::vector<Slo>& slos);

}  // namespace faultline::analysis
