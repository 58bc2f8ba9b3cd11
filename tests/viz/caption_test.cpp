// Shows that the caption says what befell the architecture last and what that does to it, with the
// figures that a run of its own shows for the same windows.
#include "viz/view/words/caption.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/run.h"
#include "tests/viz/shown.h"

namespace faultline::viz::caption_test {
namespace {

using namespace sim::literals;
using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// What `faultline run` finds out about a scenario's first seconds, by windows of a second.
class Figures {
 public:
  Figures(const std::string& name, int seconds) {
    scenarios::Problems problems;
    const std::vector<scenarios::Override> set = {{"/run/duration", fmt::format("{}s", seconds)},
                                                  {"/timeline", "null"}};
    auto scenario = scenarios::load_scenario(library() / (name + ".json"), {set.data(), 1},
                                             library(), problems);
    EXPECT_TRUE(scenario) << problems.text();
    analysis::run(*scenario,
                  {.seed = 1,
                   .interrupt = nullptr,
                   .observers = {},
                   .on_world = {},
                   .on_value = [&](sim::Time, sim::Time end, std::string_view subject,
                                   std::string_view metric, std::optional<double> value) {
                     by_end_[{std::string(subject), std::string(metric), end}] = value;
                   }});
  }

  double at(const std::string& subject, const std::string& metric, int end_s) const {
    return by_end_.at({subject, metric, at_s(end_s)}).value_or(0);
  }
  // The mean of the windows from one second to another.
  double mean(const std::string& subject, const std::string& metric, int from_s, int to_s) const {
    double sum = 0;
    for (int end = from_s + 1; end <= to_s; ++end) sum += at(subject, metric, end);
    return sum / (to_s - from_s);
  }
  // In the window that ends then, as a multiple of the usual.
  std::string load(const std::string& component, int end_s, int from_s, int to_s) const {
    return fmt::format(
        "The load on {} is {:.1f} times the normal", component,
        at(component, "arrivals_per_s", end_s) / mean(component, "arrivals_per_s", from_s, to_s));
  }

