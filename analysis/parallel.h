// parallel_for: the same work for many numbers, spread over threads. It orders nothing: work puts
// what it finds where its number says, and the whole is the same for any number of threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace faultline::analysis {

// As many as the machine has processors, at least 1.
unsigned all_processors();

// work(0) .. work(count - 1) on `jobs` >= 1 threads, of which this is one. Once `interrupt` (which
// may be null) is raised, none is begun any more. What work throws ends it all and is thrown on; of
// several, that of the lowest number.
void parallel_for(std::size_t count, unsigned jobs, const std::atomic<bool>* interrupt,
                  const std::function<void(std::size_t)>& work);

}  // namespace faultline::analysis
