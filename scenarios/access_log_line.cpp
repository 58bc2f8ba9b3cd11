#include "scenarios/access_log_line.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace faultline::scenarios {
namespace {

constexpr std::int64_t ns_in_a_second = 1'000'000'000;
constexpr std::int64_t seconds_max = 9'000'000'000;  // the year 2255: fits 64 bits of nanoseconds
constexpr std::int64_t request_seconds_max = 10'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// All of `text` as a decimal integer without a sign.
std::optional<std::int64_t> parse_whole(std::string_view text) {
  std::int64_t value = 0;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "1795218425.439": at most nine decimals count, exactly; no floating point in between.
std::optional<sim::Duration> parse_seconds(std::string_view text, std::int64_t limit) {
  const std::size_t dot = text.find('.');
  const auto whole = parse_whole(text.substr(0, dot));
  if (!whole || *whole > limit) return std::nullopt;
  sim::Duration result{*whole * ns_in_a_second};
  if (dot == std::string_view::npos) return result;

  const std::string_view decimals = text.substr(dot + 1);
  if (decimals.empty()) return std::nullopt;
  std::int64_t unit = ns_in_a_second / 10;
  for (const char c : decimals) {
    if (!is_digit(c)) return std::nullopt;
    result.ns += (c - '0') * unit;
    unit /= 10;
  }
  return result;
}

// What is left of a line, taken from the front.
class Rest {
 public:
  explicit Rest(std::string_view text) : text_(text) {}

  bool empty() const { return text_.empty(); }
  bool at(char c) const { return !text_.empty() && text_.front() == c; }

  void skip_spaces() {
    while (at(' ') || at('\t')) text_.remove_prefix(1);
  }

  // Up to the next space.
  std::string_view token() { return take(std::min(text_.find(' '), text_.size())); }

  // Up to `closing`, which is dropped; nothing if it is missing.
  std::optional<std::string_view> until(std::string_view closing) {
    const std::size_t found = text_.find(closing);
    if (found == std::string_view::npos) return std::nullopt;
    const std::string_view result = take(found);
    text_.remove_prefix(closing.size());
    return result;
  }

  // A quoted string, without its quotes; nothing if it does not open or close. A backslash keeps
  // the character after it from ending the string (Apache writes \", nginx \x22).
  std::optional<std::string_view> quoted() {
    if (!at('"')) return std::nullopt;
    std::size_t i = 1;
    while (i < text_.size() && text_[i] != '"') i += text_[i] == '\\' ? 2 : 1;
    if (i >= text_.size()) return std::nullopt;
    const std::string_view result = text_.substr(1, i - 1);
    text_.remove_prefix(i + 1);
    return result;
  }

 private:
  std::string_view take(std::size_t length) {
    const std::string_view result = text_.substr(0, length);
    text_.remove_prefix(length);
    return result;
  }

  std::string_view text_;
};

std::optional<unsigned> month_of(std::string_view name) {
  constexpr std::string_view names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<unsigned>(found - std::begin(names)) + 1;
}

// Whether `text` has the shape of `pattern`: 0 stands for a digit, A for any character, + for a
// sign, anything else for itself.
bool has_shape(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (pattern[i]) {
      case '0':
        if (!is_digit(c)) return false;
        break;
      case '+':
        if (c != '+' && c != '-') return false;
        break;
      case 'A':
        break;
      default:
        if (c != pattern[i]) return false;
    }
  }
  return true;
}

struct Stamp {
  std::int64_t year = 0;
  std::optional<unsigned> month;
  std::int64_t day = 0, hour = 0, minute = 0, second = 0;
  std::int64_t zone_hours = 0, zone_minutes = 0;
  bool west = false;
};

std::optional<sim::Duration> since_1970(const Stamp& s) {
  using namespace std::chrono;
  if (!s.month) return std::nullopt;
  const year_month_day date{year(static_cast<int>(s.year)), month(*s.month),
                            day(static_cast<unsigned>(s.day))};
  // Second 60 is a leap second.
  if (!date.ok() || s.hour > 23 || s.minute > 59 || s.second > 60) return std::nullopt;
  if (s.zone_hours > 23 || s.zone_minutes > 59) return std::nullopt;
  const std::int64_t offset = s.zone_hours * 3600 + s.zone_minutes * 60;
  const std::int64_t seconds = sys_days(date).time_since_epoch().count() * std::int64_t{86400} +
                               s.hour * 3600 + s.minute * 60 + s.second -
                               (s.west ? -offset : offset);
  if (seconds < 0 || seconds > seconds_max) return std::nullopt;
  return sim::Duration{seconds * ns_in_a_second};
}

// "17/May/2015:10:05:03 +0000" or "2026-11-20T23:47:05+00:00" or "...Z".
std::optional<sim::Duration> parse_stamp(std::string_view text) {
  const auto number = [text](std::size_t at, std::size_t digits) {
    return parse_whole(text.substr(at, digits)).value_or(0);
  };
  Stamp s;
  if (has_shape(text, "00/AAA/0000:00:00:00 +0000")) {
    s = {number(7, 4),   month_of(text.substr(3, 3)),
         number(0, 2),   number(12, 2),
         number(15, 2),  number(18, 2),
         number(22, 2),  number(24, 2),
         text[21] == '-'};
    return since_1970(s);
  }
  const bool zulu = has_shape(text, "0000-00-00T00:00:00Z");
  if (!zulu && !has_shape(text, "0000-00-00T00:00:00+00:00")) return std::nullopt;
  s.year = number(0, 4);
  s.month = static_cast<unsigned>(number(5, 2));
  s.day = number(8, 2);
  s.hour = number(11, 2);
  s.minute = number(14, 2);
  s.second = number(17, 2);
  if (!zulu) {
    s.zone_hours = number(20, 2);
    s.zone_minutes = number(23, 2);
    s.west = text[19] == '-';
  }
  return since_1970(s);
}

bool is_method(std::string_view text) {
  constexpr std::size_t longest = 32;
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
         });
}

