#include "analysis/parallel.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/check.h"

namespace faultline::analysis {

unsigned all_processors() { return std::max(1U, std::thread::hardware_concurrency()); }

void parallel_for(std::size_t count, unsigned jobs, const std::atomic<bool>* interrupt,
                  const std::function<void(std::size_t)>& work) {
  CHECK(jobs >= 1);
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  std::size_t failed_at = count;
  std::exception_ptr failure;

  // Numbers are handed out in order: whatever is below one that failed has begun as well, and ends.
  const auto labour = [&] {
    while (!failed && (interrupt == nullptr || !*interrupt)) {
      const std::size_t i = next++;
      if (i >= count) return;
      try {
        work(i);
      } catch (...) {
        failed = true;
        const std::lock_guard lock(mutex);
        if (i < failed_at) {
          failed_at = i;
          failure = std::current_exception();
        }
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(jobs, count); ++i)
      others.emplace_back(labour);
    labour();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace faultline::analysis
