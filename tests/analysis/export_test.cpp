// Shows what other programs are given of a run: figures as OpenMetrics, requests as OTLP.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/export/open_metrics.h"
#include "analysis/export/otlp_spans.h"
#include "analysis/run.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::export_test {
namespace {

std::filesystem::path scratch_file(const char* name) {
  return std::filesystem::path(testing::TempDir()) / name;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// What it does not hold is told without the rest of the file.
testing::AssertionResult holds(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no " << part;
}

std::string metrics_of_shop() {
  const auto shop = run(pausing_shop(1), {});
  const auto file = scratch_file("export_shop.prom");
  OpenMetrics metrics(file);
  metrics.finish(*shop.world, *shop.recorder);
  return content_of(file);
}

// Simulated time 0 is the year 2000. Five requests come each second, the first at 0.2 s, and what
// comes at 10 s belongs to the window that begins then: 49 before it.
TEST(OpenMetrics, TellsTheFiguresOfEveryWindow) {
  const std::string text = metrics_of_shop();
  EXPECT_TRUE(holds(text, "# TYPE faultline_workload_offered counter\n"));
  EXPECT_TRUE(
      holds(text, "faultline_workload_offered_total{workload=\"users\"} 49 946684810.000\n"));
  EXPECT_TRUE(holds(text, "faultline_service_utilisation_ratio{component=\"web\"} 0.5 "));
  EXPECT_TRUE(holds(text, "# UNIT faultline_users_latency_seconds seconds\n"));
  EXPECT_TRUE(holds(text, "faultline_users_latency_mean_seconds 0.1 946684805.000\n"));
  EXPECT_TRUE(holds(text, "faultline_users_latency_seconds{quantile=\"0.99\"} 0.1 946684805"));
}

// The grammar: a family's lines stand together and bear its name, a counter's samples end in
// _total and never fall, a series' samples stand together in rising time, and EOF is the last line.
TEST(OpenMetrics, KeepsToTheStandard) {
  const std::string text = metrics_of_shop();
  ASSERT_TRUE(text.ends_with("\n# EOF\n"));
  std::istringstream lines(text);
  std::set<std::string> families;
  std::set<std::string> series;
  std::string family;
  std::string type;
  std::string last;
  double last_time = 0;
  double last_value = 0;
  for (std::string line; std::getline(lines, line) && line != "# EOF";) {
    std::istringstream words(line);
    if (line.starts_with("# ")) {
      std::string mark;
      std::string what;
      std::string name;
      std::string rest;
      words >> mark >> what >> name >> rest;
      if (what == "TYPE") {
        EXPECT_TRUE(families.insert(name).second) << line;
        family = name;
        type = rest;
      }
      EXPECT_EQ(name, family) << line;
      if (what == "UNIT") {
        EXPECT_TRUE(name.ends_with("_" + rest)) << line;
      }
      continue;
    }
    const std::size_t blank = line.rfind(' ', line.rfind(' ') - 1);
    const std::string key = line.substr(0, blank);
    EXPECT_EQ(key.substr(0, key.find('{')), type == "counter" ? family + "_total" : family) << line;
    std::istringstream numbers(line.substr(blank));
    double value = 0;
    double time = 0;
    ASSERT_TRUE(numbers >> value >> time) << line;
    if (key != last) {
      EXPECT_TRUE(series.insert(key).second) << line;
    } else {
      EXPECT_GT(time, last_time) << line;
      if (type == "counter") {
        EXPECT_GE(value, last_value) << line;
      }
    }
    last = key;
    last_time = time;
    last_value = value;
  }
  EXPECT_GT(series.size(), 50U);
}

struct SpanSeen {
  std::string service;
  nlohmann::json json;
};

// By its id.
std::map<std::string, SpanSeen> spans_of(const scenarios::Scenario& scenario,
                                         std::uint64_t one_in) {
  const auto file = scratch_file("export_spans.json");
  OtlpSpans spans(file, one_in);
  RunOptions options;
  options.observers.push_back(&spans);
  options.on_world = [&](const models::World& world) { spans.attach(world); };
  run(scenario, options);
  spans.finish();
  std::map<std::string, SpanSeen> seen;
  const auto request = nlohmann::json::parse(content_of(file));
  for (const auto& resource : request["resourceSpans"]) {
    const auto service = resource["resource"]["attributes"][0]["value"]["stringValue"];
    for (const auto& span : resource["scopeSpans"][0]["spans"]) {
      EXPECT_TRUE(seen.emplace(span["spanId"], SpanSeen{service, span}).second) << span;
    }
  }
  return seen;
}

// Every span but the request's own has a parent in its trace, and begins within it. Of a request
// that is tried twice there are two tries, the first an error that took the caller's patience.
TEST(OtlpSpans, ATraceIsATreeOfTheTriesOfARequest) {
  const auto seen = spans_of(pausing_shop(1), 1);
  std::map<std::string, int> roots;
  int given_up = 0;
  const std::regex ids("[0-9a-f]{16}");
  const auto nanoseconds = [](const nlohmann::json& text) {
    return std::stoll(text.get<std::string>());
  };
  for (const auto& [id, span] : seen) {
    const nlohmann::json& json = span.json;
    EXPECT_TRUE(std::regex_match(id, ids));
    EXPECT_EQ(json["traceId"].get<std::string>().size(), 32U);
    const auto begin = nanoseconds(json["startTimeUnixNano"]);
    const auto end = nanoseconds(json["endTimeUnixNano"]);
    EXPECT_LE(begin, end);
    if (!json.contains("parentSpanId")) {
      ++roots[json["traceId"]];
      EXPECT_EQ(span.service, "users");
      continue;
    }
    const auto parent = seen.find(json["parentSpanId"]);
    ASSERT_NE(parent, seen.end()) << json;
    EXPECT_EQ(parent->second.json["traceId"], json["traceId"]);
    EXPECT_GE(begin, nanoseconds(parent->second.json["startTimeUnixNano"]));
    if (json["kind"] == 3 && json["status"].contains("code")) {
      ++given_up;
      EXPECT_EQ(json["status"]["message"], "timeout");
      EXPECT_EQ(end - begin, 1'000'000'000);
    }
    if (json["kind"] == 2) {
      EXPECT_EQ(span.service, "web");
    }
  }
  EXPECT_GE(roots.size(), 299U);
  for (const auto& [trace, count] : roots) EXPECT_EQ(count, 1) << trace;
  EXPECT_GT(given_up, 0);
}

TEST(OtlpSpans, OneInManyIsSampled) {
  const auto all = spans_of(pausing_shop(1), 1).size();
  const auto some = spans_of(pausing_shop(1), 5).size();
  EXPECT_GT(some, all / 10);
  EXPECT_LT(some, all / 3);
}

TEST(Exports, SayWhatCannotBeWritten) {
  const auto nowhere = scratch_file("no/such/folder/file");
  EXPECT_THROW(OpenMetrics{nowhere}, WriteError);
  EXPECT_THROW((OtlpSpans{nowhere, 1}), WriteError);
}

}  // namespace
}  // namespace faultline::analysis::export_test
