#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/calibration/calibration_text.h"

namespace faultline::analysis {
namespace {

using CalibrationJson = nlohmann::ordered_json;

template <class T>
CalibrationJson or_null(const std::optional<T>& value) {
  return value ? CalibrationJson(*value) : CalibrationJson(nullptr);
}

CalibrationJson arrivals_json(const ArrivalFit& fit) {
  return {{"count", fit.count},
          {"per_second", fit.per_second},
          {"window_s", fit.window_s},
          {"dispersion", or_null(fit.dispersion)},
          {"poisson_p_value", or_null(fit.p_value)},
          {"course_per_second", fit.course}};
}

CalibrationJson quantiles_json(const std::optional<Quantiles>& q) {
  if (!q) return nullptr;
  return {{"mean", q->mean}, {"p50", q->p50}, {"p90", q->p90},
          {"p95", q->p95},   {"p99", q->p99}, {"max", q->max}};
}

CalibrationJson counts_json(const std::vector<NamedCount>& counts) {
  CalibrationJson json = CalibrationJson::object();
  for (const NamedCount& count : counts) json[count.name] = count.count;
  return json;
}

CalibrationJson endpoint_json(const EndpointFigures& endpoint) {
  CalibrationJson json{{"name", endpoint.name},
                       {"arrivals", arrivals_json(endpoint.arrivals)},
                       {"bytes", quantiles_json(endpoint.bytes)},
                       {"response_ms", quantiles_json(endpoint.response_ms)},
                       {"service_ms", endpoint.law},
                       {"takes_worker", endpoint.takes_worker}};
  json["laws"] = CalibrationJson::array();
  for (const FittedLaw& law : endpoint.laws) {
    json["laws"].push_back({{"family", law.family},
                            {"law", law.text},
                            {"parameters", law.parameters},
                            {"log_likelihood", law.log_likelihood},
                            {"aic", law.aic},
                            {"ks", law.ks},
                            {"mean_ms", or_null(law.mean_ms)}});
  }
  return json;
}

}  // namespace

std::string calibration_json(const Calibration& c) {
  CalibrationJson json{{"schema", "faultline-calibrate/1"},
                       {"log", c.log},
                       {"lines", c.lines},
                       {"malformed", c.malformed},
                       {"span_s", c.span_s},
                       {"arrivals", arrivals_json(c.arrivals)},
                       {"requests_by_hour", c.by_hour},
                       {"statuses", counts_json(c.statuses)},
                       {"clients", c.users},
                       {"paths", counts_json(c.paths)},
                       {"bytes", quantiles_json(c.bytes)},
                       {"response_ms", quantiles_json(c.response_ms)}};
  json["zipf"] = nullptr;
  if (c.zipf) {
    json["zipf"] = {{"exponent", c.zipf->exponent},
                    {"standard_error", c.zipf->standard_error},
                    {"ks", c.zipf->ks}};
  }
  json["servers"] = counts_json(c.servers);
  json["replicas"] = c.replicas;
  json["waited"] = c.unqueued ? CalibrationJson(c.waited) : CalibrationJson(nullptr);
  json["waiting_ms_mean"] = c.unqueued ? CalibrationJson(c.waiting_ms) : CalibrationJson(nullptr);
  json["endpoints"] = CalibrationJson::array();
  for (const EndpointFigures& endpoint : c.endpoints) {
    json["endpoints"].push_back(endpoint_json(endpoint));
  }
  json["assumptions"] = c.assumptions;
  json["missing"] = c.missing;
  // A path may hold any bytes.
  return json.dump(2, ' ', false, CalibrationJson::error_handler_t::replace) + "\n";
}

}  // namespace faultline::analysis
