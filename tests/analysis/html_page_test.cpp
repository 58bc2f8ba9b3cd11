// Shows that a page is whole, that nothing given to it becomes markup or script, and that its
// policy lets in what it holds and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/html/chart.h"
#include "analysis/html/escape.h"
#include "analysis/html/interval_chart.h"
#include "analysis/html/page.h"
#include "analysis/html/run_tables.h"
#include "analysis/html/whiskers.h"
#include "tests/analysis/open_tags.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::analysis::html::html_page_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* hostile = "</script><script>alert(1)</script><b x='\"'>&<!--\x1b[31m";

std::string written(const Page& page) {
  std::ostringstream out;
  page.write(out);
  return out.str();
}

// Everything a page can hold, each part of it hostile.
Page hostile_page() {
  Page page(hostile, hostile, {hostile});
  page.cards({{.title = hostile, .figure = hostile, .note = hostile}});
  page.section(hostile);
  page.subsection(hostile);
  page.paragraph(hostile);
  page.notice(hostile);
  Table table({{hostile, Align::left}, {"figure", Align::right}});
  table.add({hostile, "1"});
  page.table(hostile, table);
  page.chart({.title = hostile,
              .caption = hostile,
              .x = {0, 1, 2},
              .lines = {{.label = hostile, .values = {1.0, std::nullopt}}}});
  page.picture(hostile, whiskers_svg({{.label = hostile, .text = hostile}}, hostile));
  page.findings({{.status = hostile, .label = hostile, .text = hostile, .measured = hostile}});
  page.lines(hostile);
  page.events({{.at_s = 1, .text = hostile}});
  page.reproduction(hostile, hostile);
  return page;
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// Between `begin` and the next `end`, from `at` on.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t at = text.find(begin) + begin.size();
  return text.substr(at, text.find(end, at) - at);
}

TEST(HtmlPage, NothingGivenBecomesMarkup) {
  const std::string html = written(hostile_page());
  EXPECT_EQ(count_of(html, "<script"), 3U);
  EXPECT_EQ(count_of(html, "</script"), 3U);
  EXPECT_EQ(count_of(html, "<b x="), 0U);
  EXPECT_EQ(count_of(html, "<!--"), 0U);
  EXPECT_EQ(count_of(html, "\x1b"), 0U);
  EXPECT_THAT(open_tags(html), IsEmpty());
}

TEST(HtmlPage, DataSaysWhatItWasGiven) {
  const std::string html = written(hostile_page());
  const auto data = nlohmann::json::parse(
      between(html, "<script type=\"application/json\" id=\"data\">", "</script>"));
  EXPECT_EQ(data["charts"][0]["lines"][0]["label"], hostile);
  EXPECT_EQ(data["charts"][0]["lines"][0]["values"], nlohmann::json({1, nullptr}));
  EXPECT_EQ(data["marks"][0]["text"], hostile);
}

// What sha256sum says of the style and of each script is in the policy, and no more than that is.
TEST(HtmlPage, PolicyLetsInWhatThePageHoldsAndNoMore) {
  const std::string html = written(hostile_page());
  const std::string policy = between(html, "Content-Security-Policy\" content=\"", "\"");
  const scenarios::ScratchFolder folder;
  std::string expected = "default-src 'none'; style-src";
  std::string rest = html;
  for (const std::string tag : {"style", "script", "script"}) {
    const std::string text = between(rest, "<" + tag + ">", "</" + tag + ">");
    rest = rest.substr(rest.find("<" + tag + ">") + text.size());
    std::ofstream(folder.path() / "text", std::ios::binary) << text;
    FILE* sum = popen(("sha256sum " + (folder.path() / "text").string()).c_str(), "r");
    ASSERT_NE(sum, nullptr);
    std::string hex(64, ' ');
    ASSERT_EQ(fread(hex.data(), 1, 64, sum), 64U);
    pclose(sum);
    if (tag == "script" && expected.find("script-src") == expected.npos) {
      expected += "; script-src";
    }
    expected += " 'sha256-" + base64_of_hex(hex) + "'";
  }
  EXPECT_EQ(policy, expected + "; base-uri 'none'; form-action 'none'");
}

