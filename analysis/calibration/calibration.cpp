#include "analysis/calibration/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/calibration/unqueue.h"
#include "analysis/format.h"

namespace faultline::analysis {
namespace {

using scenarios::AccessLog;
using scenarios::AccessLogEntry;

constexpr std::size_t fewest_requests = 30;
constexpr std::size_t most_endpoints = 12;
constexpr std::size_t fewest_for_a_law = 30;
constexpr std::size_t fewest_for_zipf = 10;
constexpr double ns_per_ms = 1e6;
constexpr double ns_per_s = 1e9;
constexpr std::int64_t hour_ns = 3'600'000'000'000;
constexpr std::int64_t minute_ns = 60'000'000'000;

// The greatest of 1 s, 1 ms, 1 us and 1 ns that all request times are multiples of.
double time_resolution_ms(const AccessLog& log) {
  std::int64_t unit = 1'000'000'000;
  for (const AccessLogEntry& entry : log.entries) {
    while (unit > 1 && entry.request_time && entry.request_time->ns % unit != 0) unit /= 1000;
  }
  return static_cast<double>(unit) / ns_per_ms;
}

class Calibrating {
 public:
  Calibrating(const AccessLog& log, Calibration& result) : log_(log), result_(result) {}

  // nullopt: all went well.
  std::optional<std::string> calibrate() {
    take_span();
    if (!(result_.span_s > 0)) return "all its requests came at one instant; a rate needs more";
    find_endpoints();
    count_all();
    fit_all_arrivals();
    take_times();
    if (result_.timed()) {
      if (auto wrong = find_servers()) return wrong;
      if (auto wrong = find_service_times()) return wrong;
      fit_all_laws();
    }
    return std::nullopt;
  }

 private:
  void assume(std::string text) { result_.assumptions.push_back(std::move(text)); }
  void miss(std::string text) { result_.missing.push_back(std::move(text)); }

  void take_span() {
    result_.span_s = static_cast<double>(log_.entries.back().arrival.ns) / ns_per_s;
    result_.stamp_resolution_s = log_.whole_seconds > 0 ? 1 : 1e-3;
    std::set<std::int64_t> minutes;
    for (const AccessLogEntry& entry : log_.entries) {
      minutes.insert((log_.begin + entry.arrival).ns % hour_ns / minute_ns);
    }
    if (minutes.size() == 1 && log_.entries.back().arrival.ns >= 3 * hour_ns) {
      result_.stamp_resolution_s = 3600;
      miss(
          fmt::format("the arrival process within an hour: all its stamps have the minute {:02}, "
                      "so that only days and hours can be believed",
                      *minutes.begin()));
    } else if (log_.whole_seconds > 0) {
      miss(
          "gaps between requests shorter than a second: its stamps have whole seconds "
          "(nginx: $msec; Apache: %{msec_frac}t beside the time)");
    }
  }

  void find_endpoints() {
    std::map<std::string, std::uint64_t> counts;
    std::vector<std::string> names;
    for (const AccessLogEntry& entry : log_.entries) {
      const std::string& path = log_.paths[entry.path];
      names.push_back(log_.methods[entry.method] + " " + path.substr(0, path.find('?')));
      ++counts[names.back()];
    }
    const bool together = counts.size() > most_endpoints;
    if (together) {
      assume(
          fmt::format("{} different endpoints are taken together as one, with keys of the "
                      "popularity found",
                      with_separators(counts.size())));
      counts = {{"*", log_.entries.size()}};
    }
    std::map<std::string, std::uint32_t> places;
    std::set<std::string> taken{"lb", result_.options.service};
    for (const NamedCount& endpoint : greatest_first(counts)) {
      places[endpoint.name] = static_cast<std::uint32_t>(result_.endpoints.size());
      EndpointFigures figures;
      figures.name = endpoint.name;
      figures.workload = workload_name(endpoint.name, taken);
      result_.endpoints.push_back(std::move(figures));
    }
    for (const std::string& name : names) endpoint_of_.push_back(together ? 0 : places[name]);
  }

