#include "analysis/estimation/estimate_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "analysis/estimation/figures.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

constexpr double most_servers = 10'000;      // replicas of one component
constexpr double most_per_s = 1e6;           // a second of it is simulated in some seconds
constexpr double requests_wanted = 300'000;  // of a run: some seconds of real time
constexpr double seconds_most = 600;
constexpr double seconds_least = 1;

// Written out, as a rate may not be in a scenario with an exponent that has a sign.
double six_digits(double value) {
  return std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr);
}

nlohmann::ordered_json between(const char* metric, double low, double high) {
  return {{"metric", metric},
          {"above", std::floor(low * 1000) / 1000},
          {"below", std::ceil(high * 1000) / 1000}};
}

}  // namespace

std::optional<std::string> why_no_scenario(const Estimate& estimate) {
  if (estimate.servers > most_servers) {
    return fmt::format(
        "expected a fleet of at most {} servers, got {}; give servers more workers, or requests a "
        "shorter --service-time",
        figure(most_servers), figure(estimate.servers));
  }
  if (estimate.peak_per_s > most_per_s) {
    return fmt::format(
        "expected at most {} requests/s at the peak, got {}; estimate one cell of "
        "the system",
        figure(most_per_s), figure(estimate.peak_per_s));
  }
  if (estimate.peak_per_s < 0.001) {
    return fmt::format("expected at least 0.001 requests/s at the peak, got {}",
                       figure(estimate.peak_per_s));
  }
  return std::nullopt;
}

std::string estimate_scenario(const Estimate& estimate, const std::string& name) {
  const EstimateQuestion& q = estimate.question;
  const double warmup = std::max(seconds_least, std::ceil(20 * q.service_time->seconds()));
  const double measured =
      std::clamp(std::round(requests_wanted / estimate.peak_per_s),
                 std::max(seconds_least, std::ceil(200 * q.service_time->seconds())), seconds_most);
  const auto seconds = [](double s) {
    return sim::format_duration(sim::Duration::from_seconds(static_cast<std::int64_t>(s)));
  };
  nlohmann::ordered_json json;
  json["name"] = name;
  json["about"] = fmt::format("{} requests/s at {} servers: a first estimate, to be refined.",
                              figure(estimate.peak_per_s), figure(estimate.servers));
  json["run"] = {{"duration", seconds(warmup + measured)}, {"warmup", seconds(warmup)}};
  json["components"]["lb"] = {
      {"type", "load-balancer"}, {"backends", "web"}, {"policy", "least-connections"}};
  json["components"]["web"] = {
      {"type", "service"},
      {"replicas", static_cast<std::uint64_t>(estimate.servers)},
      {"workers", *q.workers},
      {"endpoints",
       {{"*",
         nlohmann::ordered_json::array(
             {{{"compute", fmt::format("exp({})", sim::format_duration(*q.service_time))}}})}}}};
  auto& users = json["workloads"]["users"];
  users["to"] = "lb";
  users["arrivals"] = fmt::format("poisson({}/s)", six_digits(estimate.peak_per_s));
  if (q.write_share) users["writes"] = *q.write_share;
  if (q.request_bytes)
    users["bytes"] = sim::format_quantity(std::round(*q.request_bytes), sim::Quantity::bytes);
  // What chance moves the share of busy time by: the standard deviation of a mean over that many
  // exponential service times and arrivals, four times.
  const double chance = 4 * std::sqrt(2 / (estimate.peak_per_s * measured));
  const double busy = estimate.utilisation();
  json["expect"]["the fleet is as busy as was worked out"] =
      between("/components/web/utilisation", busy * (1 - chance), busy * (1 + chance));
  return fmt::format(
      "// Written by `faultline estimate`. Assumed: service times are exponential; "
      "requests come\n// independently of each other (Poisson), at the peak rate all "
      "the time.\n{}\n",
      json.dump(2));
}

}  // namespace faultline::analysis
