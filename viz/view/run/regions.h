// Regions: the regions of a geography, and in which of them each place lies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/geography.h"

namespace faultline::viz {

class Regions {
 public:
  // The homes of users lie in no region.
  static constexpr std::uint16_t nowhere = 0;

  explicit Regions(const models::Geography& geography);

  std::uint16_t of(models::PlaceId place) const {
    return place.index < of_place_.size() ? of_place_[place.index] : nowhere;
  }
  // Of region 1 and so on, in order of their names; that of `nowhere` is empty.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_ = {""};
  std::vector<std::uint16_t> of_place_;
};

// The zone's own name, "a" of "eu/a".
std::string_view zone_name(const models::Geography& geography, models::PlaceId place);

}  // namespace faultline::viz