 private:
  std::map<std::tuple<std::string, std::string, sim::Time>, std::optional<double>> by_end_;
};

Caption at(Playback& playback, double seconds) {
  playback.go_to(at_s(seconds));
  return caption_of(playback);
}

TEST(CaptionTest, BeginsWithWhatThereIsToSee) {
  Playback playback = shown("retry-storm");
  EXPECT_EQ(at(playback, 0).happened,
            "retry-storm: A five-second crash is over, yet retries keep the shop down.");
  EXPECT_THAT(at(playback, 0).consequence, IsEmpty());
}

// Seventy a second in the mean; those of the last whole second are told.
TEST(CaptionTest, IsCalmWhileAllIsWell) {
  const Figures figures("retry-storm", 16);
  Playback playback = shown("retry-storm");
  const Caption caption = at(playback, 15.7);
  EXPECT_EQ(caption.happened, "15.7 s: nothing has gone wrong yet.");
  EXPECT_THAT(caption.consequence,
              StartsWith(fmt::format("{:.0f} requests a second are served well, 99 of 100 within",
                                     figures.at("*", "goodput_per_s", 15))));
  EXPECT_THAT(at(playback, 0.5).consequence, IsEmpty()) << "nothing was measured yet";
}

// Of the second in which web/0 crashed the figures are mixed with those before: none are told until
// a whole second has passed.
TEST(CaptionTest, WaitsForFiguresOfWhatHappened) {
  Playback playback = shown("retry-storm");
  EXPECT_EQ(at(playback, 20.4).happened, "20.0 s: web/0 crashed.");
  EXPECT_THAT(at(playback, 20.4).consequence, IsEmpty());
  EXPECT_THAT(at(playback, 20.999).consequence, IsEmpty());
  EXPECT_THAT(at(playback, 21).consequence, Not(IsEmpty()));
  EXPECT_EQ(at(playback, 25.9).happened, "25.0 s: web/0 is started again.");
  EXPECT_THAT(at(playback, 25.9).consequence, IsEmpty());
}

// Two seconds after the crash of one of two servers their balancer is asked twice as often; long
// after it is over all fail, as every answer comes too late.
TEST(CaptionTest, TellsOfARetryStorm) {
  const Figures figures("retry-storm", 60);
  Playback playback = shown("retry-storm");
  const Caption soon = at(playback, 22);
  EXPECT_EQ(soon.happened, "20.0 s: web/0 crashed.  Now 22.0 s.");
  EXPECT_THAT(soon.consequence, HasSubstr(figures.load("lb", 22, 10, 20)));
  const double well =
      figures.at("*", "goodput_per_s", 22) / figures.at("*", "offered_per_s", 22) * 100;
  EXPECT_GT(well, 30);
  EXPECT_LT(well, 70);
  EXPECT_THAT(soon.consequence,
              HasSubstr(fmt::format("Of what users ask, {:.1f} % is answered well.", well)));

  const Caption later = at(playback, 60);
  EXPECT_EQ(later.happened, "25.0 s: web/0 is started again.  Now 60.0 s.");
  EXPECT_GE(figures.at("web", "utilisation", 60), 0.97);
  EXPECT_THAT(later.consequence,
              HasSubstr(figures.load("web", 60, 10, 20) + ", and it has nothing left to give."));
  EXPECT_THAT(later.consequence, HasSubstr("All requests fail, most with timeout."));
  EXPECT_EQ(at(playback, 22).consequence, soon.consequence) << "having seen what comes of it";
}

// The database is asked for all that the cache hid: four times as much.
TEST(CaptionTest, TellsOfACacheOutage) {
  const Figures figures("cache-outage", 75);
  Playback playback = shown("cache-outage");
  EXPECT_THAT(at(playback, 30).consequence, HasSubstr("requests a second are served well"));
  const Caption soon = at(playback, 62);
  EXPECT_EQ(soon.happened, "60.0 s: cache crashed.  Now 62.0 s.");
  EXPECT_GE(figures.at("db", "utilisation", 62), 0.97);
  EXPECT_THAT(soon.consequence,
              HasSubstr(figures.load("db", 62, 10, 60) + ", and it has nothing left to give."));
  EXPECT_THAT(figures.load("db", 62, 10, 60), HasSubstr("is 4."));

  const Caption later = at(playback, 75);
  EXPECT_THAT(later.consequence, HasSubstr(figures.load("db", 75, 10, 60)));
  const double refused = figures.at("*", "outcome_rejected", 75);
  EXPECT_GT(refused, figures.at("*", "outcome_timeout", 75));
  EXPECT_LT(figures.at("*", "availability", 75), 0.0005);
  EXPECT_THAT(later.consequence, HasSubstr("All requests fail, most with rejected."));
}

TEST(CaptionTest, EndsWithTheLesson) {
  Playback playback(scenario_of(small_shop()), 1);
  const Caption end = at(playback, 30);
  EXPECT_EQ(end.happened, "30.0 s: the end.");
  EXPECT_EQ(end.consequence, "Small is well.");
  EXPECT_EQ(at(playback, 29.9).happened, "29.9 s: nothing has gone wrong yet.");
}

// Forty users a second go to `web`, forty to `gone`, which crashes at a time; both try twice. What
// happens in the first three seconds is not looked at for what is usual.
ordered_json half_lost(const std::string& at) {
  ordered_json json = small_shop();
  json["run"]["warmup"] = "3s";
  json["components"]["gone"] = {{"type", "service"}};
  json["components"]["gone"]["endpoints"]["*"] = ordered_json::array({{{"compute", "1ms"}}});
  json["workloads"]["users"]["arrivals"] = "regular(40/s)";
  json["workloads"]["users"]["call"] = {{"timeout", "1s"}, {"retries", {{"max", 1}}}};
  json["workloads"]["lost"] = json["workloads"]["users"];
  json["workloads"]["lost"]["to"] = "gone";
  json["timeline"]["crash"] = {{"at", at}, {"crash", "gone"}};
  return json;
}

// Half of all requests fail, each after two tries: (40 + 80) / 80 tries for a request.
TEST(CaptionTest, CountsWhoFailsAndHowOftenTheyTry) {
  Playback playback(scenario_of(half_lost("5s")), 1);
  const Caption caption = at(playback, 9);
  EXPECT_EQ(caption.happened, "5.0 s: gone crashed.  Now 9.0 s.");
  EXPECT_EQ(caption.consequence,
            "50 % of requests fail, most with reset. Users try 1.5 times for each request.");
}

// Where half of all requests failed and were tried again before anything else happened, that is no
// news; that they fail is.
TEST(CaptionTest, DoesNotTellAsNewsWhatIsUsual) {
  Playback playback(scenario_of(half_lost("1s")), 1);
  playback.go_to(at_s(10));
  scenarios::Happening flush;
  flush.flush = "cache";
  playback.break_now(flush, {});
  EXPECT_EQ(at(playback, 13).consequence, "50 % of requests fail, most with reset.");
}

// Not of the timeline, but what becomes of a replica by itself: it was started at 7 s, and is up
// three seconds later.
TEST(CaptionTest, TellsOfReplicasThatChangeByThemselves) {
  ordered_json json = small_shop();
  json["components"]["web"]["start-time"] = "3s";
  json["components"]["db"]["start-time"] = "2s";
  json["timeline"]["crash"] = {{"at", "5s"}, {"for", "2s"}, {"crash", "web/1"}};
  json["timeline"]["restart"] = {{"at", "15s"}, {"restart", "db"}};
  Playback playback(scenario_of(json), 1);
  EXPECT_EQ(at(playback, 5.5).happened, "5.0 s: web/1 crashed.");
  EXPECT_EQ(at(playback, 7.5).happened, "7.0 s: web/1 is started again.");
  EXPECT_EQ(at(playback, 9.9).happened, "7.0 s: web/1 is started again.  Now 9.9 s.");
  EXPECT_EQ(at(playback, 10.5).happened, "10.0 s: web/1 is up.");
  EXPECT_EQ(at(playback, 17.5).happened, "17.0 s: db is up.") << "of one there is no number";
}

TEST(CaptionTest, TellsOfWhatWasDoneByHand) {
  Playback playback(scenario_of(small_shop()), 1);
  playback.go_to(at_s(4));
  scenarios::Happening crash;
  crash.crash = "db";
  playback.break_now(crash, 2_s);
  EXPECT_EQ(at(playback, 4.5).happened, "4.0 s: db crashed.");
  EXPECT_EQ(at(playback, 6.5).happened, "6.0 s: db is started again.");
  EXPECT_EQ(at(playback, 3.5).happened, "3.5 s: nothing has gone wrong yet.") << "then";
}

// Each verb of a timeline has words of its own, also for its end.
TEST(CaptionTest, HasWordsForEveryVerb) {
  const std::map<std::string, std::pair<std::string, std::string>> sentences = {
      {R"({"crash": "web/0"})", {"web/0 crashed", "web/0 is started again"}},
      {R"({"drain": "web/0"})", {"web/0 takes no new work", "web/0 takes work again"}},
      {R"({"slow": "web", "factor": 0.5})",
       {"speed of web x0.5", "full speed again: web x0.5 is over"}},
      {R"({"pause": "db"})", {"db stands still", "db goes on"}},
      {R"({"cut": "web->db"})",
       {"no message gets through web->db", "messages get through web->db again"}},
      {R"({"delay": "web->db", "by": "200ms"})",
       {"messages take longer: web->db by 200ms",
        "messages no longer take longer: web->db by 200ms"}},
      {R"({"lose": "web->db", "share": 0.5})",
       {"messages are lost: web->db 50 %", "no more messages are lost: web->db 50 %"}},
      {R"({"load": "users", "factor": 2})",
       {"load on users x2", "the load is as before: users x2 is over"}}};
  for (const auto& [entry, expected] : sentences) {
    ordered_json json = small_shop();
    json["timeline"]["it"] = ordered_json::parse(entry);
    json["timeline"]["it"]["at"] = "2s";
    json["timeline"]["it"]["for"] = "2s";
    Playback playback(scenario_of(json), 1);
    EXPECT_EQ(at(playback, 2.5).happened, "2.0 s: " + expected.first + ".") << entry;
    EXPECT_EQ(at(playback, 4.5).happened, "4.0 s: " + expected.second + ".") << entry;
  }
}

}  // namespace
}  // namespace faultline::viz::caption_test
