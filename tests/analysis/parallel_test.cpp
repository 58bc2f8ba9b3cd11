// Shows that work is done once for every number, whatever the number of threads, and how it ends
// early: by an interrupt, or by what the work throws.
#include "analysis/parallel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace faultline::analysis::parallel_test {
namespace {

using testing::Each;

TEST(ParallelFor, DoesEachNumberOnce) {
  for (const unsigned jobs : {1U, 3U, 8U}) {
    std::vector<int> done(100, 0);
    parallel_for(done.size(), jobs, nullptr, [&](std::size_t i) { ++done[i]; });
    EXPECT_THAT(done, Each(1)) << jobs;
  }
  parallel_for(0, 3, nullptr, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, UsesThisThreadAlone) {
  const auto here = std::this_thread::get_id();
  parallel_for(10, 1, nullptr, [&](std::size_t) { EXPECT_EQ(std::this_thread::get_id(), here); });
}

TEST(ParallelFor, BeginsNothingOnceInterrupted) {
  std::atomic<bool> interrupt = false;
  std::atomic<int> done = 0;
  parallel_for(1000, 3, &interrupt, [&](std::size_t) {
    interrupt = true;
    ++done;
  });
  EXPECT_GE(done, 1);
  EXPECT_LE(done, 3);
}

// Whichever of 3 and 7 fails first, 3 is what the caller hears of.
TEST(ParallelFor, ThrowsWhatTheLowestNumberThrew) {
  for (const auto& [first, second] : {std::pair(3U, 7U), std::pair(7U, 3U)}) {
    std::atomic<bool> both_begun = false;
    std::atomic<bool> one_failed = false;
    const auto work = [&, one = first, other = second](std::size_t i) {
      if (i == one) {
        while (!both_begun) std::this_thread::yield();
        one_failed = true;
        throw std::runtime_error(std::to_string(i));
      }
      if (i == other) {
        both_begun = true;
        while (!one_failed) std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        throw std::runtime_error(std::to_string(i));
      }
    };
    try {
      parallel_for(10, 8, nullptr, work);
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(std::string(error.what()), "3") << first << " first";
    }
  }
}

}  // namespace
}  // namespace faultline::analysis::parallel_test
