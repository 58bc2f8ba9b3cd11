#include "analysis/estimation/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/estimation/figures.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

constexpr double seconds_of_a_day = 86'400;

class Whiteboard {
 public:
  explicit Whiteboard(const EstimateQuestion& question) { result_.question = question; }

  Estimate work_out() {
    rates();
    bandwidth();
    storage();
    cache();
    fleet();
    return std::move(result_);
  }

 private:
  EstimateQuestion& asked() { return result_.question; }

  double step(std::string section, std::string name, double value, std::string working,
              std::string result) {
    result_.steps.push_back(
        {std::move(section), std::move(name), value, std::move(working), std::move(result)});
    return value;
  }

  template <class T>
  T given_or(std::optional<T>& given, T assumed, std::string option, std::string text) {
    if (!given) {
      given = assumed;
      result_.assumptions.push_back({std::move(option), std::move(text)});
    }
    return *given;
  }

  void rates() {
    const double users = asked().daily_active_users;
    const double each = asked().requests_per_user;
    day_ = step("Requests", "requests_per_day", users * each,
                fmt::format("{} users a day x {} requests each", figure(users), figure(each)),
                fmt::format("{} requests a day", figure(users * each)));
    const double average = day_ / seconds_of_a_day;
    result_.average_per_s =
        step("Requests", "average_per_s", average, fmt::format("{} / 86,400 s", figure(day_)),
             fmt::format("{} requests/s on average", figure(average)));
    const double factor = given_or(asked().peak_to_average, 3.0, "--peak-to-average",
                                   "the busiest time has 3 times the average rate");
    result_.peak_per_s = step("Requests", "peak_per_s", average * factor,
                              fmt::format("{}/s x {}", figure(average), figure(factor)),
                              fmt::format("{} requests/s at the peak", figure(average * factor)));
  }

  void bandwidth() {
    const auto line = [this](const std::optional<double>& bytes, const char* name,
                             const char* direction) {
      if (!bytes) return;
      const double bits = result_.peak_per_s * *bytes * 8;
      step("Bandwidth at the peak", name, bits,
           fmt::format("{}/s x {} x 8 bits", figure(result_.peak_per_s), bytes_text(*bytes)),
           fmt::format("{} {}", bits_text(bits), direction));
    };
    line(asked().request_bytes, "bandwidth_in_bps", "in");
    line(asked().response_bytes, "bandwidth_out_bps", "out");
  }

  double write_share() {
    return given_or(asked().write_share, 0.1, "--write-share", "1 request in 10 writes");
  }

  void storage() {
    if (!asked().stored_per_write) return;
    const double share = write_share();
    const double bytes = *asked().stored_per_write;
    const double writes =
        step("Storage", "writes_per_day", day_ * share,
             fmt::format("{} requests a day x {} %", figure(day_), figure(share * 100)),
             fmt::format("{} writes a day", figure(day_ * share)));
    const double daily = step("Storage", "stored_per_day_bytes", writes * bytes,
                              fmt::format("{} writes x {}", figure(writes), bytes_text(bytes)),
                              fmt::format("{} more each day", bytes_text(writes * bytes)));
    const auto year = sim::Duration::from_seconds(365 * std::int64_t{86'400});
    const double days =
        given_or(asked().keep, year, "--keep", "what is written is kept for 365 days").seconds() /
        seconds_of_a_day;
    const double copies = given_or(asked().copies, 3.0, "--copies", "everything is stored 3 times");
    const double kept = daily * days * copies;
    step("Storage", "stored_bytes", kept,
         fmt::format("{} x {} days x {} copies", bytes_text(daily), figure(days), figure(copies)),
         fmt::format("{} in the end", bytes_text(kept)));
  }

  void cache() {
    if (!asked().response_bytes) return;
    const double reads = day_ * (1 - write_share());
    const double bytes = 0.2 * reads * *asked().response_bytes;
    step("Cache", "cache_bytes", bytes,
         fmt::format("20 % of {} reads a day x {}", figure(reads),
                     bytes_text(*asked().response_bytes)),
         fmt::format("{} for the most popular fifth", bytes_text(bytes)));
    result_.assumptions.push_back({"",
                                   "a fifth of a day's reads is what four fifths of them want "
                                   "(80/20), as if no two were alike"});
  }

  void fleet() {
    const auto time = given_or(asked().service_time, sim::Duration{50'000'000}, "--service-time",
                               "a request keeps a worker busy for 50 ms");
    const auto workers = static_cast<double>(
        given_or(asked().workers, std::uint64_t{8}, "--workers", "a server has 8 workers"));
    const double target = given_or(asked().target_utilisation, 0.6, "--target-utilisation",
                                   "workers are to be busy at most 60 % of the time at the peak");
    const double busy = result_.peak_per_s * time.seconds();
    result_.busy_workers =
        step("Servers", "busy_workers", busy,
             fmt::format("{}/s x {}", figure(result_.peak_per_s), sim::format_duration(time)),
             fmt::format("{} workers busy at the peak (Little's law)", figure(busy)));
    const double needed = busy / target;
    step("Servers", "workers_needed", needed,
         fmt::format("{} / {} %", figure(busy), figure(target * 100)),
         fmt::format("{} workers for that share of busy time", figure(needed)));
    // A hair below, so that what divides evenly is not rounded up by the last bit.
    result_.servers = std::max(1.0, std::ceil(needed / workers - 1e-9));
    step("Servers", "servers", result_.servers,
         fmt::format("{} / {} workers a server, rounded up", figure(needed), figure(workers)),
         fmt::format("{} server{}, {} % busy at the peak", figure(result_.servers),
                     result_.servers == 1 ? "" : "s", figure(100 * result_.utilisation())));
  }

  Estimate result_;
  double day_ = 0;
};

}  // namespace

double Estimate::utilisation() const {
  return busy_workers / (servers * static_cast<double>(question.workers.value_or(1)));
}

Estimate estimate(const EstimateQuestion& question) { return Whiteboard(question).work_out(); }

}  // namespace faultline::analysis
