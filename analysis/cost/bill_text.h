// The bill of a run as text: a table of its items, the total a month and for a million requests.
#pragma once

#include <string>

#include "analysis/cost/bill.h"
#include "analysis/table.h"

namespace faultline::analysis {

Table bill_table(const Bill& bill);
std::string bill_total(const Bill& bill);  // one sentence, without a full stop
std::string bill_text(const Bill& bill);

}  // namespace faultline::analysis
