// Backoff: how long the waits are that each jitter draws, and what that does to many who contend
// for one row.
//
// Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: N clients read a
// row and write it on condition that it is as they read it; each message takes |N(10, 2)| ms, the
// waits have a base of 5 ms and a cap of 2 s.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>

#include "models/resilience/backoff.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::backoff_theory_test {
namespace {

using namespace sim::literals;
using models::Backoff;
using models::BackoffKind;
using models::Jitter;

constexpr int draws = 200'000;

// The waits before retry `retry` of many calls.
std::vector<double> waits_ms(const Backoff& backoff, unsigned retry) {
  std::vector<double> waits;
  for (int i = 0; i < draws; ++i) {
    sim::Duration wait;
    const sim::Luck luck = sim::Luck{shifted(860)}.with(static_cast<std::uint64_t>(i));
    for (unsigned n = 0; n <= retry; ++n) wait = backoff.wait(n, wait, luck.draw(n));
    waits.push_back(wait.milliseconds());
  }
  return waits;
}

Backoff backoff(Jitter jitter) {
  return {.kind = BackoffKind::exponential, .base = 5_ms, .cap = 2_s, .jitter = jitter};
}

// Uniform on a .. b: the mean is the middle, and that of squares (a^2 + a b + b^2) / 3.
void hold_uniform(const std::string& name, const std::string& law, Jitter jitter, unsigned retry,
                  double a, double b) {
  const auto waits = waits_ms(backoff(jitter), retry);
  std::vector<double> squares;
  for (const double wait : waits) squares.push_back(wait * wait);
  Validation uniform({Topic::calls, "Wait before retry " + std::to_string(retry + 1) + ", " + name,
                      "base 5 ms, cap 2 s", "Brooker 2015"});
  uniform.holds("mean, ms", "(a + b) / 2, " + law, (a + b) / 2, estimate(waits));
  uniform.holds("mean of squares, ms^2", "(a^2 + a b + b^2) / 3", (a * a + a * b + b * b) / 3,
                estimate(squares));
}

TEST(BackoffTheory, JittersDrawTheirLaws) {
  hold_uniform("full jitter", "uniform on 0 .. 5 2^3", Jitter::full, 3, 0, 40);
  hold_uniform("equal jitter", "uniform on half of 5 2^3 .. all of it", Jitter::equal, 3, 20, 40);
  hold_uniform("full jitter at its cap", "uniform on 0 .. 2000", Jitter::full, 12, 0, 2000);
}

// Each wait is uniform on 5 .. 3 times the one before, so that the mean goes from m to (5 + 3 m) /
// 2; the first is uniform on 5 .. 15.
TEST(BackoffTheory, DecorrelatedJitterGrowsByHalfOnAverage) {
  double mean = 10;
  for (int n = 1; n <= 4; ++n) mean = (5 + 3 * mean) / 2;
  Validation decorrelated({Topic::calls, "Wait before retry 5, decorrelated jitter",
                           "base 5 ms, no cap met", "Brooker 2015"});
  decorrelated.holds("mean, ms", "m_1 = 10, m_n = (5 + 3 m_(n-1)) / 2", mean,
                     estimate(waits_ms(backoff(Jitter::decorrelated), 4)));
}

// The row, and all who want to write it once.
struct Contest {
  double calls = 0;
  double took_ms = 0;
};

Contest contest(int clients, const Backoff* how, std::uint64_t seed) {
  struct Message {
    int client;
    enum { read, read_back, write, write_back } what;
    std::uint64_t version;  // read, or on condition of which it writes; 0: the write has failed
  };
  struct Client {
    unsigned failures = 0;
    sim::Duration waited;
  };
  std::multimap<double, Message> under_way;  // by when it arrives, in ms
  std::vector<Client> all(static_cast<std::size_t>(clients));
  sim::Draw draw = sim::Luck{shifted(870)}.with(seed).draw();
  const auto leg = [&] {  // |N(10, 2)|, by Box and Muller
    return std::abs(10 + 2 * std::sqrt(-2 * std::log(draw.uniform())) *
                             std::cos(2 * std::numbers::pi * draw.uniform()));
  };
  std::uint64_t version = 1;
  Contest result;
  for (int i = 0; i < clients; ++i) {
    ++result.calls;
    under_way.insert({leg(), {i, Message::read, 0}});
  }
  while (!under_way.empty()) {
    const auto [now, message] = *under_way.begin();
    under_way.erase(under_way.begin());
    Client& client = all[static_cast<std::size_t>(message.client)];
    switch (message.what) {
      case Message::read:
        under_way.insert({now + leg(), {message.client, Message::read_back, version}});
        break;
      case Message::read_back:
        ++result.calls;
        under_way.insert({now + leg(), {message.client, Message::write, message.version}});
        break;
      case Message::write: {
        const bool same = message.version == version;
        if (same) ++version;
        under_way.insert({now + leg(), {message.client, Message::write_back, same ? version : 0}});
        break;
      }
      case Message::write_back: {
        result.took_ms = now;
        if (message.version != 0) break;
        if (how != nullptr) {
          client.waited = how->wait(client.failures++, client.waited, sim::Draw(draw.bits()));
        }
        ++result.calls;
        under_way.insert(
            {now + client.waited.milliseconds() + leg(), {message.client, Message::read, 0}});
        break;
      }
    }
  }
  return result;
}

// The mean of 20 contests.
Contest contests(int clients, const Backoff* how) {
  Contest mean;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Contest one = contest(clients, how, seed);
    mean.calls += one.calls / 20;
    mean.took_ms += one.took_ms / 20;
  }
  return mean;
}

// The published findings: without jitter calls grow nearly with the square of the clients; full
// jitter needs less than half as many; exponential backoff alone helps little; equal jitter does
// worse than full, decorrelated does as well.
TEST(BackoffTheory, JitterSparesThoseWhoContendForOneRow) {
  const Backoff plain = backoff(Jitter::none);
  const Backoff equal = backoff(Jitter::equal);
  const Backoff full = backoff(Jitter::full);
  const Backoff decorrelated = backoff(Jitter::decorrelated);
  std::map<std::string, Contest> at_100;
  const std::map<std::string, const Backoff*> ways = {{"none", nullptr},
                                                      {"exponential", &plain},
                                                      {"equal", &equal},
                                                      {"full", &full},
                                                      {"decorrelated", &decorrelated}};
  for (const auto& [name, how] : ways) {
    at_100[name] = contests(100, how);
    RecordProperty(name + "_calls", std::to_string(at_100[name].calls));
    RecordProperty(name + "_ms", std::to_string(at_100[name].took_ms));
  }
  const double none = at_100["none"].calls;
  EXPECT_LT(at_100["full"].calls, none / 2);
  EXPECT_LT(at_100["exponential"].calls, none);
  EXPECT_GT(at_100["exponential"].calls, at_100["equal"].calls);
  EXPECT_GT(at_100["equal"].calls, at_100["full"].calls);
  EXPECT_GT(at_100["exponential"].took_ms, 2 * at_100["full"].took_ms);
  EXPECT_GT(contests(80, nullptr).calls, 3 * contests(40, nullptr).calls);
}

}  // namespace
}  // namespace faultline::theory::backoff_theory_test
