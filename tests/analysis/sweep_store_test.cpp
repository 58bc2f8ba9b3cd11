// Shows that a sweep's runs are kept, found again and merged, each once, and that a store is not
// mistaken for another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "analysis/sweep/merge.h"
#include "analysis/sweep/sweep.h"
#include "analysis/sweep/sweep_text.h"
#include "tests/analysis/store_rows.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::analysis::sweep_store_test {
namespace {

using testing::HasSubstr;

constexpr const char* shop = R"json({
  "run": { "duration": "2s" },
  "components": { "web": { "type": "service", "workers": 2, "backlog": 50,
                           "endpoints": { "*": [{ "compute": "exp(15ms)" }] } } },
  "workloads": { "users": { "to": "web", "arrivals": "poisson(100/s)",
                            "call": { "timeout": "1s" } } } })json";

const Experiment of_shop = {.scenario = "shop",
                            .text = shop,
                            .version = "1",
                            .varied = R"(["load","/components/web/workers"])",
                            .vary = "",
                            .command = ""};

class SweepOfAShop : public testing::Test {
 protected:
  SweepOfAShop() {
    scenarios::Problems problems;
    for (const char* text : {"load=0.5,1", "/components/web/workers=1,2"}) {
      plan_.variations.push_back(*parse_variation(text, problems));
    }
    plan_.points = grid_of(plan_.variations, problems);
    plan_.metrics = {"goodput_per_s", "latency_ms.p99"};
    plan_.runs = 3;
    scenarios_ = load_points(folder_.write("shop.json", shop).string(), {}, plan_.variations,
                             plan_.points, problems);
    EXPECT_TRUE(problems.empty()) << problems.text();
  }

  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }

  Sweep sweep_into(const std::string& name) {
    SweepStore store(file(name), of_shop);
    return make_sweep(scenarios_, plan_, &store);
  }

  std::vector<std::string> rows_of(const std::string& name) const {
    return rows_of_store(file(name));
  }

  std::string why_not(const Experiment& experiment, const std::string& name) const {
    try {
      const SweepStore store(file(name), experiment);
    } catch (const StoreError& error) {
      return error.what();
    }
    return "opened";
  }

  scenarios::ScratchFolder folder_;
  SweepPlan plan_;
  std::vector<scenarios::Scenario> scenarios_;
};

TEST_F(SweepOfAShop, HasTheSameRowsForAnyNumberOfThreadsAndShards) {
  EXPECT_EQ(sweep_into("one").made, 12U);
  plan_.jobs = 2;
  sweep_into("two");
  plan_.shard = {1, 2};
  EXPECT_EQ(sweep_into("a").made, 6U);
  plan_.shard = {2, 2};
  EXPECT_EQ(sweep_into("b").made, 6U);
  const Merged merged = merge_stores(file("merged"), {file("b"), file("a"), file("a")});
  EXPECT_EQ(merged.points, 4U);
  EXPECT_EQ(merged.runs, 12U);
  EXPECT_EQ(merged.found_again, 6U);
  const auto rows = rows_of("one");
  EXPECT_GT(rows.size(), 12U * 20);
  EXPECT_EQ(rows_of("two"), rows);
  EXPECT_EQ(rows_of("merged"), rows);
}

TEST_F(SweepOfAShop, MakesOnlyWhatIsMissing) {
  plan_.runs = 2;
  sweep_into("store");
  plan_.runs = 3;
  const Sweep more = sweep_into("store");
  EXPECT_EQ(more.found, 8U);
  EXPECT_EQ(more.made, 4U);
  const Sweep again = sweep_into("store");
  EXPECT_EQ(again.made, 0U);
  EXPECT_EQ(again.found, 12U);
  const Sweep fresh = make_sweep(scenarios_, plan_, nullptr);
  for (std::size_t p = 0; p < fresh.rows.size(); ++p) {
    EXPECT_EQ(again.rows[p].runs, 3U);
    EXPECT_EQ(again.rows[p].figures[0]->mean, fresh.rows[p].figures[0]->mean);
    EXPECT_EQ(again.rows[p].figures[1]->half_width, fresh.rows[p].figures[1]->half_width);
  }
}

// Runs of earlier seeds than asked for do not count as others.
TEST_F(SweepOfAShop, KeepsSeedsApart) {
  plan_.first_seed = 2;
  plan_.runs = 2;
  sweep_into("store");
  plan_.first_seed = 1;
  EXPECT_EQ(sweep_into("store").found, 4U);
  plan_.first_seed = 3;
  EXPECT_EQ(sweep_into("store").found, 4U);
}

TEST_F(SweepOfAShop, GivesEveryPointTheSameLuck) {
  const Sweep sweep = make_sweep(scenarios_, plan_, nullptr);
  const auto offered = [&](std::size_t point) { return sweep.rows[point].figures[0]->mean; };
  EXPECT_LT(offered(0), offered(3));
  plan_.metrics = {"offered_per_s"};
  const Sweep by_arrivals = make_sweep(scenarios_, plan_, nullptr);
  EXPECT_EQ(by_arrivals.rows[0].figures[0]->mean, by_arrivals.rows[1].figures[0]->mean)
      << "fewer workers do not change who comes";
}

