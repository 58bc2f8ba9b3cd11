#include "scenarios/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "sim/draw.h"

namespace faultline::scenarios::access_log_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string data_folder = std::string(FAULTLINE_SOURCE_DIR) + "/tests/scenarios/data/";

AccessLogResult read_text(const std::string& text, const AccessLogOptions& options = {}) {
  std::istringstream input(text);
  return read_access_log(input, "text", options);
}

AccessLog must_parse(AccessLogResult result) {
  if (const auto* error = std::get_if<AccessLogError>(&result)) {
    ADD_FAILURE() << error->text;
    return {};
  }
  return std::get<AccessLog>(std::move(result));
}

std::string error_of(const AccessLogResult& result) {
  const auto* error = std::get_if<AccessLogError>(&result);
  return error ? error->text : "";
}

std::vector<std::int64_t> arrivals_in_ms(const AccessLog& log) {
  std::vector<std::int64_t> result;
  for (const AccessLogEntry& entry : log.entries) result.push_back(entry.arrival.ns / 1'000'000);
  return result;
}

// A line at second `second` of a minute, for `path`.
std::string line_at(const std::string& second, const std::string& path) {
  return "10.0.0.1 - - [03/Mar/2031:08:00:" + second + " +0000] \"GET " + path +
         " HTTP/1.1\" 200 1\n";
}

// The excerpt mixes every format, time zones, CRLF and bad lines; each good line arrives where it
// was worked out by hand, request times taken off, ties in the file's order.
TEST(AccessLog, ReadsTheExcerptByHand) {
  const AccessLog log = must_parse(read_access_log(data_folder + "access_excerpt.log"));
  ASSERT_EQ(log.entries.size(), 7u);
  EXPECT_EQ(log.begin, 1930291200_s);
  EXPECT_THAT(arrivals_in_ms(log), ElementsAre(0, 2000, 2000, 2000, 3750, 5100, 6500));

  std::vector<std::string> requests;
  for (const AccessLogEntry& entry : log.entries) {
    EXPECT_EQ(entry.key, sim::salt_of(log.paths[entry.path]));
    requests.push_back(log.users[entry.user] + ' ' + log.methods[entry.method] + ' ' +
                       log.paths[entry.path] + ' ' + std::to_string(entry.status));
  }
  EXPECT_THAT(requests,
              ElementsAre("10.1.1.2 GET /early 200", "10.1.1.1 GET /tea?leaf=green 200",
                          "2001:db8::7 POST /cups 201", "10.1.1.1 GET /tea?leaf=green 304",
                          R"([2001:db8::8] GET /say\"x\" 200)", "10.1.1.4 GET /tea 200",
                          "10.1.1.6 HEAD /tea 200"));
  EXPECT_EQ(log.entries[1].bytes, 512);
  EXPECT_EQ(log.entries[2].bytes, std::nullopt);
  EXPECT_EQ(log.entries[2].request_time, std::nullopt);
  EXPECT_EQ(log.entries[4].request_time, 250_ms);
  EXPECT_EQ(log.entries[5].request_time, 25_ms);
  EXPECT_EQ(log.entries[6].request_time, 500_ms);
}

// The excerpt's bad lines are counted and the first five named, and the one late line as moved.
TEST(AccessLog, ReportsWhatItSkippedAndMoved) {
  const AccessLog log = must_parse(read_access_log(data_folder + "access_excerpt.log"));
  EXPECT_EQ(log.lines, 16u);
  EXPECT_EQ(log.malformed, 8u);
  EXPECT_EQ(log.moved, 1u);
  std::vector<std::uint64_t> numbers;
  for (const MalformedLine& line : log.first_malformed) numbers.push_back(line.number);
  EXPECT_THAT(numbers, ElementsAre(6, 7, 8, 11, 12));
  EXPECT_THAT(log.first_malformed[0].reason, HasSubstr("METHOD path"));
  EXPECT_THAT(log.first_malformed[2].reason, HasSubstr("time"));
  EXPECT_THAT(log.first_malformed[4].reason, HasSubstr("status"));
}

// Out of order by several seconds: sorted, ties kept in the file's order, the late ones counted.
TEST(AccessLog, SortsStably) {
  const AccessLog log = must_parse(read_text(line_at("05", "/c") + line_at("01", "/a") +
                                             line_at("05", "/d") + line_at("02", "/b")));
  std::string order;
  for (const AccessLogEntry& entry : log.entries) order += log.paths[entry.path];
  EXPECT_EQ(order, "/a/b/c/d");
  EXPECT_EQ(log.moved, 2u);
  EXPECT_THAT(arrivals_in_ms(log), ElementsAre(0, 1000, 4000, 4000));
}

