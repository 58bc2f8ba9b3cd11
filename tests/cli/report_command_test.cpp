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

TEST_F(Reports, OfASweepHoldsItsPictures) {
  SweepArguments arguments;
  arguments.what.scenario = "retry-storm";
  arguments.what.set = {"run.warmup=1s"};
  arguments.what.duration = "3s";
  arguments.vary = {"load=0.5,1"};
  arguments.runs = "2";
  EXPECT_THAT(page_of(sweep, arguments),
              AllOf(HasSubstr("<h2 id=\"section-1\">Curves</h2>"), HasSubstr("<polyline")));
  arguments.vary.push_back("components.web.workers=5,6");
  EXPECT_THAT(page_of(sweep, arguments), HasSubstr("<h2 id=\"section-1\">Maps</h2>"));
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
