// RunPool: threads that make runs while the caller does something else, such as wait for messages.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

#include "analysis/sweep/sweep_store.h"

namespace faultline::analysis {

class RunPool {
 public:
  using Make = std::function<std::optional<StoredRun>(std::size_t number)>;
  using Ended = std::pair<std::size_t, std::optional<StoredRun>>;  // a number and what it gave

  RunPool(unsigned threads, Make make);
  ~RunPool();  // waits for what has begun
  RunPool(const RunPool&) = delete;
  RunPool& operator=(const RunPool&) = delete;

  // No more at a time than there are threads.
  void begin(std::size_t number);
  // Those not yet fetched by `ended`.
  std::size_t busy() const { return busy_; }
  // What has ended since it was last asked, after waiting for the first no longer than `patience`.
  // Throws on what a run has thrown.
  std::vector<Ended> ended(std::chrono::microseconds patience);

 private:
  void labour();

  Make make_;
  std::size_t busy_ = 0;  // only the caller's thread looks at it
  std::mutex mutex_;
  std::condition_variable begun_;
  std::condition_variable one_ended_;
  std::queue<std::size_t> waiting_;
  std::vector<Ended> ended_;
  std::exception_ptr thrown_;
  bool closing_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace faultline::analysis
