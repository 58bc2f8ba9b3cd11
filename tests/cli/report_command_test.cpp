// Shows what --report writes for one run, many, a comparison and a sweep: figures of the text
// report, nothing that a scenario says as markup, and the same bytes every time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.h"
#include "tests/analysis/open_tags.h"
#include "tests/cli/said.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::cli::report_command_test {
namespace {

using analysis::open_tags;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

nlohmann::json data_of(const std::string& page) {
  const std::string begin = "id=\"data\">";
  const std::size_t at = page.find(begin) + begin.size();
  return nlohmann::json::parse(page.substr(at, page.find("</script>", at) - at));
}

RunArguments storm() {
  RunArguments arguments;
  arguments.what.scenario = "retry-storm";
  arguments.what.duration = "40s";
  arguments.command = "faultline run retry-storm --duration 40s";
  return arguments;
}

class Reports : public testing::Test {
 protected:
  std::filesystem::path page() const { return folder_.path() / "page.html"; }

  // The page that a command writes, which must do well.
  template <class Arguments>
  std::string page_of(int (*command)(const Arguments&), Arguments arguments) {
    arguments.report = page().string();
    const Said said = say(command, arguments);
    EXPECT_EQ(said.status, exit_done) << said.err;
    const std::string text = text_of(page());
    EXPECT_THAT(open_tags(text), IsEmpty());
    return text;
  }

