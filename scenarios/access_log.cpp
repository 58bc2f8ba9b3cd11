#include "scenarios/access_log.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <map>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "scenarios/access_log_json.h"
#include "scenarios/access_log_line.h"
#include "sim/draw.h"

namespace faultline::scenarios {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;

// Lines of any length in bounded memory: what exceeds the limit is read over and not kept.
class LineReader {
 public:
  LineReader(std::istream& input, std::size_t bytes_max) : input_(input), bytes_max_(bytes_max) {}

  bool next() {
    line_.clear();
    too_long_ = false;
    ended_ = false;
    bool any = false;
    for (char c = 0; input_.get(c);) {
      any = true;
      if (c == '\n') {
        ended_ = true;
        break;
      }
      if (line_.size() < bytes_max_) {
        line_.push_back(c);
      } else {
        too_long_ = true;
      }
    }
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    return any;
  }

  std::string_view line() const { return line_; }
  bool too_long() const { return too_long_; }
  bool ended() const { return ended_; }  // by an end of line, not by the end of the file

 private:
  std::istream& input_;
  std::size_t bytes_max_;
  std::string line_;
  bool too_long_ = false;
  bool ended_ = false;
};

// Distinct texts, numbered by first appearance. The map is only looked into, never iterated.
class TextTable {
 public:
  std::uint32_t index_of(std::string_view text) {
    const auto [place, added] =
        places_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
    if (added) texts_.emplace_back(text);
    return place->second;
  }
  std::size_t size() const { return texts_.size(); }
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  std::unordered_map<std::string, std::uint32_t> places_;
  std::vector<std::string> texts_;
};

class Reading {
 public:
  explicit Reading(const AccessLogOptions& options) : options_(options) {}

  void read(std::istream& input) {
    LineReader reader(input, options_.line_bytes_max);
    while (reader.next()) {
      ++log_.lines;
      if (reader.too_long()) {
        malformed("longer than " + std::to_string(options_.line_bytes_max) + " bytes");
      } else if (!reader.line().empty()) {
        take_line(reader.line(), reader.ended());
      }
    }
  }

  AccessLogResult finish(const std::string& name) {
    if (log_.entries.empty()) return AccessLogError{name + ": " + why_nothing()};
    if (options_.spread_within_second) spread();
    for (AccessLogEntry& entry : log_.entries) {
      entry.arrival -= entry.request_time.value_or(sim::Duration{});
    }
    sort();
    log_.paths = paths_.take();
    log_.users = users_.take();
    log_.methods = methods_.take();
    log_.servers = servers_.take();
    return std::move(log_);
  }

 private:
  void take_line(std::string_view text, bool ended) {
    constexpr std::size_t methods_max = 1 + UINT16_MAX;
    AccessLogLine line;
    std::string rewritten;
    if (text.front() == '{') {
      if (const char* wrong = rewrite_access_log_json(text, rewritten)) return malformed(wrong);
      text = rewritten;
    }
    if (const char* wrong = parse_access_log_line(text, line)) return malformed(wrong);
    if (!ended && line.trailing_fields < trailing_fields_before_) {
      return malformed("the file ends inside the line");
    }
    const std::uint32_t method = methods_.index_of(line.method);
    if (method >= methods_max) return malformed("too many different methods");
    trailing_fields_before_ = line.trailing_fields;

    AccessLogEntry entry;
    entry.arrival = line.stamp;
    entry.key = sim::salt_of(line.path);
    entry.path = paths_.index_of(line.path);
    entry.user = users_.index_of(line.client);
    entry.method = static_cast<std::uint16_t>(method);
    entry.status = line.status;
    entry.bytes = line.bytes;
    entry.request_time = line.request_time;
    entry.upstream_time = line.upstream_time;
    if (!line.server.empty() && line.server != "-") entry.server = servers_.index_of(line.server);
    if (options_.apache_microseconds && !line.request_time && line.microseconds) {
      entry.request_time = line.microseconds;
      entry.arrival += *line.microseconds;  // taken off again with all request times
      ++log_.microseconds;
    }
    log_.whole_seconds += line.whole_second ? 1 : 0;
    log_.entries.push_back(entry);
    whole_second_.push_back(line.whole_second);
  }