  void count_all() {
    std::map<std::string, std::uint64_t> statuses;
    std::map<std::string, std::uint64_t> paths;
    std::map<std::string, std::uint64_t> servers;
    std::vector<std::vector<double>> bytes(result_.endpoints.size());
    std::vector<double> all_bytes;
    for (std::size_t i = 0; i < log_.entries.size(); ++i) {
      const AccessLogEntry& entry = log_.entries[i];
      ++statuses[std::to_string(entry.status)];
      const std::string& path = log_.paths[entry.path];
      ++paths[path.substr(0, path.find('?'))];
      if (entry.server) ++servers[log_.servers[*entry.server]];
      if (!entry.bytes) continue;
      bytes[endpoint_of_[i]].push_back(static_cast<double>(*entry.bytes));
      all_bytes.push_back(bytes[endpoint_of_[i]].back());
    }
    result_.statuses = greatest_first(statuses);
    result_.paths = greatest_first(paths);
    result_.servers = greatest_first(servers);
    result_.users = log_.users.size();
    result_.bytes = quantiles_in(std::move(all_bytes));
    for (std::size_t e = 0; e < bytes.size(); ++e) {
      result_.endpoints[e].bytes = quantiles_in(std::move(bytes[e]));
    }
    if (result_.paths.size() >= fewest_for_zipf) {
      std::vector<std::uint64_t> counts;
      for (const NamedCount& path : result_.paths) counts.push_back(path.count);
      result_.zipf = fit_zipf(counts);
    } else {
      miss(fmt::format("the popularity of keys: {} different paths are too few for Zipf's law",
                       result_.paths.size()));
    }
  }

  void fit_all_arrivals() {
    constexpr std::size_t parts = 24;
    std::vector<double> all;
    std::vector<std::vector<double>> of(result_.endpoints.size());
    for (std::size_t i = 0; i < log_.entries.size(); ++i) {
      all.push_back(static_cast<double>(log_.entries[i].arrival.ns) / ns_per_s);
      of[endpoint_of_[i]].push_back(all.back());
    }
    const double resolution_s = result_.stamp_resolution_s;
    result_.arrivals = fit_arrivals(all, result_.span_s, resolution_s, parts);
    for (std::size_t e = 0; e < of.size(); ++e) {
      result_.endpoints[e].arrivals = fit_arrivals(of[e], result_.span_s, resolution_s, parts);
    }
    if (!result_.arrivals.p_value && resolution_s < 3600) {
      miss("whether arrivals are Poisson: too few of them");
    }
    if (log_.entries.back().arrival.ns < 36 * hour_ns) return;
    result_.by_hour.assign(24, 0.0);
    for (const AccessLogEntry& entry : log_.entries) {
      ++result_.by_hour[static_cast<std::size_t>((log_.begin + entry.arrival).ns / hour_ns % 24)];
    }
  }

  void take_times() {
    double total = 0;
    double outside = 0;
    bool upstream = true;
    for (const AccessLogEntry& entry : log_.entries) {
      if (!entry.request_time) {
        ++untimed_;
        continue;
      }
      upstream = upstream && entry.upstream_time;
      total += static_cast<double>(entry.request_time->ns);
      if (entry.upstream_time) {
        outside += static_cast<double>((*entry.request_time - *entry.upstream_time).ns);
      }
    }
    if (untimed_ == log_.entries.size()) {
      return miss(
          "response and service times, and so a scenario: no line has a duration. Log them: nginx "
          "rt=$request_time urt=$upstream_response_time in log_format, Apache %D in LogFormat");
    }
    if (untimed_ > 0) {
      assume(fmt::format("{} requests without a duration took as long as the others",
                         with_separators(untimed_)));
    }
    if (log_.microseconds > 0) {
      assume(
          "a whole number by itself behind the bytes is the duration in microseconds, as "
          "Apache's %D writes it");
    }
    result_.time_resolution_ms = time_resolution_ms(log_);
    use_upstream_ = upstream && outside > 0.02 * total;
    if (use_upstream_) {
      assume(
          fmt::format("times are those of the servers (urt); {:.0f} % of the request time was "
                      "spent outside them and is left out",
                      outside / total * 100));
    }
    std::vector<double> all;
    std::vector<std::vector<double>> of(result_.endpoints.size());
    for (std::size_t i = 0; i < log_.entries.size(); ++i) {
      if (!log_.entries[i].request_time) continue;
      all.push_back(static_cast<double>(time_of(log_.entries[i]).ns) / ns_per_ms);
      of[endpoint_of_[i]].push_back(all.back());
    }
    result_.response_ms = quantiles_in(std::move(all));
    for (std::size_t e = 0; e < of.size(); ++e) {
      result_.endpoints[e].response_ms = quantiles_in(std::move(of[e]));
    }
  }

