#include "analysis/calibration/calibration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/estimation/figures.h"
#include "analysis/format.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

constexpr std::size_t text_width = 96;
constexpr std::size_t paths_shown = 8;

// The course of a rate in one line: as high as its share of the greatest.
std::string bars(const std::vector<double>& values) {
  constexpr std::array<const char*, 9> heights{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double greatest = *std::max_element(values.begin(), values.end());
  std::string text;
  for (const double value : values) {
    const double height = greatest > 0 ? std::ceil(value / greatest * 8) : 0;
    text += heights[static_cast<std::size_t>(height)];
  }
  return text;
}

std::string rate_text(double per_second) {
  if (per_second >= 0.1) return fmt::format("{:.4g}/s", per_second);
  return fmt::format("{:.4g}/h", per_second * 3600);
}

std::string p_text(double p) { return p < 1e-4 ? "p < 0.0001" : fmt::format("p = {:.2g}", p); }

std::string poisson_text(const ArrivalFit& fit) {
  if (!fit.p_value) return "too few to tell whether they are Poisson";
  std::string verdict = "as of a Poisson process";
  if (*fit.p_value < 0.01) {
    verdict = *fit.dispersion > 1 ? "not Poisson: in bursts, or the rate changes"
                                  : "not Poisson: more even";
  }
  return fmt::format("index of dispersion {:.2f} in windows of {} ({}): {}", *fit.dispersion,
                     time_text(fit.window_s * 1000), p_text(*fit.p_value), verdict);
}

std::string bullet(const std::string& text) {
  std::string lines = wrapped(text, text_width, 4);
  lines[2] = '-';
  return lines;
}

std::string count_list(const std::vector<NamedCount>& counts, std::size_t shown, double of) {
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, counts.size()); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", counts[i].name,
                        percent(static_cast<double>(counts[i].count) / of, 1));
  }
  return text;
}

std::string head(const Calibration& c) {
  const std::string span = c.span_s < 7200 ? fmt::format("{:.1f} s", c.span_s)
                                           : fmt::format("{:.1f} hours", c.span_s / 3600);
  std::string text = fmt::format("{}\n\n{} requests over {}, {} of {} lines malformed\n", c.log,
                                 with_separators(c.arrivals.count), span,
                                 with_separators(c.malformed), with_separators(c.lines));
  if (!c.first_malformed.empty()) {
    const scenarios::MalformedLine& first = c.first_malformed.front();
    text += fmt::format("  the first: line {}: {}\n", first.number, first.reason);
  }
  return text;
}

std::string arrivals_text(const Calibration& c) {
  std::string text = fmt::format("\nArrivals: {} on average", rate_text(c.arrivals.per_second));
  if (c.stamp_resolution_s < 3600) {
    const double greatest = *std::max_element(c.arrivals.course.begin(), c.arrivals.course.end());
    text += fmt::format(", at most {} in a {}th of the time\n  {}\n", rate_text(greatest),
                        c.arrivals.course.size(), bars(c.arrivals.course));
    text += "  " + poisson_text(c.arrivals) + "\n";
    for (const EndpointFigures& endpoint : c.endpoints) {
      if (c.endpoints.size() == 1) break;
      text += fmt::format("  {}: {}, {}\n", endpoint.name, rate_text(endpoint.arrivals.per_second),
                          poisson_text(endpoint.arrivals));
    }
  } else {
    text += "\n";
  }
  if (!c.by_hour.empty()) {
    const auto greatest = std::max_element(c.by_hour.begin(), c.by_hour.end());
    double mean = 0;
    for (const double count : c.by_hour) mean += count / static_cast<double>(c.by_hour.size());
    text += fmt::format(
        "  by hour of the day (UTC), 0 to 23: {}  most at {}:00, {:.2f} times the "
        "mean\n",
        bars(c.by_hour), greatest - c.by_hour.begin(), *greatest / mean);
  }
  return text;
}

std::string what_is_asked(const Calibration& c) {
  const auto requests = static_cast<double>(c.arrivals.count);
  std::string text = fmt::format("\nAsked for: {} path{} by {} client{}\n",
                                 with_separators(c.paths.size()), c.paths.size() == 1 ? "" : "s",
                                 with_separators(c.users), c.users == 1 ? "" : "s");
  text += wrapped("the most: " + count_list(c.paths, paths_shown, requests), text_width, 2);
  if (c.zipf) {
    text +=
        fmt::format("  Zipf exponent {:.3f} +- {:.3f} (maximum likelihood), KS distance {:.3f}{}\n",
                    c.zipf->exponent, c.zipf->standard_error, c.zipf->ks,
                    c.zipf->ks > 0.05 ? ": a rough fit" : "");
  }
  text += "  statuses: " + count_list(c.statuses, 10, requests) + "\n";
  if (c.bytes) {
    text +=
        fmt::format("  body: mean {}, median {}, p99 {}, at most {}\n", bytes_text(c.bytes->mean),
                    bytes_text(c.bytes->p50), bytes_text(c.bytes->p99), bytes_text(c.bytes->max));
  }
  return text;
}

