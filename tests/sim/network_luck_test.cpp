// What a message meets on its way: full wires, loss, retransmission, duplication, drawn latencies.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/network.h"
#include "tests/sim/network_fixtures.h"

namespace faultline::sim::network_luck_test {
namespace {

// Half the width of a 99.9 % confidence interval of a frequency over n draws (normal quantile
// 3.2905).
double tolerance(double p, int n) { return 3.2905 * std::sqrt(p * (1 - p) / n); }

LinkSettings lossy(Duration latency, double loss) {
  LinkSettings settings = taking(latency);
  settings.loss = loss;
  return settings;
}

LinkSettings jittery() {
  LinkSettings settings;
  settings.latency = Distribution::lognormal(20e6, 0.5);
  return settings;
}

// 1,000 bytes at 8 Mbit/s take 1 ms: three messages at once arrive 1 ms apart; in the other
// direction the wire is another; a message after the wire has emptied does not wait.
TEST(NetworkBandwidth, BackToBackMessagesQueueForTheWire) {
  Network network;
  const PlaceId a = network.add_place("a");
  const PlaceId b = network.add_place("b");
  LinkSettings settings = taking(10_ms);
  settings.bandwidth_bits_per_s = 8e6;
  network.add_links(a, b, settings);
  const auto delay = [&](Time now, PlaceId from, PlaceId to) {
    return network.send(now, from, to, 1000, Luck{1}).delay;
  };
  EXPECT_EQ(delay(Time{}, a, b), 11_ms);
  EXPECT_EQ(delay(Time{}, a, b), 12_ms);
  EXPECT_EQ(delay(Time{}, b, a), 11_ms);
  EXPECT_EQ(delay(Time{} + 1_ms, a, b), 12_ms);
  EXPECT_EQ(delay(Time{} + 10_ms, a, b), 11_ms);
}

// Store and forward: each link takes the message whole, 1 ms + 5 ms, then 2 ms + 5 ms at half the
// bandwidth; the second message waits only for the slower wire.
TEST(NetworkBandwidth, EachLinkStoresAndForwards) {
  Network network;
  const PlaceId a = network.add_place("a");
  const PlaceId b = network.add_place("b");
  const PlaceId c = network.add_place("c");
  LinkSettings settings = taking(5_ms);
  settings.bandwidth_bits_per_s = 8e6;
  network.add_link(a, b, settings);
  const LinkId slow = network.add_link(b, c, settings);
  network.impair({slow}, {.bandwidth_factor = 0.5});
  EXPECT_EQ(network.send(Time{}, a, c, 1000, Luck{1}).delay, 13_ms);
  EXPECT_EQ(network.send(Time{}, a, c, 1000, Luck{2}).delay, 15_ms);
}

// A message from nearby does not wait at the shared wire for one from afar that is still
// travelling.
TEST(NetworkBandwidth, TurnsAreTakenInTheOrderOfArrival) {
  Network network;
  const PlaceId far = network.add_place("far");
  const PlaceId near = network.add_place("near");
  const PlaceId hub = network.add_place("hub");
  const PlaceId to = network.add_place("to");
  network.add_link(far, hub, taking(100_ms));
  network.add_link(near, hub, taking(1_ms));
  LinkSettings shared = taking(0_ms);
  shared.bandwidth_bits_per_s = 8e6;
  network.add_link(hub, to, shared);
  EXPECT_EQ(network.send(Time{}, far, to, 1000, Luck{1}).delay, 101_ms);
  EXPECT_EQ(network.send(Time{}, near, to, 1000, Luck{2}).delay, 2_ms);
}

// Over two links that lose 10 % and 20 %, the share that arrives is 0.9 x 0.8, and the counters
// agree with what was seen.
TEST(NetworkLoss, FrequencyIsAsStated) {
  constexpr int count = 40'000;
  Network network;
  const PlaceId a = network.add_place("a");
  const PlaceId b = network.add_place("b");
  const PlaceId c = network.add_place("c");
  const LinkId ab = network.add_link(a, b, lossy(1_ms, 0.1));
  const LinkId bc = network.add_link(b, c, lossy(1_ms, 0.2));
  const std::vector<Duration> seen = delays(network, a, c, count);
  const auto arrived = std::count(seen.begin(), seen.end(), 2_ms);
  EXPECT_NEAR(static_cast<double>(arrived) / count, 0.72, tolerance(0.72, count));
  EXPECT_EQ(network.traffic(ab).messages, static_cast<std::uint64_t>(count));
  EXPECT_EQ(network.traffic(bc).messages, count - network.traffic(ab).lost);
  EXPECT_EQ(network.traffic(bc).messages - network.traffic(bc).lost,
            static_cast<std::uint64_t>(arrived));
}

// Causes of loss are independent: 10 % and 50 % together lose 55 %.
TEST(NetworkLoss, CausesCombine) {
  constexpr int count = 40'000;
  Pair p(lossy(1_ms, 0.1));
  p.network.impair({p.ab}, {.loss = 0.5});
  delays(p.network, p.a, p.b, count);
  EXPECT_NEAR(static_cast<double>(p.network.traffic(p.ab).lost) / count, 0.55,
              tolerance(0.55, count));
}

// Under tcp a loss is a delay: every message arrives, after 5 ms plus the waits 210, 420, 840, ...
// (twice the mean latency + 200 ms, doubling), and the first wait happens as often as the loss.
TEST(NetworkTcp, LossIsDelay) {
  constexpr int count = 20'000;
  Pair p(lossy(5_ms, 0.3));
  int delayed = 0;
  for (const Duration delay : delays(p.network, p.a, p.b, count, Transport::tcp)) {
    ASSERT_GE(delay, 5_ms) << "lost";
    Duration waits = delay - 5_ms;
    if (waits > Duration{}) ++delayed;
    for (Duration rto = 210_ms; waits > Duration{}; rto = rto * 2) waits -= std::min(rto, 120_s);
    ASSERT_EQ(waits, Duration{});
  }
  EXPECT_NEAR(static_cast<double>(delayed) / count, 0.3, tolerance(0.3, count));
}

// The wait stops doubling at its ceiling, and a sender that loses everything gives up in the end.
TEST(NetworkTcp, GivesUpInTheEnd) {
  Pair p(lossy(5_ms, 1));
  TcpSettings tcp;
  tcp.retransmissions_max = 3;
  p.network.set_tcp(tcp);
  const Delivery delivery = p.network.send(Time{}, p.a, p.b, 1, Luck{1}, Transport::tcp);
  EXPECT_FALSE(delivery.arrives);
  EXPECT_FALSE(delivery.cut);
  EXPECT_EQ(p.network.traffic(p.ab).messages, 4u);
}

// A ceiling of 1 s and a first wait of 800 ms: every delay is 0, 0.8, 1.8, 2.8, ... s.
TEST(NetworkTcp, WaitsHaveACeiling) {
  Pair p(lossy(0_ms, 0.6));
  p.network.set_tcp({.rto_min = 800_ms, .rto_max = 1_s, .retransmissions_max = 100});
  Duration longest;
  for (const Duration delay : delays(p.network, p.a, p.b, 2000, Transport::tcp)) {
    longest = std::max(longest, delay);
    if (delay == Duration{}) continue;
    ASSERT_EQ((delay - 800_ms).ns % (1_s).ns, 0) << delay.ns;
  }
  EXPECT_GT(longest, 3_s);
}

// A duplicate arrives as often as stated, never before the first copy, and is counted.
TEST(NetworkDuplication, TwoCopiesArrive) {
  constexpr int count = 20'000;
  LinkSettings settings = jittery();
  settings.duplication = 0.25;
  Pair p(settings);
  int duplicates = 0;
  int apart = 0;
  for (int i = 0; i < count; ++i) {
    const Luck luck = Luck{9}.with(static_cast<std::uint64_t>(i));
    const Delivery delivery = p.network.send(Time{}, p.a, p.b, 100, luck);
    ASSERT_TRUE(delivery.arrives);
    if (!delivery.duplicate_after) continue;
    ++duplicates;
    ASSERT_GE(*delivery.duplicate_after, Duration{});
    if (*delivery.duplicate_after > Duration{}) ++apart;
  }
  EXPECT_NEAR(static_cast<double>(duplicates) / count, 0.25, tolerance(0.25, count));
  EXPECT_EQ(apart, duplicates) << "copies draw their own latencies";
  EXPECT_EQ(p.network.traffic(p.ab).duplicated, static_cast<std::uint64_t>(duplicates));
  EXPECT_EQ(p.network.traffic(p.ab).messages, static_cast<std::uint64_t>(count + duplicates));
}

// A copy survives on its own: always duplicated and half of the copies lost, 3 in 4 messages arrive
// and 1 in 4 arrives twice. Under tcp the receiver discards the copy.
TEST(NetworkDuplication, CopiesAreLostIndependently) {
  constexpr int count = 20'000;
  LinkSettings settings = lossy(1_ms, 0.5);
  settings.duplication = 1;
  Pair p(settings);
  int arrived = 0;
  int twice = 0;
  for (int i = 0; i < count; ++i) {
    const Luck luck = Luck{9}.with(static_cast<std::uint64_t>(i));
    const Delivery delivery = p.network.send(Time{}, p.a, p.b, 100, luck);
    arrived += delivery.arrives;
    twice += delivery.duplicate_after.has_value();
    ASSERT_FALSE(p.network.send(Time{}, p.a, p.b, 100, luck, Transport::tcp).duplicate_after);
  }
  EXPECT_NEAR(static_cast<double>(arrived) / count, 0.75, tolerance(0.75, count));
  EXPECT_NEAR(static_cast<double>(twice) / count, 0.25, tolerance(0.25, count));
}

// A drawn latency has the mean the distribution promises, within its 99.9 % interval.
TEST(NetworkLatency, DrawsFollowTheDistribution) {
  constexpr int count = 40'000;
  Pair p(jittery());
  double sum_ns = 0;
  for (const Duration delay : delays(p.network, p.a, p.b, count)) {
    sum_ns += static_cast<double>(delay.ns);
  }
  EXPECT_NEAR(sum_ns / count, 20e6, 3.2905 * 10e6 / std::sqrt(count));
  EXPECT_EQ(p.network.route(p.a, p.b).mean_latency, 20_ms);
  EXPECT_EQ(p.network.route(p.a, p.b).constant_delay, std::nullopt);
}

// Pairing: links added elsewhere before this one, loss that spares a message, another transport,
// and an impairment undone leave the delay of every message as it was.
TEST(NetworkLuck, UnrelatedChangesLeaveDrawsAlone) {
  Pair plain(jittery());
  const std::vector<Duration> expected = delays(plain.network, plain.a, plain.b, 500);

  Network larger;
  const PlaceId elsewhere = larger.add_place("elsewhere");
  const PlaceId b = larger.add_place("b");
  const PlaceId a = larger.add_place("a");
  larger.add_links(elsewhere, b, jittery());
  const LinkId ab = larger.add_link(a, b, jittery());
  EXPECT_EQ(delays(larger, a, b, 500), expected);
  EXPECT_EQ(delays(larger, a, b, 500, Transport::tcp), expected);

  const ImpairmentId loss = larger.impair({ab}, {.loss = 0.5});
  const std::vector<Duration> with_loss = delays(larger, a, b, 500);
  int spared = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (with_loss[i] == Duration{-1}) continue;
    EXPECT_EQ(with_loss[i], expected[i]);
    ++spared;
  }
  EXPECT_GT(spared, 200);
  larger.heal(loss);
  EXPECT_EQ(delays(larger, a, b, 500), expected);
}

// The same message over the same network meets the same fate; another message, another one.
TEST(NetworkLuck, IsDeterministicByKey) {
  Pair one(jittery());
  Pair two(jittery());
  EXPECT_EQ(delays(one.network, one.a, one.b, 200), delays(two.network, two.a, two.b, 200));
  const Duration first = one.network.send(Time{} + 1_s, one.a, one.b, 1, Luck{1}).delay;
  EXPECT_NE(one.network.send(Time{} + 1_s, one.a, one.b, 1, Luck{2}).delay, first);
  EXPECT_EQ(one.network.send(Time{} + 1_s, one.a, one.b, 1, Luck{1}).delay, first);
}

// Two links of one way draw apart though they serve one message: their latencies differ.
TEST(NetworkLuck, EveryLinkDrawsForItself) {
  Network network;
  const PlaceId a = network.add_place("a");
  const PlaceId b = network.add_place("b");
  const PlaceId c = network.add_place("c");
  network.add_link(a, b, jittery());
  network.add_link(b, c, jittery());
  const std::vector<Duration> whole = delays(network, a, c, 100);
  const std::vector<Duration> first = delays(network, a, b, 100);
  const std::vector<Duration> second = delays(network, b, c, 100);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(whole[i], first[i] + second[i]);
    EXPECT_NE(first[i], second[i]);
  }
}