  sim::Duration time_of(const AccessLogEntry& entry) const {
    return use_upstream_ ? *entry.upstream_time : *entry.request_time;
  }

  std::optional<std::string> find_servers() {
    const std::size_t named = log_.servers.size();
    const auto asked = result_.options.servers;
    if (asked && named > 1 && *asked != named && *asked != 1) {
      return fmt::format(
          "--servers {} does not fit: the log names {} servers (ua=); say {}, or 1 "
          "for a single line in front of all",
          *asked, named, named);
    }
    result_.replicas = asked.value_or(std::max<std::size_t>(named, 1));
    by_server_ = named > 1 && result_.replicas == named;
    if (result_.replicas > 1 && !by_server_) {
      assume(
          fmt::format("the log does not say which of {} servers answered: waits are worked out "
                      "as if all had one line in common",
                      result_.replicas));
    }
    if (named == 0 && !asked) assume("one server: the log names none (nginx: ua=$upstream_addr)");
    if (by_server_) find_turns();
    return std::nullopt;
  }

  // The server that most often comes after each, and how often it does.
  void find_turns() {
    std::map<std::uint32_t, std::map<std::uint32_t, double>> after;
    std::optional<std::uint32_t> before;
    double turns = 0;
    for (const AccessLogEntry& entry : log_.entries) {
      if (before && entry.server) ++after[*before][*entry.server];
      if (before && entry.server) ++turns;
      before = entry.server;
    }
    double usual = 0;
    for (const auto& [server, next] : after) {
      double most = 0;
      for (const auto& [other, count] : next) most = std::max(most, count);
      usual += most;
    }
    result_.next_in_turn = usual / turns;
  }

  std::vector<Visit> visits() {
    std::vector<Visit> result;
    for (std::size_t i = 0; i < log_.entries.size(); ++i) {
      const AccessLogEntry& entry = log_.entries[i];
      if (!entry.request_time) continue;
      const std::int64_t ended = (entry.arrival + *entry.request_time).ns;
      const std::uint32_t server = by_server_ ? entry.server.value_or(0) : 0;
      result.push_back({ended - time_of(entry).ns, ended, server, endpoint_of_[i]});
    }
    return result;
  }

  std::optional<std::string> find_service_times() {
    const std::vector<Visit> all = visits();
    const bool fine = result_.stamp_resolution_s <= 1e-3 && untimed_ == 0;
    find_busiest(all);
    if (result_.options.workers && fine) return take_waits_off(all);
    if (!result_.options.workers) {
      assume(
          "service times are the response times, waits included: say --workers N, how many "
          "requests each server works on at once, to have the waits worked out and taken off");
    } else {
      assume(
          "service times are the response times, waits included: to work out who waited takes "
          "a duration in every line and stamps finer than a second");
    }
    for (const Visit& visit : all) {
      const double ms = static_cast<double>(visit.ended_ns - visit.arrived_ns) / ns_per_ms;
      result_.endpoints[visit.endpoint].service_ms.push_back(ms);
    }
    return std::nullopt;
  }

  void find_busiest(const std::vector<Visit>& all) {
    std::map<std::uint32_t, std::vector<std::pair<std::int64_t, int>>> changes;
    for (const Visit& visit : all) {
      changes[visit.server].push_back({visit.arrived_ns, 1});
      changes[visit.server].push_back({visit.ended_ns, -1});
    }
    for (auto& [server, steps] : changes) {
      std::sort(steps.begin(), steps.end());
      std::int64_t now = 0;
      for (const auto& [at, step] : steps) {
        now += step;
        result_.busiest =
            std::max(result_.busiest, static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0)));
      }
    }
  }