// Four requests of one second share its instant, or stand a quarter of a second apart if asked to.
TEST(AccessLog, SpreadsWithinTheSecondOnlyWhenAsked) {
  const std::string text = line_at("01", "/a") + line_at("02", "/b") + line_at("01", "/c") +
                           line_at("01", "/d") + line_at("01", "/e");
  EXPECT_THAT(arrivals_in_ms(must_parse(read_text(text))), ElementsAre(0, 0, 0, 0, 1000));
  AccessLogOptions options;
  options.spread_within_second = true;
  const AccessLog spread = must_parse(read_text(text, options));
  EXPECT_THAT(arrivals_in_ms(spread), ElementsAre(0, 250, 500, 750, 1000));
  EXPECT_EQ(spread.paths[spread.entries[1].path], "/c");
}

// A stamp with milliseconds of its own is not spread: its instants are real.
TEST(AccessLog, DoesNotSpreadPreciseStamps) {
  const std::string line = "h - - [2031-03-03T08:00:05Z] 1930291205.125 \"GET / HTTP/1.1\" 200 1\n";
  AccessLogOptions options;
  options.spread_within_second = true;
  EXPECT_THAT(arrivals_in_ms(must_parse(read_text(line + line, options))), ElementsAre(0, 0));
}

// A line beyond the limit is skipped and counted, and the line after it is read as usual.
TEST(AccessLog, SkipsHugeLines) {
  const AccessLog log =
      must_parse(read_text(line_at("01", "/a") + std::string(1'000'000, 'x') + "\n" +
                           line_at("01", "/" + std::string(70'000, 'y')) + line_at("02", "/b")));
  EXPECT_EQ(log.entries.size(), 2u);
  EXPECT_EQ(log.malformed, 2u);
  EXPECT_EQ(log.lines, 4u);
  EXPECT_THAT(log.first_malformed.at(0).reason, HasSubstr("longer than 65536 bytes"));
}

// Whatever is wrong with a line, it is this line alone that is lost.
TEST(AccessLog, TellsMalformedLines) {
  const std::vector<std::string> bad = {
      "h - - [03/Mar/2031:08:00:01 +0000] \"-\" 408 0",
      "h - - [03/Mar/2031:08:00:01 +0000] \"GET /\" 200 0",
      "h - - [03/Mar/2031:08:00:01 +0000] \"GET  / HTTP/1.1\" 200 0",
      "h - - [03/Mar/2031:08:00:01 +0000] \"G=T / HTTP/1.1\" 200 0",
      "h - - [03/Mar/2031:08:00:01 +0000] \"GET / FTP/1.1\" 200 0",
      "h - - [03/Mar/2031:08:00:01 +0000] \"GET / HTTP/1.1\\\" 200 0",
      "h - - [03/Mar/2031:08:00:01 +0000] \"GET / HTTP/1.1\"",
      "h - - [03/Mar/2031:08:00:01 +0000] \"GET / HTTP/1.1\" 200",
      "h - - [03/Mar/2031:08:00:01 +0000] \"GET / HTTP/1.1\" 200 -5",
      "h - - [03/Mar/2031:08:00:01 +0000] \"GET / HTTP/1.1\" 200 99999999999999999999",
      "h - - [03/Mar/2031:24:00:01 +0000] \"GET / HTTP/1.1\" 200 0",
      "h - - [03/Mrz/2031:08:00:01 +0000] \"GET / HTTP/1.1\" 200 0",
      "h - - [03/Mar/2031:08:00:01] \"GET / HTTP/1.1\" 200 0",
      "h - - [03/Mar/1931:08:00:01 +0000] \"GET / HTTP/1.1\" 200 0",
      "h - - [03/Mar/2031:08:00:01 +0000",
      "h - - [03/Mar/2031:08:00:01 +0000] 12x \"GET / HTTP/1.1\" 200 0",
      "h - [03/Mar/2031:08:00:01 +0000] \"GET / HTTP/1.1\" 200 0",
      " - - [03/Mar/2031:08:00:01 +0000] \"GET / HTTP/1.1\" 200 0",
      "h",
      std::string("h\0- -", 5),
  };
  for (const std::string& line : bad) {
    const AccessLog log = must_parse(read_text(line + "\n" + line_at("01", "/a")));
    EXPECT_EQ(log.malformed, 1u) << line;
    EXPECT_EQ(log.entries.size(), 1u) << line;
  }
}

// Wherever a file is cut, what remains is read: every line but the last is kept, nothing breaks.
TEST(AccessLog, SurvivesACutAnywhere) {
  const std::string first =
      "::1 - - [03/Mar/2031:08:00:01 +0000] \"GET /a HTTP/1.1\" 200 12 \"-\" \"k \\\"q\\\"\"\n";
  const std::string both = first + first;
  for (std::size_t length = first.size(); length < both.size(); ++length) {
    const AccessLog log = must_parse(read_text(both.substr(0, length)));
    const bool whole = length == both.size() - 1;  // only the end of line is missing
    ASSERT_EQ(log.entries.size(), whole ? 2u : 1u) << length;
    ASSERT_EQ(log.malformed, whole || length == first.size() ? 0u : 1u) << length;
  }
}

// A file that cannot serve is an error that names it: missing, a directory, a device, too large.
TEST(AccessLog, RefusesWhatIsNoFile) {
  EXPECT_THAT(error_of(read_access_log("/no/such/file.log")), HasSubstr("no such file"));
  EXPECT_THAT(error_of(read_access_log(data_folder)), HasSubstr("is a directory"));
  EXPECT_THAT(error_of(read_access_log("/dev/zero")), HasSubstr("not a regular file"));
  AccessLogOptions options;
  options.file_bytes_max = 10;
  EXPECT_THAT(error_of(read_access_log(data_folder + "access_excerpt.log", options)),
              testing::AllOf(HasSubstr("access_excerpt.log"), HasSubstr("more than the 10")));
}

// A file in which no line parses is an error that shows the first line's fault.
TEST(AccessLog, RefusesAFileWithoutALine) {
  EXPECT_EQ(error_of(read_text("")), "text: no line in it");
  EXPECT_EQ(error_of(read_text("\n\r\n")), "text: no line in it");
  EXPECT_THAT(error_of(read_text("\n{\"json\": true}\nx\n")),
              testing::AllOf(HasSubstr("none of its 2 lines"), HasSubstr("line 2: ")));
}

// Where the real logs lie: FAULTLINE_SHARED_DATA, or a folder beside the sources; or not at all.
std::optional<std::string> real_log(const std::string& name) {
  const char* told = std::getenv("FAULTLINE_SHARED_DATA");
  const std::string folder = told ? told : std::string(FAULTLINE_SOURCE_DIR) + "/../shared/data";
  const std::string file = folder + "/" + name;
  if (!std::filesystem::exists(file)) return std::nullopt;
  return file;
}

std::size_t count_path(const AccessLog& log, const std::string& path) {
  return static_cast<std::size_t>(
      std::count_if(log.entries.begin(), log.entries.end(),
                    [&](const AccessLogEntry& entry) { return log.paths[entry.path] == path; }));
}

// The whole Apache sample: 10,000 lines, one of them cut inside its user agent; counts of distinct
// paths, clients and sizeless answers as found by an independent program.
TEST(AccessLogReal, ReadsTheApacheSample) {
  const auto file = real_log("apache_access.log");
  if (!file) GTEST_SKIP() << "the sample is not here";
  const AccessLog log = must_parse(read_access_log(*file));
  EXPECT_EQ(log.lines, 10'000u);
  EXPECT_EQ(log.entries.size(), 9'999u);
  ASSERT_EQ(log.malformed, 1u);
  EXPECT_EQ(log.first_malformed[0].number, 8'899u);
  EXPECT_EQ(log.paths.size(), 1'498u);
  EXPECT_EQ(log.users.size(), 1'753u);
  EXPECT_EQ(log.moved, 9'447u);
  EXPECT_EQ(log.entries.back().arrival, 298'859_s);
  EXPECT_EQ(std::count_if(log.entries.begin(), log.entries.end(),
                          [](const AccessLogEntry& entry) { return !entry.bytes; }),
            669);
}

// The whole nginx log: every line parses, and arrivals are ends less request times; the figures are
// those of an independent program.
TEST(AccessLogReal, ReadsTheNginxLog) {
  const auto file = real_log("nginx_calibration.log");
  if (!file) GTEST_SKIP() << "the log is not here";
  const AccessLog log = must_parse(read_access_log(*file));
  EXPECT_EQ(log.entries.size(), 10'996u);
  EXPECT_EQ(log.malformed, 0u);
  EXPECT_THAT(log.paths, testing::UnorderedElementsAre("/api", "/static"));
  EXPECT_EQ(count_path(log, "/api"), 9662u);
  EXPECT_EQ(log.moved, 3733u);
  EXPECT_EQ(log.entries.back().arrival, 259951_ms);
  sim::Duration total{};
  for (const AccessLogEntry& entry : log.entries) total += entry.request_time.value();
  EXPECT_EQ(total, 396531_ms);
}

}  // namespace
}  // namespace faultline::scenarios::access_log_test