  void malformed(std::string reason) {
    ++log_.malformed;
    if (log_.first_malformed.size() < options_.malformed_reported_max) {
      log_.first_malformed.push_back({log_.lines, std::move(reason)});
    }
  }

  std::string why_nothing() const {
    if (log_.malformed == 0) return "no line in it";
    std::string text = "none of its " + std::to_string(log_.malformed) +
                       " lines is in common or combined log format";
    if (log_.first_malformed.empty()) return text;
    const MalformedLine& first = log_.first_malformed.front();
    return text + "; line " + std::to_string(first.number) + ": " + first.reason;
  }

  // Before request times are taken off: it is the stamps that have whole seconds.
  void spread() {
    struct Second {
      std::int64_t lines = 0;
      std::int64_t placed = 0;
    };
    std::map<sim::Duration, Second> seconds;
    for (std::size_t i = 0; i < log_.entries.size(); ++i) {
      if (whole_second_[i]) ++seconds[log_.entries[i].arrival].lines;
    }
    for (std::size_t i = 0; i < log_.entries.size(); ++i) {
      if (!whole_second_[i]) continue;
      Second& second = seconds[log_.entries[i].arrival];
      log_.entries[i].arrival.ns += second.placed * ns_per_second / second.lines;
      ++second.placed;
    }
  }

  void sort() {
    std::vector<AccessLogEntry>& entries = log_.entries;
    sim::Duration latest = entries.front().arrival;
    for (const AccessLogEntry& entry : entries) {
      if (entry.arrival < latest) ++log_.moved;
      latest = std::max(latest, entry.arrival);
    }
    std::vector<std::pair<sim::Duration, std::size_t>> order;  // the second keeps ties in order
    for (const AccessLogEntry& entry : entries) order.emplace_back(entry.arrival, order.size());
    std::sort(order.begin(), order.end());
    std::vector<AccessLogEntry> sorted;
    sorted.reserve(entries.size());
    for (const auto& [arrival, place] : order) sorted.push_back(entries[place]);
    entries = std::move(sorted);
    log_.begin = entries.front().arrival;
    for (AccessLogEntry& entry : entries) entry.arrival -= log_.begin;
  }

  const AccessLogOptions& options_;
  AccessLog log_;
  TextTable paths_;
  TextTable users_;
  TextTable methods_;
  TextTable servers_;
  std::vector<bool> whole_second_;  // one per entry, in the file's order
  int trailing_fields_before_ = 0;
};

}  // namespace

AccessLogResult read_access_log(std::istream& input, const std::string& name,
                                const AccessLogOptions& options) {
  Reading reading(options);
  reading.read(input);
  if (input.bad()) return AccessLogError{name + ": cannot be read to its end"};
  return reading.finish(name);
}

AccessLogResult read_access_log(const std::string& file, const AccessLogOptions& options) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) return AccessLogError{file + ": no such file"};
  if (error) return AccessLogError{file + ": " + error.message()};
  if (fs::is_directory(status)) return AccessLogError{file + ": is a directory"};
  // A pipe or a device might never end.
  if (!fs::is_regular_file(status)) return AccessLogError{file + ": is not a regular file"};

  const std::uintmax_t size = fs::file_size(file, error);
  if (error) return AccessLogError{file + ": " + error.message()};
  if (size > options.file_bytes_max) {
    return AccessLogError{file + ": has " + std::to_string(size) + " bytes, more than the " +
                          std::to_string(options.file_bytes_max) + " allowed"};
  }
  std::ifstream input(file, std::ios::binary);
  if (!input) return AccessLogError{file + ": cannot be opened"};
  return read_access_log(input, file, options);
}

}  // namespace faultline::scenarios
