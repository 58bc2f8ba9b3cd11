#include "analysis/sweep/run_pool.h"

#include "sim/check.h"

namespace faultline::analysis {

RunPool::RunPool(unsigned threads, Make make) : make_(std::move(make)) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { labour(); });
}

RunPool::~RunPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  begun_.notify_all();
}

void RunPool::begin(std::size_t number) {
  CHECK(busy_ < threads_.size());
  ++busy_;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push(number);
  }
  begun_.notify_one();
}

std::vector<RunPool::Ended> RunPool::ended(std::chrono::microseconds patience) {
  std::unique_lock lock(mutex_);
  one_ended_.wait_for(lock, patience, [&] { return !ended_.empty(); });
  if (thrown_) std::rethrow_exception(thrown_);
  busy_ -= ended_.size();
  return std::exchange(ended_, {});
}

void RunPool::labour() {
  std::unique_lock lock(mutex_);
  while (true) {
    begun_.wait(lock, [&] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::size_t number = waiting_.front();
    waiting_.pop();
    lock.unlock();
    std::optional<StoredRun> run;
    std::exception_ptr thrown;
    try {
      run = make_(number);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    if (thrown) thrown_ = thrown;
    ended_.emplace_back(number, std::move(run));
    one_ended_.notify_one();
  }
}

}  // namespace faultline::analysis