  scenarios::ScratchFolder folder_;
};

// The chart of requests holds the figures of the series in the JSON result.
TEST_F(Reports, OfARunHasItsFigures) {
  RunArguments arguments = storm();
  arguments.blame = true;
  arguments.json = true;
  const auto result = nlohmann::json::parse(say(run, arguments).out);
  const std::string text = page_of(run, arguments);
  EXPECT_THAT(
      text, AllOf(HasSubstr("<h1>retry-storm</h1>"), HasSubstr(result["digest"].get<std::string>()),
                  HasSubstr("web/0 crashed; then web/0 is started again"),
                  HasSubstr("Where the time of a request went"), HasSubstr("NOT HELD"),
                  HasSubstr("What led to what"), HasSubstr(arguments.command)));
  const auto data = data_of(text);
  EXPECT_EQ(data["marks"][0]["at"], 20);
  EXPECT_EQ(data["marks"][0]["end"], 25);
  const auto& requests = data["charts"][0];
  EXPECT_EQ(requests["title"], "Requests");
  EXPECT_EQ(requests["lines"][1]["label"], "goodput");
  EXPECT_EQ(requests["lines"][1]["values"], result["series"]["*"]["goodput_per_s"]);
  EXPECT_EQ(data["x"][0].size(), 41);
  for (const auto& chart : data["charts"]) {
    if (chart["across"] != "percentile") continue;
    // 20 points to a nine.
    EXPECT_NEAR(data["x"][chart["x"].get<std::size_t>()][40].get<double>(), 0.99, 1e-9);
    EXPECT_NEAR(chart["lines"][0]["values"][40].get<double>(),
                result["latency_ms"]["p99"].get<double>(), 0.01);
  }
  // shoppers -> lb -> web
  EXPECT_THAT(text, AllOf(HasSubstr(">shoppers</text>"), HasSubstr(">service x 2</text>")));
  const std::string wire = "<path class=\"wire\"";
  const std::size_t first = text.find(wire), second = text.find(wire, first + 1);
  EXPECT_NE(second, text.npos);
  EXPECT_EQ(text.find(wire, second + 1), text.npos);
}

TEST_F(Reports, OfARunIsTheSameEveryTime) {
  EXPECT_EQ(page_of(run, storm()), page_of(run, storm()));
}

TEST_F(Reports, ScenariosCannotWriteMarkup) {
  const std::string bad = "</script><img src=x onerror=alert(1)>\"'&";
  const std::string name = "a\"b'&amp;";  // as bad as a component's may be
  const nlohmann::json scenario = {
      {"name", bad},
      {"about", bad},
      {"lesson", bad},
      {"run", {{"duration", "20s"}, {"warmup", "2s"}}},
      {"components",
       {{name, {{"type", "service"}, {"endpoints", {{"GET /", {{{"compute", "1ms"}}}}}}}}}},
      {"workloads",
       {{"c\"&lt;", {{"to", name}, {"arrivals", "poisson(5/s)"}, {"mix", {{"GET /", 1}}}}}}},
      {"timeline", {{bad, {{"at", "5s"}, {"for", "5s"}, {"crash", name}}}}},
      {"slos", {{bad, {{"metric", "availability"}, {"at-least", 0.9}}}}},
      {"alerts", {{bad, {{"metric", "availability"}, {"below", 0.9}, {"for", "2s"}}}}}};
  const auto path = folder_.path() / "bad.json";
  std::ofstream(path) << scenario.dump();
  RunArguments arguments = storm();
  arguments.what.scenario = path.string();
  arguments.command = bad;
  const std::string text = page_of(run, arguments);
  EXPECT_THAT(text, AllOf(Not(HasSubstr("<img")), HasSubstr("&lt;/script&gt;&lt;img"),
                          Not(HasSubstr("a\"b'")), HasSubstr("a&quot;b&#39;&amp;amp;"),
                          HasSubstr("c&quot;&amp;lt;")));
  EXPECT_EQ(data_of(text)["marks"].size(), 2);  // the crash, and the alert
}

TEST_F(Reports, OfManyRunsDrawsIntervals) {
  RunArguments arguments = storm();
  arguments.runs = "3";
  EXPECT_THAT(page_of(run, arguments),
              AllOf(HasSubstr("In how many runs it held"), HasSubstr("class=\"whisker\""),
                    HasSubstr("<li>seeds 1 to 3</li>")));
  arguments.runs.reset();
  arguments.batches = "5";
  EXPECT_THAT(page_of(run, arguments), HasSubstr("5 batches of one run"));
}

TEST_F(Reports, OfAComparisonDrawsDifferences) {
  CompareArguments arguments;
  arguments.a = "retry-storm";
  arguments.b = "retry-storm-budget";
  arguments.both.duration = "40s";
  arguments.runs = "3";
  EXPECT_THAT(page_of(compare, arguments),
              AllOf(HasSubstr("<h1>retry-storm-budget against retry-storm</h1>"),
                    HasSubstr("class=\"clear\""), HasSubstr("B less A, as a share of A")));
}

SweepArguments short_sweep(std::vector<std::string> vary) {
  SweepArguments arguments;
  arguments.what.scenario = "retry-storm";
  arguments.what.set = {"run.warmup=1s"};
  arguments.what.duration = "3s";
  arguments.vary = std::move(vary);
  arguments.runs = "2";
  return arguments;
}

// Charts of the JSON object's means and intervals, from the least load to the largest.
TEST_F(Reports, OfASweepOverNumbersHasCharts) {
  SweepArguments arguments = short_sweep({"load=1,0.5"});
  arguments.json = true;
  const auto points = nlohmann::json::parse(say(sweep, arguments).out)["points"];
  const std::string text = page_of(sweep, arguments);
  EXPECT_THAT(text,
              AllOf(HasSubstr("<h2 id=\"section-1\">Curves</h2>"), Not(HasSubstr("<polyline"))));
  const auto data = data_of(text);
  EXPECT_EQ(data["x"], nlohmann::json({{0.5, 1.0}}));
  std::vector<std::string> titles;
  for (const auto& chart : data["charts"]) titles.push_back(chart["title"]);
  EXPECT_THAT(titles, testing::UnorderedElementsAre("Requests", "Availability", "Latency"));
  for (const auto& chart : data["charts"]) {
    EXPECT_EQ(chart["axis"], "load");
    if (chart["title"] != "Latency") continue;
    ASSERT_EQ(chart["lines"].size(), 3);
    const auto& line = chart["lines"][2];
    EXPECT_EQ(line["label"], "p99");
    for (const std::size_t i : {0, 1}) {
      const auto& figure = points[1 - i]["metrics"]["latency_ms.p99"];
      const double mean = figure["mean"], high = figure["high"];
      EXPECT_NEAR(line["values"][i].get<double>(), mean, mean * 1e-5);
      EXPECT_NEAR(line["half_widths"][i].get<double>(), high - mean, mean * 1e-5);
    }
  }
}

TEST_F(Reports, OfOtherSweepsHoldsTheirPictures) {
  EXPECT_THAT(page_of(sweep, short_sweep({"components.lb.policy=random,round-robin"})),
              AllOf(HasSubstr("<h2 id=\"section-1\">Curves</h2>"), HasSubstr("<polyline")));
  EXPECT_THAT(page_of(sweep, short_sweep({"load=0.5,1", "components.web.workers=5,6"})),
              HasSubstr("<h2 id=\"section-1\">Maps</h2>"));
}

// The headroom as a chart: the metric with its intervals over the loads tried, and its bound.
TEST_F(Reports, OfAPlanDrawsTheHeadroom) {
  PlanArguments arguments;
  arguments.planning.what.scenario = folder_
                                         .write("shop.json", R"json({
      "name": "shop", "run": { "duration": "6s", "warmup": "1s", "window": "6s" },
      "components": { "web": { "type": "service", "replicas": 2, "workers": 2,
                               "endpoints": { "*": [{ "compute": "exp(50ms)" }] } } },
      "workloads": { "users": { "to": "web", "arrivals": "poisson(40/s)" } } })json")
                                         .string();
  arguments.planning.slos = {"latency_ms.mean < 80"};
  arguments.vary = {"components.web.replicas=2..4:1"};
  arguments.precision = "20%";
  const auto data = data_of(page_of(plan, arguments));
  ASSERT_EQ(data["charts"].size(), 1);
  const auto& chart = data["charts"][0];
  EXPECT_EQ(chart["title"], "latency_ms.mean < 80");
  EXPECT_EQ(chart["axis"], "load");
  ASSERT_EQ(chart["lines"].size(), 2);
  const auto& measured = chart["lines"][0];
  const std::size_t loads = data["x"][0].size();
  EXPECT_EQ(measured["values"].size(), loads);
  EXPECT_LT(measured["values"].front(), 80);
  EXPECT_GT(measured["values"].back(), 80);
  EXPECT_GT(measured["half_widths"].front(), 0);
  EXPECT_EQ(chart["lines"][1]["values"], nlohmann::json(std::vector<int>(loads, 80)));
}

// It is known before anything runs: nothing is printed, and nothing is left behind.
TEST_F(Reports, WhereNoneCanBeWrittenNothingRuns) {
  const std::string nowhere = (folder_.path() / "none" / "page.html").string();
  RunArguments one = storm();
  one.report = nowhere;
  RunArguments many = one;
  many.runs = "2";
  CompareArguments pair;
  pair.a = "retry-storm";
  pair.report = nowhere;
  SweepArguments points;
  points.what.scenario = "retry-storm";
  points.vary = {"load=1,2"};
  points.report = nowhere;
  for (const Said& said : {say(run, one), say(run, many), say(compare, pair), say(sweep, points)}) {
    EXPECT_EQ(said.status, exit_wrong);
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(said.err, "cannot write " + nowhere + ": No such file or directory\n");
  }
}

}  // namespace
}  // namespace faultline::cli::report_command_test