// A clone's wires are its own: both send the same message next, and find the same queue.
TEST(NetworkLuck, ACopyHasItsOwnWires) {
  LinkSettings settings = taking(1_ms);
  settings.bandwidth_bits_per_s = 8e6;
  Pair p(settings);
  p.network.send(Time{}, p.a, p.b, 1000, Luck{1});
  Network clone = p.network;
  EXPECT_EQ(clone.send(Time{}, p.a, p.b, 1000, Luck{2}).delay, 3_ms);
  EXPECT_EQ(p.network.send(Time{}, p.a, p.b, 1000, Luck{2}).delay, 3_ms);
}

// A latency without a mean neither overflows nor attracts messages that have another way.
TEST(NetworkLuck, SurvivesALatencyWithoutMean) {
  Triangle t;
  LinkSettings endless;
  endless.latency = Distribution::pareto(1e6, 0.05);
  t.network.change(t.ab.first, endless);
  EXPECT_EQ(t.way(t.a, t.b), "a->c c->b ");
  t.network.impair({t.ac.first}, {.cut = true});
  for (const Duration delay : delays(t.network, t.a, t.c, 200)) {
    EXPECT_GE(delay, 21_ms);
    EXPECT_LE(delay, longest_latency + 20_ms);
  }
}

}  // namespace
}  // namespace faultline::sim::network_luck_test
