// FigureBook: the figures of a run that a story is told from, by what they measure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/evidence.h"
#include "analysis/measure.h"
#include "analysis/normal_range.h"
#include "analysis/run.h"

namespace faultline::analysis {

class FigureBook {
 public:
  FigureBook(const Run& run, const Evidence& evidence);

  // nullptr: there are none.
  const Figures* of_component(std::string_view component, Measure measure) const;
  const Figures* of_users(std::string_view workload, Measure measure) const {
    return of_component(workload, measure);
  }
  const Figures* of_hop(std::string_view caller, std::string_view callee, Measure measure) const;
  const Figures* wasted_work(std::string_view component) const;

  std::size_t windows() const { return windows_; }
  sim::Duration window() const { return window_; }
  sim::Time begin_of(std::size_t w) const {
    return sim::Time{} + window_ * static_cast<std::int64_t>(w);
  }

 private:
  Figures whole(const sim::Series& series) const;
  const Figures* find(const std::string& key, Measure measure) const;

  sim::Duration window_;
  std::size_t windows_ = 0;  // whole ones
  std::map<std::pair<std::string, Measure>, Figures> figures_;
  std::map<std::string, Figures, std::less<>> wasted_;
};

}  // namespace faultline::analysis