std::string times_table(const Calibration& c) {
  Table table({{"Response times", Align::left},
               {"requests", Align::right},
               {"mean", Align::right},
               {"p50", Align::right},
               {"p90", Align::right},
               {"p95", Align::right},
               {"p99", Align::right},
               {"max", Align::right}});
  const auto add = [&](const std::string& name, std::uint64_t count, const Quantiles& q) {
    table.add({name, with_separators(count), milliseconds(q.mean), milliseconds(q.p50),
               milliseconds(q.p90), milliseconds(q.p95), milliseconds(q.p99), milliseconds(q.max)});
  };
  for (const EndpointFigures& endpoint : c.endpoints) {
    if (endpoint.response_ms && endpoint.name != "*") {
      add(endpoint.name, endpoint.arrivals.count, *endpoint.response_ms);
    }
  }
  add("all", c.arrivals.count, *c.response_ms);
  return "\n" + table.text(0) +
         fmt::format("  the clock of the log goes in steps of {}\n",
                     time_text(c.time_resolution_ms));
}

std::string servers_text(const Calibration& c) {
  std::string text = fmt::format("\nServers: {}", c.replicas);
  if (!c.servers.empty()) {
    text += fmt::format(" ({})", count_list(c.servers, 6, static_cast<double>(c.arrivals.count)));
  }
  text += fmt::format("; at most {} requests at one of them at once\n", c.busiest);
  if (c.next_in_turn) {
    text += fmt::format("  {} of requests go to the server whose turn it is: {}\n",
                        percent(*c.next_in_turn, 1),
                        *c.next_in_turn > 0.8 ? "round robin" : "not round robin; taken as random");
  }
  if (c.unqueued) {
    text += fmt::format(
        "  {} requests ({}) waited for a worker, {} on average; that is taken off\n",
        with_separators(c.waited),
        percent(static_cast<double>(c.waited) / static_cast<double>(c.arrivals.count), 1),
        milliseconds(c.waiting_ms));
  }
  return text;
}

// How much better the first is than the second.
std::string certainty(const std::vector<FittedLaw>& laws) {
  if (laws.size() < 2) return "the only one that can be";
  constexpr double weak = 2;
  constexpr double strong = 10;
  const double difference = laws[1].aic - laws[0].aic;
  const char* how = difference < weak     ? "the two cannot be told apart"
                    : difference < strong ? "likely, not sure"
                                          : "beyond doubt among these";
  return fmt::format("AIC {:.1f} below that of {}: {}", difference, laws[1].family, how);
}

std::string law_text(const EndpointFigures& endpoint, bool unqueued) {
  std::string text = fmt::format("\n{} of {}: {}\n", unqueued ? "Service time" : "Time",
                                 endpoint.name, endpoint.law);
  if (endpoint.laws.empty()) return text;
  const FittedLaw& best = endpoint.laws.front();
  const auto n = static_cast<double>(endpoint.service_ms.size());
  text += fmt::format("  {}, {}\n", best.family, certainty(endpoint.laws));
  Table table({{"law", Align::left},
               {"", Align::left},
               {"AIC", Align::right},
               {"KS distance", Align::right}});
  for (const FittedLaw& law : endpoint.laws) {
    table.add({law.family, law.text, fmt::format("+{:.1f}", law.aic - best.aic),
               fmt::format("{:.4f}", law.ks)});
  }
  text += table.text(2);
  const double by_chance = 1.36 / std::sqrt(n);
  text +=
      fmt::format("  {} times of a law known beforehand are within {:.4f} of it 19 times in 20{}\n",
                  with_separators(endpoint.service_ms.size()), by_chance,
                  best.ks > 2 * by_chance ? "; no law here fits well" : "");
  return text;
}

}  // namespace

std::string calibration_text(const Calibration& c) {
  std::string text = head(c) + arrivals_text(c) + what_is_asked(c);
  if (c.timed()) {
    text += times_table(c) + servers_text(c);
    for (const EndpointFigures& endpoint : c.endpoints) {
      if (!endpoint.law.empty()) text += law_text(endpoint, c.unqueued);
    }
  }
  if (!c.assumptions.empty()) text += "\nAssumed:\n";
  for (const std::string& assumption : c.assumptions) text += bullet(assumption);
  if (!c.missing.empty()) text += "\nCannot be had from this log:\n";
  for (const std::string& missing : c.missing) text += bullet(missing);
  return text;
}

}  // namespace faultline::analysis
