#include "analysis/calibration/calibration_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "analysis/format.h"

namespace faultline::analysis {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr double unlikely_poisson = 0.01;
constexpr double simulated_requests_min = 1e4;
constexpr double simulated_requests_max = 1e6;
constexpr double simulated_s_min = 60;
constexpr double simulated_s_max = 3600;

double simulated_s(const Calibration& c) {
  const double wanted = std::max(c.span_s, simulated_requests_min / c.arrivals.per_second);
  const double enough = std::clamp(wanted, simulated_s_min, simulated_s_max);
  const double bounded = std::min(enough, simulated_requests_max / c.arrivals.per_second);
  return std::max(std::ceil(bounded), 1.0);
}

OrderedJson endpoint_steps(const EndpointFigures& endpoint) {
  OrderedJson steps = OrderedJson::array();
  if (endpoint.takes_worker && !endpoint.law.empty()) steps.push_back({{"compute", endpoint.law}});
  const double bytes = endpoint.bytes ? std::round(endpoint.bytes->mean) : 0;
  steps.push_back({{"respond", fmt::format("{:.0f}B", bytes)}});
  return steps;
}

OrderedJson workload_of(const Calibration& c, const EndpointFigures& endpoint,
                        const std::string& to) {
  OrderedJson workload;
  workload["to"] = to;
  workload["arrivals"] =
      fmt::format("poisson({}/s)", fmt::format("{:.4g}", endpoint.arrivals.per_second));
  if (endpoint.name != "*") workload["mix"] = {{endpoint.name, 1}};
  const bool uneven =
      endpoint.arrivals.p_value &&
      *endpoint.arrivals.p_value<unlikely_poisson&& * endpoint.arrivals.dispersion> 1;
  if (uneven) {
    OrderedJson points = OrderedJson::array();
    const double part_s = simulated_s(c) / static_cast<double>(endpoint.arrivals.course.size());
    for (std::size_t i = 0; i < endpoint.arrivals.course.size(); ++i) {
      const double factor = endpoint.arrivals.course[i] / endpoint.arrivals.per_second;
      points.push_back({{"at", time_text((static_cast<double>(i) + 0.5) * part_s * 1000)},
                        {"factor", std::round(factor * 1000) / 1000}});
    }
    workload["curve"] = {{"points", points}};
  }
  if (endpoint.name == "*" && c.zipf) {
    workload["keys"] = {{"objects", c.paths.size()},
                        {"zipf", std::round(c.zipf->exponent * 1000) / 1000}};
  }
  return workload;
}

void expect_quantiles(OrderedJson& expect, const std::string& who, const std::string& pointer,
                      const Quantiles& measured, double requests, double resolution_ms) {
  constexpr double requests_min = 500;
  constexpr double requests_beyond = 50;
  constexpr double steps_of_the_clock = 10;
  constexpr double within = 0.1;
  const auto hold = [&](const char* name, double ms, double share_beyond) {
    const bool known = requests >= requests_min && requests * share_beyond >= requests_beyond &&
                       ms >= steps_of_the_clock * resolution_ms;
    if (!known) return;
    expect[fmt::format("{} {} of {}", name, milliseconds(ms), who)] = {
        {"metric", pointer + "latency_ms/" + name},
        {"above", std::round(ms * (1 - within) * 1000) / 1000},
        {"below", std::round(ms * (1 + within) * 1000) / 1000}};
  };
  hold("p50", measured.p50, 0.5);
  hold("p95", measured.p95, 0.05);
  hold("p99", measured.p99, 0.01);
}

}  // namespace

std::string calibration_scenario(const Calibration& c) {
  const std::string& service = c.options.service;
  const bool balanced = c.replicas > 1;
  OrderedJson json;
  json["about"] = fmt::format("Calibrated from {}: {} requests.",
                              std::filesystem::path(c.log).filename().string(),
                              with_separators(c.arrivals.count));
  json["run"] = {{"duration", fmt::format("{:.0f}s", simulated_s(c))}, {"seed", 1}};
  if (balanced) {
    const bool in_turn = !c.next_in_turn || *c.next_in_turn > 0.8;
    json["components"]["lb"] = {{"type", "load-balancer"},
                                {"backends", service},
                                {"policy", in_turn ? "round-robin" : "random"}};
  }
  OrderedJson web;
  web["type"] = "service";
  web["replicas"] = c.replicas;
  web["workers"] = c.unqueued ? *c.options.workers : std::max<std::uint64_t>(2 * c.busiest, 1);
  web["worker"] = "released";
  for (const EndpointFigures& endpoint : c.endpoints) {
    web["endpoints"][endpoint.name] = endpoint_steps(endpoint);
  }
  json["components"][service] = std::move(web);
  for (const EndpointFigures& endpoint : c.endpoints) {
    json["workloads"][endpoint.workload] = workload_of(c, endpoint, balanced ? "lb" : service);
  }

  OrderedJson expect = OrderedJson::object();
  for (const EndpointFigures& endpoint : c.endpoints) {
    if (!endpoint.response_ms) continue;
    expect_quantiles(expect, endpoint.workload, "/workloads/" + endpoint.workload + "/",
                     *endpoint.response_ms, static_cast<double>(endpoint.arrivals.count),
                     c.time_resolution_ms);
  }
  expect_quantiles(expect, "all", "/", *c.response_ms, static_cast<double>(c.arrivals.count),
                   c.time_resolution_ms);
  if (!expect.empty()) json["expect"] = std::move(expect);

  std::string text;
  for (const std::string& assumption : c.assumptions) {
    const std::string lines = wrapped(assumption, 94, 0);
    for (std::size_t begin = 0; begin < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', begin), lines.size());
      text += (begin == 0 ? "// - " : "//   ") + lines.substr(begin, end - begin) + "\n";
      begin = end + 1;
    }
  }
  return text + json.dump(2) + "\n";
}

}  // namespace faultline::analysis
