// The bill of a run as text: a table of its items, the total a month and for a million requests.
#pragma once

#include <string>

#include "analysis/cost/bill.h"

namespace faultline::analysis {

std::string bill_text(const Bill& bill);

}  // namespace faultline::analysis
