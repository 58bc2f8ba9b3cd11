// Charts of what was found at several numbers, such as loads: means with the bands of their
// intervals.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/ensemble/interval.h"
#include "analysis/html/chart.h"

namespace faultline::analysis::html {

// What a metric is written as, by its name.
Unit unit_of_metric(std::string_view metric);

// Rising numbers that are more evenly apart as factors than as differences, such as 1, 2, 4, 8;
// over less than a factor of four both look alike, and it is false.
bool rises_by_factors(const std::vector<double>& rising);

// The means of `figures`, which are by number, and the half widths of their intervals.
ChartLine interval_line(std::string label, const std::vector<std::optional<Interval>>& figures);

// Of lines in the unit of `metric` over `rising` numbers of `axis`. Availability does not begin at
// 0: what matters is near 100 %. By logarithms where means differ by a factor of thirty or more.
Chart interval_chart(std::string title, std::string_view metric, std::vector<double> rising,
                     std::string axis, std::vector<ChartLine> lines);

}  // namespace faultline::analysis::html
