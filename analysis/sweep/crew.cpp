#include "analysis/sweep/crew.h"

#include <mutex>

#include "analysis/parallel.h"

namespace faultline::analysis {

void ThreadCrew::make(const RunOrder& order) {
  std::mutex mutex;
  parallel_for(order.numbers.size(), jobs_, interrupt_, [&](std::size_t i) {
    const std::size_t number = order.numbers[i];
    auto run = order.make(number, interrupt_);
    if (!run) return;
    const std::lock_guard lock(mutex);
    order.keep(number, *std::move(run));
  });
}

}  // namespace faultline::analysis
