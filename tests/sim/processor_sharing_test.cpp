#include "sim/processor_sharing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "sim/draw.h"
#include "tests/draws.h"

namespace faultline::sim::processor_sharing_test {
namespace {

// With a server for everybody each is done after its own demand, so a sorted map knows who is next,
// also after jobs were taken out of the middle.
TEST(ProcessorSharing, NextIsTheFirstToBeDone) {
  ProcessorSharing share;
  share.set_capacity(Time{}, std::nullopt, 1.0);
  std::map<std::pair<std::int64_t, int>, std::uint32_t> reference;  // (done, order) -> slot
  Draw draw(7);
  Time now;
  std::uint32_t fresh = 0;
  for (int i = 0; i < draws(20'000); ++i) {
    now += Duration{static_cast<std::int64_t>(draw.below(3))};
    if (reference.empty() || draw.below(2) == 0) {
      const auto work = static_cast<std::int64_t>(draw.below(500));
      share.add(now, fresh, Duration{work});
      reference[{now.ns + work, i}] = fresh++;
    } else {
      const auto place = draw.below(3) == 0 ? 0 : draw.below(reference.size());
      const auto out = std::next(reference.begin(), static_cast<std::ptrdiff_t>(place));
      const std::int64_t left = std::max<std::int64_t>(0, out->first.first - now.ns);
      ASSERT_EQ(share.remove(now, out->second).ns, left);
      reference.erase(out);
    }
    const auto next = share.next(now);
    ASSERT_EQ(share.size(), reference.size());
    ASSERT_EQ(next.has_value(), !reference.empty());
    if (!next) continue;
    ASSERT_EQ(next->slot, reference.begin()->second);
    ASSERT_EQ(next->after.ns, std::max<std::int64_t>(0, reference.begin()->first.first - now.ns));
  }
}

// Nothing is lost by looking often: a million looks during one second of sharing among a thousand
// leave every job exactly where one look would.
TEST(ProcessorSharing, ProgressDoesNotDependOnHowOftenOneLooks) {
  ProcessorSharing share;
  share.set_capacity(Time{}, 1, 1.0);
  for (std::uint32_t slot = 0; slot < 1000; ++slot) share.add(Time{}, slot, Duration{1'000'000});
  ProcessorSharing rarely = share;
  for (std::int64_t ns = 0; ns <= 1'000'000; ++ns) share.next(Time{ns});
  EXPECT_EQ(share.remove(Time{1'000'000}, 5).ns, 999'000);
  EXPECT_EQ(rarely.remove(Time{1'000'000}, 5).ns, 999'000);
  EXPECT_EQ(share.next(Time{1'000'000})->after, rarely.next(Time{1'000'000})->after);
}

}  // namespace
}  // namespace faultline::sim::processor_sharing_test
