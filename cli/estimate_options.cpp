#include "cli/estimate_options.h"

#include <cmath>

#include "cli/option_reader.h"
#include "sim/units.h"

namespace faultline::cli {
namespace {

constexpr double most_users = 1e11;  // more than there are people, devices included
constexpr double most_requests = 1e7;

class EstimateReader : public OptionReader {
 public:
  using OptionReader::OptionReader;

  // A number, or one with k, M or G; nullopt: not said, or a problem was added.
  std::optional<double> number(const char* option, const std::optional<std::string>& text,
                               double least, double most, const char* expected) {
    if (!text) return std::nullopt;
    auto value = sim::parse_number(*text) ? std::optional(*sim::parse_number(*text)) : std::nullopt;
    if (!value) {
      if (const auto count = sim::parse_count(*text)) value = static_cast<double>(*count);
    }
    if (value && *value >= least && *value <= most) return value;
    refuse(option, expected, text);
    return std::nullopt;
  }

  std::optional<double> needed(const char* option, const std::optional<std::string>& text,
                               double most, const char* expected) {
    if (!text) refuse(option, expected, text);
    return number(option, text, 1e-6, most, expected);
  }

  std::optional<double> bytes(const char* option, const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    constexpr double most = 1e15;
    const auto value = sim::parse_bytes(*text);
    if (value && static_cast<double>(*value) <= most) return static_cast<double>(*value);
    refuse(option, "a size of at most 1 PB with its unit, such as 2KB", text);
    return std::nullopt;
  }

  std::optional<double> share(const char* option, const std::optional<std::string>& text,
                              double least) {
    if (!text) return std::nullopt;
    const auto value = sim::parse_ratio(*text);
    if (value && *value >= least) return *value;
    refuse(
        option,
        least > 0 ? "a share from 1% to 100%, such as 60%" : "a share from 0% to 100%, such as 10%",
        text);
    return std::nullopt;
  }

  std::optional<sim::Duration> duration(const char* option, const std::optional<std::string>& text,
                                        sim::Duration most, const char* expected) {
    if (!text) return std::nullopt;
    const auto value = sim::parse_duration(*text);
    if (value && value->ns > 0 && *value <= most) return *value;
    refuse(option, expected, text);
    return std::nullopt;
  }
};

}  // namespace

analysis::EstimateQuestion read_estimate_options(const EstimateArguments& arguments,
                                                 scenarios::Problems& problems) {
  EstimateReader reader(problems);
  analysis::EstimateQuestion q;
  q.daily_active_users =
      reader
          .needed("--daily-active-users", arguments.daily_active_users, most_users,
                  "a number above 0, at most 1e11, such as 1e6 or 1M")
          .value_or(1);
  q.requests_per_user =
      reader
          .needed("--requests-per-user", arguments.requests_per_user, most_requests,
                  "a number a day above 0, at most 1e7, such as 10")
          .value_or(1);
  q.peak_to_average = reader.number("--peak-to-average", arguments.peak_to_average, 1, 1000,
                                    "a number from 1 to 1000, such as 3");
  q.request_bytes = reader.bytes("--request-size", arguments.request_size);
  q.response_bytes = reader.bytes("--response-size", arguments.response_size);
  q.write_share = reader.share("--write-share", arguments.write_share, 0);
  q.stored_per_write = reader.bytes("--stored-per-write", arguments.stored_per_write);
  q.keep = reader.duration("--keep", arguments.keep, sim::Duration::from_seconds(3'153'600'000),
                           "a duration above 0, at most 36500d, such as 365d");
  q.copies = reader.number("--copies", arguments.copies, 1, 100, "a whole number from 1 to 100");
  if (q.copies && *q.copies != std::floor(*q.copies)) {
    reader.refuse("--copies", "a whole number from 1 to 100", arguments.copies);
  }
  q.service_time =
      reader.duration("--service-time", arguments.service_time, sim::Duration::from_seconds(3600),
                      "a duration above 0, at most 1h, such as 50ms");
  const char* whole = "a whole number from 1 to 1000000";
  const auto workers = reader.number("--workers", arguments.workers, 1, 1e6, whole);
  if (workers && *workers != std::floor(*workers)) {
    reader.refuse("--workers", whole, arguments.workers);
  } else if (workers) {
    q.workers = static_cast<std::uint64_t>(*workers);
  }
  q.target_utilisation = reader.share("--target-utilisation", arguments.target_utilisation, 0.01);
  // What was said and would be used for nothing.
  if (!arguments.stored_per_write) {
    const char* with = "it together with --stored-per-write, of which it is a factor";
    if (q.keep) reader.refuse("--keep", with, arguments.keep);
    if (q.copies) reader.refuse("--copies", with, arguments.copies);
  }
  return q;
}

}  // namespace faultline::cli
