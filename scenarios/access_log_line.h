// The grammar of one access-log line; see access_log.h for the formats.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/time.h"

namespace faultline::scenarios {

// Views into the line it was read from.
struct AccessLogLine {
  std::string_view client;
  sim::Duration stamp;       // since 1970, UTC
  bool whole_second = true;  // the stamp's resolution: 1 s, or finer
  std::string_view method;
  std::string_view path;  // with its query, escaped as in the log
  std::uint16_t status = 0;
  std::optional<std::int64_t> bytes;
  std::optional<sim::Duration> request_time;
  std::optional<sim::Duration> upstream_time;
  std::optional<sim::Duration> microseconds;  // a whole number by itself, as Apache's %D writes it
  std::string_view server;                    // that answered behind a proxy; empty: not said
  int trailing_fields = 0;                    // how many followed the bytes
};

// Reads `line` (without its end of line) into `out`; nullptr when it could, else what is wrong with
// it, in a few words.
const char* parse_access_log_line(std::string_view line, AccessLogLine& out);

}  // namespace faultline::scenarios
