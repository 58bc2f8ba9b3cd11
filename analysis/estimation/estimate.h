// Estimate: the arithmetic of a whiteboard. From users and habits to requests per second, bytes per
// second, bytes to keep, and servers; every step is kept with its working, so that it can be shown.
//
// Rates        users a day x requests each / 86,400 s; the peak is a multiple of the average
// Bandwidth    peak rate x size, in bits per second; of requests in, of responses out
// Storage      writes a day x bytes kept of each x days kept x copies
// Cache        a fifth of what is read in a day (the 80/20 rule: a fifth of the objects gets four
//              fifths of the reads)
// Fleet        Little's law: busy workers = peak rate x service time; servers so many that their
//              workers are busy to the target share at most
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/time.h"

namespace faultline::analysis {

// What was not said is assumed where something that was asked for needs it, and is told as assumed.
struct EstimateQuestion {
  double daily_active_users = 0;          // above 0
  double requests_per_user = 0;           // a day, above 0
  std::optional<double> peak_to_average;  // 1 or more; else 3
  std::optional<double> request_bytes;
  std::optional<double> response_bytes;
  std::optional<double> write_share;          // 0 to 1; else 0.1
  std::optional<double> stored_per_write;     // bytes
  std::optional<sim::Duration> keep;          // else 365 days
  std::optional<double> copies;               // else 3
  std::optional<sim::Duration> service_time;  // of a worker for one request; else 50 ms
  std::optional<std::uint64_t> workers;       // of one server; else 8
  std::optional<double> target_utilisation;   // above 0, at most 1; else 0.6
};

struct EstimateStep {
  std::string section;
  std::string name;     // as a program knows it: peak_per_s
  double value = 0;     // in the unit its name ends with
  std::string working;  // "115.7 requests/s x 10"
  std::string result;   // "1,157 requests/s at the peak"
};

struct Assumption {
  std::string option;  // --peak-to-average
  std::string text;    // what is assumed
};

struct Estimate {
  EstimateQuestion question;  // completed by what was assumed
  std::vector<EstimateStep> steps;
  std::vector<Assumption> assumptions;
  double average_per_s = 0;
  double peak_per_s = 0;
  double busy_workers = 0;  // at the peak
  double servers = 0;       // a whole number

  double utilisation() const;  // of the servers' workers, at the peak
};

Estimate estimate(const EstimateQuestion& question);

std::string estimate_text(const Estimate& estimate);
std::string estimate_json(const Estimate& estimate);  // "faultline-estimate/1"

}  // namespace faultline::analysis
