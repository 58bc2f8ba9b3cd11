#include "analysis/wording.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "analysis/format.h"
#include "models/timeline.h"

namespace faultline::analysis {
namespace {

struct Saying {
  std::string_view verb;  // as `Action::what` begins
  std::string_view begun;
  std::string_view over;
};

constexpr std::array<Saying, 17> sayings = {{
    {"crash", "{} crashed", "{} is started again"},
    {"destroy", "{} is gone with all it stored", "{} is replaced by new, empty machines"},
    {"restart", "{} starts anew", ""},
    {"drain", "{} takes no new work", "{} takes work again"},
    {"slow", "speed of {}", "full speed again: {} is over"},
    {"pause", "{} stands still", "{} goes on"},
    {"flush", "{} forgot all it held", ""},
    {"redrive", "{} delivers its dead letters again", ""},
    {"outage", "{} went silent with all in it", "{} is back"},
    {"autoscaler-outage", "the autoscaler of {} is out", "the autoscaler of {} works again"},
    {"deploy", "deployment begins: {}", ""},
    {"expire-certificate", "the certificate of {} has expired", "the certificate of {} is renewed"},
    {"cut", "no message gets through {}", "messages get through {} again"},
    {"delay", "messages take longer: {}", "messages no longer take longer: {}"},
    {"lose", "messages are lost: {}", "no more messages are lost: {}"},
    {"load", "load on {}", "the load is as before: {} is over"},
    {"set", "{} was set", "{} is as before"},
}};

}  // namespace

std::string sentence_of(const models::Action& action, bool over) {
  const std::string_view what = action.what;
  const std::size_t blank = what.find(' ');
  for (const Saying& saying : sayings) {
    if (what.substr(0, blank) != saying.verb || blank == std::string_view::npos) continue;
    const std::string_view pattern = over ? saying.over : saying.begun;
    return fmt::format(fmt::runtime(pattern), what.substr(blank + 1));
  }
  return over ? fmt::format("{} is over", what) : std::string(what);
}

std::string with_unit(double figure, std::string_view unit) {
  if (unit == "ms" && figure == 0) return "0 ms";
  if (unit == "ms") return milliseconds(figure);
  if (unit == "0..1") {
    const double tenths = std::round(figure * 1000);
    return percent(figure, std::fmod(tenths, 10) == 0 ? 0 : 1);
  }
  std::string text;
  if (std::abs(figure) >= 1e15) {
    text = fmt::format("{:g}", figure);
  } else if (std::abs(figure) >= 100) {
    text = with_separators(static_cast<std::uint64_t>(std::llround(std::abs(figure))));
    if (figure < 0) text.insert(0, "-");
  } else {
    text = fmt::format("{:.{}f}", figure, figure == std::floor(figure) ? 0 : 1);
  }
  const bool is_quotient = unit.find('/') != std::string_view::npos && !unit.starts_with("1/");
  if (unit.empty() || is_quotient) return text;
  return unit.starts_with("1/") ? text + " " + std::string(unit.substr(1))
                                : text + " " + std::string(unit);
}

}  // namespace faultline::analysis
