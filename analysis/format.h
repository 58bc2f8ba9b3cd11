// Writing figures for people: counts with separators, times in a fitting unit, shares in percent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/time.h"

namespace faultline::analysis {

std::string with_separators(std::uint64_t count);                  // 12,600
std::string milliseconds(std::optional<double> ms);                // 0.52 ms, 12.3 ms, 1.23 s, -
std::string percent(std::optional<double> share, int digits = 2);  // 99.95 %, -
std::string number(std::optional<double> value, int digits = 1);   // 70.1, -
std::string money(std::optional<double> amount);                   // 1,240, 23.40, 0.0075, -
std::string clock(sim::Time at);                                   // 2:05, 1:02:05, 0:00.250

// `text` broken into lines of at most `width` columns, each after `indent` blanks.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace faultline::analysis
