// Access logs: the requests that a real server answered, to be replayed.
//
// Formats      Apache / nginx common      host ident user [time] "request" status bytes
//              combined                   ... "referer" "user-agent"
//              with nginx request times   ... anything, and among it rt=0.014, request_time=0.014
//                                         or a bare 0.014 (seconds; the first one counts)
//              with nginx's $msec         host ident user [time] 1795218425.439 "request" ...
//              JSON lines                 {"time": .., "request": .., ..} (access_log_json.h)
//              told apart line by line; [time] is 17/May/2015:10:05:03 +0000 or ISO 8601
// Arrival      the stamp; where a request time is present, the stamp less the request time, because
//              nginx stamps a line when the request has ended and Apache when it has begun
// Servers      ua= or upstream_addr= name who answered behind a proxy, urt= how long that took
// Resolution   [time] has whole seconds: several requests of one second arrive at one instant, as
//              they are written, unless `spread_within_second` asks for them to be spaced evenly.
//              Neither is what happened; gaps below a second cannot be had from such a log.
// Order        sorted stably by arrival; `moved` says how many lines stood behind a later one
// Malformed    counted, the first few reported with number and reason, and skipped. So are lines
//              cut off in a quoted field, lines beyond the limit of length, requests that are not
//              METHOD path HTTP/version, and a last line without its end that has fewer fields than
//              the line before it. Empty lines count for nothing.
// Errors       a file that is missing, not a regular file, unreadable or too large; one in which no
//              line parses
// Not done     decompression; undoing escapes (a path is its text in the log, query included)
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/time.h"

namespace faultline::scenarios {

struct AccessLogOptions {
  // The k lines of one second, in the file's order, get its stamp plus 0/k, 1/k, .. of a second.
  bool spread_within_second = false;
  // A whole number by itself behind the bytes is the request time in microseconds (Apache's %D),
  // where the line states no other. The stamp is then the arrival.
  bool apache_microseconds = false;
  std::size_t line_bytes_max = 64 * 1024;
  std::size_t malformed_reported_max = 5;
  std::uint64_t file_bytes_max = std::uint64_t{1} << 30;
};

struct AccessLogEntry {
  sim::Duration arrival;     // from the first entry's
  std::uint64_t key = 0;     // salt_of the path's text
  std::uint32_t path = 0;    // index into AccessLog::paths
  std::uint32_t user = 0;    // index into AccessLog::users
  std::uint16_t method = 0;  // index into AccessLog::methods
  std::uint16_t status = 0;
  std::optional<std::int64_t> bytes;  // none where the log says `-`
  std::optional<sim::Duration> request_time;
  std::optional<sim::Duration> upstream_time;
  std::optional<std::uint32_t> server;  // index into AccessLog::servers
};

struct MalformedLine {
  std::uint64_t number;  // from 1
  std::string reason;
};

struct AccessLog {
  std::vector<AccessLogEntry> entries;  // by arrival; never empty
  std::vector<std::string> paths;       // distinct, by first appearance in the file; likewise below
  std::vector<std::string> users;       // client addresses
  std::vector<std::string> methods;
  std::vector<std::string> servers;  // that answered behind a proxy
  sim::Duration begin;               // the first arrival, since 1970 UTC
  std::uint64_t lines = 0;           // empty ones included
  std::uint64_t moved = 0;
  std::uint64_t whole_seconds = 0;  // entries whose stamp has no finer resolution
  std::uint64_t microseconds = 0;   // entries whose request time was a whole number of them
  std::uint64_t malformed = 0;
  std::vector<MalformedLine> first_malformed;
};

struct AccessLogError {
  std::string text;  // begins with the file's name
};

using AccessLogResult = std::variant<AccessLog, AccessLogError>;

AccessLogResult read_access_log(const std::string& file, const AccessLogOptions& options = {});

// The same from an open stream; `name` is what errors call it.
AccessLogResult read_access_log(std::istream& input, const std::string& name,
                                const AccessLogOptions& options = {});

}  // namespace faultline::scenarios
