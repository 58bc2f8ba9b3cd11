// Units: reading quantities as people write them, and writing them so that they read back.
//
// Strict: no blanks, locale or sign, units as listed, the whole text must match. A number is
// digits with an optional fraction and exponent: 8, 0.25, 1e6.
//   duration   ns us ms s m (or min) h d        "25ms"     exact; finer than 1 ns is rounded;
//                                               "5m30s"    falling units add up
//   bytes      B KB MB GB KiB MiB GiB           "64KiB"    must come to a whole number of bytes
//   count      nothing, k M G                   "10k"      must come to a whole number
//   rate       count per s m (or min) h d       "2k/s"     per second
//   bandwidth  bps kbps Mbps Gbps Tbps          "10Gbps"   bits per second
//   ratio      nothing or %, from 0 to 1        "99.9%"    0.999
// Errors say where and what was expected (parsed.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/parsed.h"
#include "sim/time.h"

namespace faultline::sim {

Parsed<Duration> parse_duration(std::string_view text);
Parsed<std::int64_t> parse_bytes(std::string_view text);
Parsed<std::int64_t> parse_count(std::string_view text);
Parsed<double> parse_rate(std::string_view text);
Parsed<double> parse_bandwidth(std::string_view text);
Parsed<double> parse_ratio(std::string_view text);
Parsed<double> parse_number(std::string_view text);  // plain, 0 or above

// What a distribution is of, and so what unit its values are written in.
enum class Quantity { duration, bytes, plain };

// In the base unit (ns, bytes, one), not rounded to whole units.
Parsed<double> parse_quantity(std::string_view text, Quantity quantity);

// The shortest text in a fitting unit that parse_quantity() reads back to exactly `value` >= 0.
std::string format_quantity(double value, Quantity quantity);
std::string format_duration(Duration duration);  // negative durations with a leading minus

}  // namespace faultline::sim