TEST_F(SweepOfAShop, KeepsWhatEndedBeforeItWasInterrupted) {
  std::atomic<bool> interrupt = false;
  plan_.interrupt = &interrupt;
  plan_.on_run = [&](std::size_t done, std::size_t) { interrupt = done == 5; };
  const Sweep cut = sweep_into("store");
  EXPECT_TRUE(cut.interrupted);
  EXPECT_EQ(cut.made, 5U);
  interrupt = false;
  plan_.on_run = nullptr;
  EXPECT_EQ(sweep_into("store").found, 5U);
}

TEST_F(SweepOfAShop, CountsNoRunThatWasCutShort) {
  for (scenarios::Scenario& scenario : scenarios_) scenario.run.max_events = 500;
  const Sweep cut = sweep_into("store");
  ASSERT_FALSE(cut.cut_short.empty());
  EXPECT_THAT(cut.cut_short[0], HasSubstr("load="));
  EXPECT_THAT(cut.cut_short[0], HasSubstr("seed 1: "));
  const Sweep again = sweep_into("store");
  EXPECT_EQ(again.made, 0U);
  EXPECT_EQ(again.cut_short, cut.cut_short);
}

TEST_F(SweepOfAShop, RefusesAStoreOfSomethingElse) {
  sweep_into("store");
  Experiment other = of_shop;
  other.text += " ";
  EXPECT_THAT(why_not(other, "store"), HasSubstr("another text of shop"));
  other = of_shop;
  other.version = "2";
  EXPECT_THAT(why_not(other, "store"), HasSubstr("of Faultline 1, not of 2"));
  other = of_shop;
  other.varied = "[]";
  EXPECT_THAT(why_not(other, "store"), HasSubstr("a sweep over"));
  EXPECT_EQ(why_not(of_shop, "store"), "opened");
}

TEST_F(SweepOfAShop, RefusesWhatIsNoStore) {
  folder_.write("text", std::string(5000, 'x'));
  EXPECT_THAT(why_not(of_shop, "text"), HasSubstr("no SQLite database"));
  EXPECT_THAT(why_not(of_shop, "no/folder"), HasSubstr("No such file or directory"));
  Database(file("foreign")).run("CREATE TABLE t (a)");
  EXPECT_THAT(why_not(of_shop, "foreign"), HasSubstr("a database of something else"));
  const SweepStore held(file("held"), of_shop);
  EXPECT_THAT(why_not(of_shop, "held"), HasSubstr("another process is writing to it"));
}

TEST_F(SweepOfAShop, MergesOnlyWhatGoesTogether) {
  const auto why = [&](const std::string& out, const std::string& part) -> std::string {
    try {
      merge_stores(file(out), {file("store"), file(part)});
    } catch (const StoreError& error) {
      EXPECT_FALSE(std::filesystem::exists(file("new")));
      return error.what();
    }
    return "merged";
  };
  sweep_into("store");
  EXPECT_THAT(why("store", "store"), HasSubstr("exists already"));
  EXPECT_THAT(why("new", "nowhere"), HasSubstr("there is no such store"));
  Experiment other = of_shop;
  other.version = "2";
  { const SweepStore store(file("other"), other); }
  EXPECT_THAT(why("new", "other"), HasSubstr("runs of Faultline 2, the first store of 1"));
  std::filesystem::copy_file(file("store"), file("changed"));
  Database(file("changed")).run("UPDATE runs SET digest = 'odd' WHERE seed = 2 AND point = 1");
  EXPECT_THAT(why("new", "changed"), HasSubstr("with seed 2 has the digest odd"));
}

TEST_F(SweepOfAShop, IsWrittenAsCsv) {
  plan_.runs = 1;
  std::ostringstream csv;
  const Sweep sweep = make_sweep(scenarios_, plan_, nullptr);
  write_sweep_csv(plan_, sweep, csv);
  std::istringstream lines(csv.str());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line,
            "load,/components/web/workers,runs,goodput_per_s,goodput_per_s.half_width,"
            "latency_ms.p99,latency_ms.p99.half_width");
  std::getline(lines, line);
  EXPECT_THAT(line, testing::MatchesRegex("0.5,1,1,[0-9.]+,,[0-9.]+,")) << "one run has no width";
}

TEST_F(SweepOfAShop, SaysAtWhichPointSomethingIsWrong) {
  scenarios::Problems problems;
  plan_.variations[1] = *parse_variation("/components/web/workers=0,2", problems);
  plan_.points = grid_of(plan_.variations, problems);
  load_points(file("shop.json").string(), {}, plan_.variations, plan_.points, problems);
  EXPECT_EQ(problems.count(), 1U) << problems.text();
  EXPECT_THAT(problems.text(), HasSubstr("--vary: /components/web/workers: expected "));
  EXPECT_THAT(problems.text(), HasSubstr("(at load=0.5, web/workers=0 and 1 more point), got 0"));
}

}  // namespace
}  // namespace faultline::analysis::sweep_store_test
