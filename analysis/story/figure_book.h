// FigureBook: the figures of a run that a story is told from, by what they measure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/run.h"
#include "analysis/story/evidence.h"
#include "analysis/story/measure.h"
#include "analysis/story/normal_range.h"

namespace faultline::analysis {

class FigureBook {
 public:
  FigureBook(const Run& run, const Evidence& evidence);

  // Of a component or a workload, and of the way between two; nullptr: there are none.
  const Figures* of(std::string_view subject, Measure measure) const;
  const Figures* of_hop(std::string_view caller, std::string_view callee, Measure measure) const;

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
};

}  // namespace faultline::analysis