  std::optional<std::string> take_waits_off(const std::vector<Visit>& all) {
    constexpr double rarely = 0.005;  // a tie of two stamps now and then
    constexpr std::uint64_t few = 2;
    const std::uint64_t slots =
        by_server_ ? *result_.options.workers : *result_.options.workers * result_.replicas;
    const auto tolerance = static_cast<std::int64_t>(result_.time_resolution_ms * ns_per_ms);
    const auto overtook = count_overtaking(all, slots, result_.endpoints.size(), tolerance);
    std::vector<bool> without_worker;
    bool any_left = false;
    for (std::size_t e = 0; e < overtook.size(); ++e) {
      EndpointFigures& endpoint = result_.endpoints[e];
      endpoint.overtook = overtook[e];
      const auto requests = static_cast<double>(endpoint.arrivals.count);
      endpoint.takes_worker =
          overtook[e] < few || static_cast<double>(overtook[e]) < rarely * requests;
      without_worker.push_back(!endpoint.takes_worker);
      any_left = any_left || endpoint.takes_worker;
      if (endpoint.takes_worker) continue;
      assume(
          fmt::format("{} takes no worker: {} of its {} requests were answered while {} that "
                      "had come before them kept every worker busy",
                      endpoint.name, with_separators(overtook[e]),
                      with_separators(endpoint.arrivals.count), slots));
    }
    if (!any_left) {
      return fmt::format(
          "--workers {} does not fit: {} of {} {} requests were answered while {} or more that had "
          "come before them were not, which a line first in first out in front of {} worker{} "
          "cannot do; say more workers (at most {} requests were at one server at once)",
          *result_.options.workers, with_separators(overtook[0]),
          with_separators(result_.endpoints[0].arrivals.count), result_.endpoints[0].name, slots,
          slots, slots == 1 ? "" : "s", result_.busiest);
    }
    assume(fmt::format("each server has {} worker{} and one line, first in first out",
                       *result_.options.workers, *result_.options.workers == 1 ? "" : "s"));
    const Unqueued unqueued = unqueue(all, slots, without_worker);
    result_.unqueued = true;
    result_.waited = unqueued.waited;
    result_.waiting_ms =
        unqueued.waited == 0 ? 0 : unqueued.waiting_ms / static_cast<double>(unqueued.waited);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!unqueued.service_ms[i]) continue;
      result_.endpoints[all[i].endpoint].service_ms.push_back(*unqueued.service_ms[i]);
    }
    return std::nullopt;
  }

  void fit_all_laws() {
    for (EndpointFigures& endpoint : result_.endpoints) {
      std::vector<double>& times = endpoint.service_ms;
      if (times.empty()) continue;
      std::sort(times.begin(), times.end());
      const double mean = quantiles_in(times)->mean;
      if (times.size() < fewest_for_a_law) {
        assume(fmt::format("{}: {} times are too few for a law; its mean stands for all",
                           endpoint.name, times.size()));
        endpoint.law = time_text(mean);
      } else if (at_share(times, 0.95) <= result_.time_resolution_ms) {
        assume(
            fmt::format("{}: nearly all its times are within one step of the log's clock; "
                        "their mean, {}, is all that can be told",
                        endpoint.name, time_text(mean)));
        endpoint.law = time_text(mean);
      } else {
        endpoint.laws = fit_laws(intervals_of(times, result_.time_resolution_ms));
        endpoint.law = endpoint.laws.empty() ? time_text(mean) : endpoint.laws.front().text;
      }
    }
  }

  const AccessLog& log_;
  Calibration& result_;
  std::vector<std::uint32_t> endpoint_of_;  // by entry
  std::uint64_t untimed_ = 0;
  bool use_upstream_ = false;
  bool by_server_ = false;
};

}  // namespace

std::variant<Calibration, CalibrationError> calibrate_log(const std::string& file,
                                                          const CalibrationOptions& options) {
  scenarios::AccessLogOptions reading;
  reading.apache_microseconds = true;
  const scenarios::AccessLogResult read = read_access_log(file, reading);
  if (const auto* error = std::get_if<scenarios::AccessLogError>(&read)) {
    return CalibrationError{error->text};
  }
  const auto& log = std::get<AccessLog>(read);
  if (log.entries.size() < fewest_requests) {
    return CalibrationError{
        fmt::format("{}: {} request{} in it; at least {} are needed to tell a "
                    "rate or a law",
                    file, log.entries.size(), log.entries.size() == 1 ? "" : "s", fewest_requests)};
  }
  Calibration result;
  result.log = file;
  result.options = options;
  result.lines = log.lines;
  result.malformed = log.malformed;
  result.first_malformed = log.first_malformed;
  if (const auto wrong = Calibrating(log, result).calibrate()) {
    return CalibrationError{file + ": " + *wrong};
  }
  return result;
}

}  // namespace faultline::analysis