// "METHOD path HTTP/x": three parts, no more and no fewer.
bool split_request(std::string_view request, AccessLogLine& out) {
  Rest rest(request);
  const auto method = rest.until(" ");
  const auto path = rest.until(" ");
  const std::string_view protocol = rest.token();
  if (!method || !path || !rest.empty()) return false;
  if (!is_method(*method) || path->empty() || protocol.substr(0, 5) != "HTTP/") return false;
  out.method = *method;
  out.path = *path;
  return true;
}

// The request time is `rt=0.014`, `rt="0.014"`, `request_time=0.014`, or a bare number with a
// decimal point.
void take_field(std::string_view key, std::string_view value, AccessLogLine& out) {
  const bool named = key == "rt" || key == "request_time";
  if (key == "urt" || key == "upstream_response_time") {
    out.upstream_time = parse_seconds(value, request_seconds_max);
  }
  if (key == "ua" || key == "upstream_addr") out.server = value;
  if (const auto whole = key.empty() ? parse_whole(value) : std::nullopt) {
    constexpr std::int64_t ns_in_a_microsecond = 1000;
    const bool sane = *whole <= request_seconds_max * (ns_in_a_second / ns_in_a_microsecond);
    if (sane) out.microseconds = sim::Duration{*whole * ns_in_a_microsecond};
  }
  const bool bare = key.empty() && value.find('.') != std::string_view::npos;
  if (!out.request_time && (named || bare)) {
    out.request_time = parse_seconds(value, request_seconds_max);
  }
}

const char* parse_trailing(Rest rest, AccessLogLine& out) {
  for (rest.skip_spaces(); !rest.empty(); rest.skip_spaces()) {
    ++out.trailing_fields;
    if (rest.at('"')) {
      if (!rest.quoted()) return "a quotation mark is not closed";
      continue;
    }
    std::string_view token = rest.token();
    const std::size_t equals = token.find('=');
    if (equals == std::string_view::npos) {
      take_field({}, token, out);
      continue;
    }
    const std::string_view key = token.substr(0, equals);
    std::string_view value = token.substr(equals + 1);
    if (!value.empty() && value.front() == '"') {
      if (value.size() < 2 || value.back() != '"') return "a quotation mark is not closed";
      value = value.substr(1, value.size() - 2);
    }
    take_field(key, value, out);
  }
  return nullptr;
}

// `host ident user [stamp]`. The user's name may hold spaces; an IPv6 host may stand in brackets.
const char* parse_head(Rest& rest, AccessLogLine& out) {
  out.client = rest.token();
  if (out.client.empty()) return "no client address";
  const auto identity = rest.until(" [");
  if (!identity || identity->find(' ', 1) == std::string_view::npos) {
    return "expected: host ident user [time]";
  }
  const auto text = rest.until("]");
  const auto stamp = text ? parse_stamp(*text) : std::nullopt;
  if (!stamp) return "the time is neither 17/May/2015:10:05:03 +0000 nor ISO 8601";
  out.stamp = *stamp;
  return nullptr;
}

}  // namespace

const char* parse_access_log_line(std::string_view line, AccessLogLine& out) {
  out = {};
  Rest rest(line);
  if (const char* wrong = parse_head(rest, out)) return wrong;

  rest.skip_spaces();
  if (!rest.at('"')) {
    const auto precise = parse_seconds(rest.token(), seconds_max);
    if (!precise) return "expected the request in quotation marks after the time";
    out.stamp = *precise;
    out.whole_second = false;
    rest.skip_spaces();
  }

  const auto request = rest.quoted();
  if (!request) return "the request is not in quotation marks";
  if (!split_request(*request, out)) return "the request is not METHOD path HTTP/version";

  rest.skip_spaces();
  const std::string_view status_text = rest.token();
  const auto status = parse_whole(status_text);
  if (!status || status_text.size() != 3 || *status < 100) return "the status is not 100 to 999";
  out.status = static_cast<std::uint16_t>(*status);

  rest.skip_spaces();
  const std::string_view bytes = rest.token();
  if (bytes != "-") {
    out.bytes = parse_whole(bytes);
    if (!out.bytes) return "the bytes are neither a whole number nor -";
  }
  return parse_trailing(rest, out);
}

}  // namespace faultline::scenarios
