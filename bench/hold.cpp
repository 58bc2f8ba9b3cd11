// hold [OPERATIONS]: what candidate future event lists cost, in nanoseconds per operation.
//
// hold     pop the earliest event, push one at its time + exponential (mean 1 ms); N pending.
// cancel   pop one event and push its successor, cancel the nine oldest timers and arm nine more
//          (100 ms ahead): nine pushed events in ten never fire. Cost per event popped; N pending.
// burst    100,000 events at one instant, each scheduling one more at that instant. Cost per event.
//
// The hold model is Vaucher and Duval's ("A comparison of simulation event list algorithms", CACM
// 18, 1975). Every candidate is given the same increments and must fire the same events: the
// checksums are compared.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "bench/queues/fired.h"
#include "bench/queues/indexed_heap.h"
#include "bench/queues/lazy_heap.h"
#include "bench/queues/product_queue.h"
#include "bench/queues/radix_queue.h"
#include "bench/queues/timing_wheel.h"
#include "bench/three_tier_parts.h"

namespace faultline::bench {
namespace {

constexpr double mean_increment_ns = 1e6;
constexpr std::size_t timers_per_event = 9;

struct Measured {
  double ns = 0;
  std::uint64_t checksum = 0;
};

// Depends on which events fired when, and in which order.
void fold(std::uint64_t& checksum, const Fired& fired) {
  checksum = (checksum ^ static_cast<std::uint64_t>(fired.time) ^ (fired.id << 40)) *
             0x9e3779b97f4a7c15ULL;
}

class Clock {
 public:
  double ns_per(std::size_t operations) const {
    const std::chrono::duration<double, std::nano> spent =
        std::chrono::steady_clock::now() - start_;
    return spent.count() / static_cast<double>(operations);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

template <typename Queue>
Measured hold(std::size_t pending, std::size_t operations) {
  Random random(1);
  const auto queue = std::make_unique<Queue>();
  Measured measured;
  for (std::size_t i = 0; i < pending; ++i) {
    queue->push(random.exponential_ns(mean_increment_ns), i);
  }
  const auto step = [&] {
    const Fired fired = queue->pop_min();
    fold(measured.checksum, fired);
    queue->push(fired.time + random.exponential_ns(mean_increment_ns), fired.id);
  };
  for (std::size_t i = 0; i < pending; ++i) step();  // Into the steady state.
  const Clock clock;
  for (std::size_t i = 0; i < operations; ++i) step();
  measured.ns = clock.ns_per(operations);
  return measured;
}

// A tenth of the pending are events that fire, the rest timers that are cancelled in the order in
// which they were armed, each after about one mean increment and long before it would fire.
template <typename Queue>
Measured cancel_heavy(std::size_t pending, std::size_t operations) {
  using Handle = decltype(std::declval<Queue&>().push(0, 0));
  Random random(1);
  const auto queue = std::make_unique<Queue>();
  Measured measured;
  const std::size_t firing = pending / (timers_per_event + 1);
  std::vector<Handle> armed(firing * timers_per_event);
  const auto timer_delay = [&] {
    return static_cast<std::int64_t>(mean_increment_ns * 100) +
           random.exponential_ns(mean_increment_ns);
  };
  for (std::size_t i = 0; i < firing; ++i) {
    queue->push(random.exponential_ns(mean_increment_ns), i);
  }
  for (Handle& handle : armed) handle = queue->push(timer_delay(), 0);
  std::size_t oldest = 0;
  const auto step = [&] {
    const Fired fired = queue->pop_min();
    fold(measured.checksum, fired);
    queue->push(fired.time + random.exponential_ns(mean_increment_ns), fired.id);
    for (std::size_t i = 0; i < timers_per_event; ++i) {
      queue->cancel(armed[oldest]);
      armed[oldest] = queue->push(fired.time + timer_delay(), 0);
      if (++oldest == armed.size()) oldest = 0;
    }
  };
  for (std::size_t i = 0; i < pending / timers_per_event; ++i) step();
  const Clock clock;
  for (std::size_t i = 0; i < operations / timers_per_event; ++i) step();
  measured.ns = clock.ns_per(operations / timers_per_event);
  return measured;
}

template <typename Queue>
Measured burst(std::size_t events) {
  const auto queue = std::make_unique<Queue>();
  Measured measured;
  const Clock clock;
  for (std::size_t i = 0; i < events; ++i) queue->push(1'000'000, i);
  for (std::size_t i = 0; i < 2 * events; ++i) {
    const Fired fired = queue->pop_min();
    fold(measured.checksum, fired);
    if (i < events) queue->push(fired.time, events + i);
  }
  measured.ns = clock.ns_per(2 * events);
  return measured;
}

constexpr std::size_t columns = 7;
std::array<std::uint64_t, columns> expected_checksums{};
bool agree = true;

void show(std::size_t column, const Measured& measured) {
  std::printf(" %9.1f", measured.ns);
  std::fflush(stdout);
  if (expected_checksums[column] == 0) expected_checksums[column] = measured.checksum;
  if (expected_checksums[column] != measured.checksum) {
    agree = false;
    std::printf("!");
  }
}

template <typename Queue>
void measure(const char* name, std::size_t operations) {
  std::printf("%-28s", name);
  std::size_t column = 0;
  for (const std::size_t pending : {100, 10'000, 1'000'000}) {
    show(column++, hold<Queue>(pending, operations));
  }
  for (const std::size_t pending : {100, 10'000, 1'000'000}) {
    show(column++, cancel_heavy<Queue>(pending, operations));
  }
  show(column, burst<Queue>(100'000));
  std::printf("\n");
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  using namespace faultline::bench;
  const std::size_t operations = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000;
  std::printf("%-28s %9s %9s %9s %9s %9s %9s %9s\n", "ns per operation", "hold 1e2", "1e4", "1e6",
              "canc. 1e2", "1e4", "1e6", "burst");
  measure<RadixQueue<1>>("radix, 1-bit digits, 24 B", operations);
  measure<RadixQueue<4>>("radix, 4-bit digits, 24 B", operations);
  measure<RadixQueue<5>>("radix, 5-bit digits, 24 B", operations);
  measure<RadixQueue<6>>("radix, 6-bit digits, 24 B", operations);
  measure<RadixQueue<1, EightBytes>>("radix, 1-bit digits, 32 B", operations);
  measure<RadixQueue<5, EightBytes>>("radix, 5-bit digits, 32 B", operations);
  measure<IndexedHeap>("indexed 4-ary heap", operations);
  measure<LazyHeap>("priority_queue, lazy cancel", operations);
  measure<TimingWheel>("timing wheel, 1 ns", operations);
  measure<ProductQueue>("Faultline's own", operations);
  if (!agree) std::puts("A `!` marks a list that fired other events than the first one.");
  return agree ? 0 : 1;
}