// Beside the name of the SVG namespace, and what uPlot says it is, no address stands in a page.
TEST(HtmlPage, NamesNoOtherPlace) {
  std::string html = written(Page("a", "b", {}));
  for (const char* known : {"http://www.w3.org/2000/svg", "https://github.com/leeoniya/uPlot"}) {
    for (std::size_t at = html.find(known); at != html.npos; at = html.find(known)) {
      html.erase(at, std::string_view(known).size());
    }
  }
  EXPECT_THAT(html, Not(HasSubstr("://")));
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  EXPECT_THAT(html, HasSubstr("The MIT License"));
}

// RFC 4648, section 10: "foobar" and its beginnings.
TEST(Escape, Base64) {
  EXPECT_EQ(base64_of_hex(""), "");
  EXPECT_EQ(base64_of_hex("66"), "Zg==");
  EXPECT_EQ(base64_of_hex("666f"), "Zm8=");
  EXPECT_EQ(base64_of_hex("666f6f"), "Zm9v");
  EXPECT_EQ(base64_of_hex("666f6f626172"), "Zm9vYmFy");
}

TEST(Charts, FiguresHaveSixDigitsAndWholeOnesNoPoint) {
  EXPECT_EQ(chart_number(70.0).dump(), "70");
  EXPECT_EQ(chart_number(1.23456789).dump(), "1.23457");
  EXPECT_EQ(chart_number(std::nullopt).dump(), "null");
}

