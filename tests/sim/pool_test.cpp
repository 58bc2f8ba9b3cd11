#include "sim/pool.h"

#include <gtest/gtest.h>

#include <vector>

namespace faultline::sim::pool_test {
namespace {

// A released record is not found, neither before nor after its slot serves another.
TEST(Pool, StaleHandleIsRecognised) {
  Pool<int> pool;
  const Handle first = pool.acquire().handle;
  pool[first] = 7;
  pool.release(first);
  EXPECT_EQ(pool.find(first), nullptr);
  const Handle second = pool.acquire().handle;
  EXPECT_EQ(second.slot, first.slot);
  EXPECT_EQ(pool.find(first), nullptr);
  ASSERT_NE(pool.find(second), nullptr);
  EXPECT_EQ(pool[second], 0);  // value-initialised, not what was left there
}

// A handle that names nothing is not found.
TEST(Pool, NothingIsNotFound) {
  Pool<int> pool;
  EXPECT_EQ(pool.find(Handle{}), nullptr);
  EXPECT_FALSE(Handle{});
  EXPECT_TRUE(pool.acquire().handle);
}

// Using a released record is a bug of ours and ends the process.
TEST(PoolDeathTest, StaleUseIsCaught) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Pool<int> pool;
  const Handle handle = pool.acquire().handle;
  pool.release(handle);
  EXPECT_EXIT(pool[handle] = 1, testing::ExitedWithCode(70), "CHECK");
  EXPECT_EXIT(pool.release(handle), testing::ExitedWithCode(70), "CHECK");
}

// Records do not move when the pool grows.
TEST(Pool, ReferencesAreStable) {
  Pool<int> pool;
  int& first = pool.acquire().record;
  first = 42;
  for (int i = 0; i < 10'000; ++i) pool.acquire();
  EXPECT_EQ(first, 42);
  EXPECT_EQ(&first, (pool.find({0, 1})));
  EXPECT_EQ(pool.live(), 10'001U);
}

// In a copy the same handles name equal records, and the same acquisitions give the same handles.
TEST(Pool, CopyKeepsHandles) {
  Pool<int> pool;
  std::vector<Handle> handles;
  for (int i = 0; i < 1000; ++i) {
    handles.push_back(pool.acquire().handle);
    pool[handles.back()] = i;
  }
  for (std::size_t i = 0; i < handles.size(); i += 3) pool.release(handles[i]);
  Pool<int> copy(pool);
  pool[handles[1]] = -5;
  for (std::size_t i = 0; i < handles.size(); ++i) {
    const int* record = copy.find(handles[i]);
    ASSERT_EQ(record == nullptr, i % 3 == 0);
    if (record != nullptr) {
      EXPECT_EQ(*record, static_cast<int>(i));
    }
  }
  EXPECT_EQ(copy.live(), pool.live());
  for (int i = 0; i < 500; ++i) EXPECT_EQ(copy.acquire().handle, pool.acquire().handle);
}

// Visiting goes by slot and sees the living only.
TEST(Pool, VisitsTheLivingInSlotOrder) {
  Pool<int> pool;
  std::vector<Handle> handles;
  for (int i = 0; i < 600; ++i) handles.push_back(pool.acquire().handle);
  for (std::size_t i = 0; i < handles.size(); i += 2) pool.release(handles[i]);
  std::vector<Handle> visited;
  pool.for_each([&](Handle handle, int&) { visited.push_back(handle); });
  ASSERT_EQ(visited.size(), 300U);
  for (std::size_t i = 0; i < visited.size(); ++i) EXPECT_EQ(visited[i], handles[2 * i + 1]);
}

}  // namespace
}  // namespace faultline::sim::pool_test
