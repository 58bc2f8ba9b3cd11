// Calibration: all that an access log tells about the load on a system and the work it makes.
//
// Endpoints    METHOD path without its query, where there are at most 12; else all together as one
// Times        the request time; where a proxy logs how long its server took and the rest is more
//              than 2 % of it, the server's time, for it is the server that is modelled
// Service      the times less what was waited for a worker (unqueue.h), where `workers` is known
//              and stamps are fine enough to tell; else the times themselves
// Nothing      is assumed without being said in `assumptions`; what cannot be had is in `missing`
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/calibration/arrival_fit.h"
#include "analysis/calibration/law_fit.h"
#include "analysis/calibration/log_figures.h"
#include "analysis/calibration/zipf_fit.h"
#include "scenarios/access_log.h"

namespace faultline::analysis {

struct CalibrationOptions {
  std::string service = "web";
  std::optional<std::uint64_t> workers;  // of each server
  std::optional<std::uint64_t> servers;  // absent: as many as the log names, or one
};

struct EndpointFigures {
  std::string name;      // "GET /api"; "*" for all together
  std::string workload;  // "api": what scenarios call its users
  ArrivalFit arrivals;
  std::optional<Quantiles> bytes;
  std::optional<Quantiles> response_ms;
  std::uint64_t overtook = 0;
  bool takes_worker = true;
  std::vector<double> service_ms;  // ascending
  std::vector<FittedLaw> laws;     // best first; none: too few or too short to tell
  std::string law;                 // what a scenario says; empty: no times
};

struct Calibration {
  std::string log;  // its file
  CalibrationOptions options;
  std::uint64_t lines = 0;
  std::uint64_t malformed = 0;
  std::vector<scenarios::MalformedLine> first_malformed;
  double span_s = 0;
  double stamp_resolution_s = 0;
  double time_resolution_ms = 0;
  ArrivalFit arrivals;
  std::vector<double> by_hour;  // requests in each hour of the day (UTC); only of 36 hours and more
  std::vector<NamedCount> statuses;
  std::vector<NamedCount> paths;  // the most popular first
  std::uint64_t users = 0;
  std::optional<ZipfFit> zipf;  // of 10 paths and more
  std::optional<Quantiles> response_ms;
  std::optional<Quantiles> bytes;
  std::vector<NamedCount> servers;
  std::uint64_t replicas = 1;
  std::optional<double> next_in_turn;  // share of requests that went to the usual next server
  bool unqueued = false;
  std::uint64_t waited = 0;
  double waiting_ms = 0;                   // mean of those that waited
  std::uint64_t busiest = 0;               // most requests at one server at once
  std::vector<EndpointFigures> endpoints;  // the most asked for first
  std::vector<std::string> assumptions;
  std::vector<std::string> missing;

  bool timed() const { return response_ms.has_value(); }
};

// What went wrong, and what to do about it.
struct CalibrationError {
  std::string text;
};

std::variant<Calibration, CalibrationError> calibrate_log(const std::string& file,
                                                          const CalibrationOptions& options);

}  // namespace faultline::analysis