// A chart over time has the ends of its windows: one more than it has figures.
TEST(Charts, KnowTheirWindows) {
  sim::Series series(sim::Series::Merge::mean, sim::Duration::from_seconds(2));
  series.append(sim::Time{2'000'000'000}, 5.0);
  series.append(sim::Time{3'000'000'000}, std::nullopt);
  EXPECT_THAT(windows_of(series), ElementsAre(0.0, 2.0, 3.0));
  EXPECT_THAT(line_of("x", series).values,
              ElementsAre(std::optional(5.0), std::optional<double>()));
}

// Two charts over the same windows share them in the data.
TEST(Charts, ShareTheirWindows) {
  Page page("a", "b", {});
  for (int i = 0; i < 2; ++i) {
    page.chart(
        {.title = "c", .caption = "d", .x = {0, 1}, .lines = {{.label = "line", .values = {1.0}}}});
  }
  page.chart(
      {.title = "c", .caption = "d", .x = {0, 2}, .lines = {{.label = "line", .values = {1.0}}}});
  const auto data = nlohmann::json::parse(
      between(written(page), "<script type=\"application/json\" id=\"data\">", "</script>"));
  EXPECT_EQ(data["x"], nlohmann::json({{0.0, 1.0}, {0.0, 2.0}}));
  EXPECT_EQ(data["charts"][1]["x"], 0);
  EXPECT_EQ(data["charts"][2]["x"], 1);
}

// 1, 2, 4, 8 double and 10 to 1000 are whole numbers near a constant factor; 1 to 6 are steps of 1.
TEST(IntervalCharts, SpreadFactorsByTheirLogarithms) {
  EXPECT_TRUE(rises_by_factors({1, 2, 4, 8}));
  EXPECT_TRUE(rises_by_factors({10, 32, 100, 316, 1000}));
  EXPECT_FALSE(rises_by_factors({1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(rises_by_factors({1, 1.1, 1.21}));  // alike either way
  EXPECT_FALSE(rises_by_factors({0, 1, 10, 100}));
  EXPECT_FALSE(rises_by_factors({1, 10}));
  EXPECT_TRUE(rises_by_factors({1, 2, 2, 4, 8}));  // written in two ways: one place
}

TEST(IntervalCharts, FitTheirAxesToTheMetric) {
  const auto of = [](std::string_view metric, double least, double most) {
    return interval_chart("c", metric, {1, 2, 3}, "load",
                          {{.label = "a", .values = {least, most, std::nullopt}},
                           {.label = "bound", .values = {1e6, 1e6, 1e6}, .is_bound = true}});
  };
  EXPECT_EQ(of("availability", 0.98, 1).unit, Unit::share);
  EXPECT_FALSE(of("availability", 0.98, 1).from_zero);
  EXPECT_EQ(of("components.web.utilisation", 0.1, 1).unit, Unit::share);
  EXPECT_TRUE(of("components.web.utilisation", 0.1, 1).from_zero);
  EXPECT_EQ(of("latency_ms.p99", 10, 20).unit, Unit::ms);
  EXPECT_FALSE(of("latency_ms.p99", 10, 299).log_up);
  EXPECT_TRUE(of("latency_ms.p99", 10, 300).log_up);
  EXPECT_FALSE(of("goodput_per_s", 0, 300).log_up);
  EXPECT_EQ(of("cost.per_month", 1, 2).unit, Unit::count);
}

// Of one run nothing is known: no band.
TEST(IntervalCharts, HaveBandsWhereThereAreIntervals) {
  const Interval one{.count = 1, .mean = 5, .half_width = {}};
  const Interval two{.count = 2, .mean = 6, .half_width = 0.5};
  EXPECT_THAT(interval_line("a", {one, std::nullopt}).half_widths, IsEmpty());
  const ChartLine line = interval_line("a", {two, std::nullopt, one});
  EXPECT_THAT(line.values, ElementsAre(std::optional(6.0), std::nullopt, std::optional(5.0)));
  EXPECT_THAT(line.half_widths, ElementsAre(std::optional(0.5), std::nullopt, std::nullopt));
  const auto json = chart_json(interval_chart("c", "latency_ms.p50", {1, 2, 3}, "load", {line}));
  EXPECT_EQ(json["across"], "numbers");
  EXPECT_EQ(json["lines"][0]["half_widths"], nlohmann::json({0.5, nullptr, nullptr}));
}

// A whisker from -50 % to +50 % is centred; one far beyond ends in an arrow and shows no dot.
TEST(Whiskers, StandWhereTheirFiguresAre) {
  const auto svg = [](double middle, double low, double high) {
    return whiskers_svg({{.label = "a", .text = "b", .middle = middle, .low = low, .high = high}},
                        "c");
  };
  EXPECT_THAT(svg(0, -0.5, 0.5), HasSubstr("class=\"dot\" cx=\"430.0\""));
  EXPECT_THAT(svg(5, 4, 6), Not(HasSubstr("class=\"dot\"")));
  EXPECT_THAT(open_tags(svg(5, 4, 6)), IsEmpty());
}

// Of 1 % that may fail 0.5 % did: half of the budget. Only shares of requests have one.
TEST(RunTables, BudgetsAreSpentByWhatFails) {
  scenarios::Expectation share;
  share.label = "well";
  share.metric = "availability";
  share.at_least = 0.99;
  scenarios::Expectation time;
  time.label = "quick";
  time.metric = "latency_ms.p99";
  time.at_most = 100;
  const Table table =
      budget_table({share, time}, {{"", "", true, true, 0.995}, {"", "", true, true, 50.0}});
  EXPECT_THAT(table.cells(), ElementsAre(ElementsAre("well", "1.000 %", "0.500 %", "50 %")));
}

// A row for each rule, with its first firing, how often, and whether the last one cleared.
TEST(RunTables, AlertsHaveARowForEachRule) {
  const auto at = [](int seconds) { return sim::Time{seconds * 1'000'000'000LL}; };
  const AlertOutcome fired{.label = "down",
                           .what = "",
                           .firings = {{"fast", at(20), at(25)},
                                       {"slow", at(22), std::nullopt},
                                       {"fast", at(30), at(35)}},
                           .detection = sim::Duration::from_seconds(5),
                           .detected = "crash web/0"};
  const AlertOutcome silent{
      .label = "slow", .what = "p99", .firings = {}, .detection = {}, .detected = ""};
  EXPECT_THAT(alert_table({fired, silent}).cells(),
              ElementsAre(ElementsAre("down", "fast", "0:20", "5 s after crash web/0", "2", "0:35"),
                          ElementsAre("down", "slow", "0:22", "", "1", "not"),
                          ElementsAre("slow", "p99", "silent", "", "", "")));
}

}  // namespace
}  // namespace faultline::analysis::html::html_page_test
