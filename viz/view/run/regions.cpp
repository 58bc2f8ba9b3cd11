#include "viz/view/run/regions.h"

#include <algorithm>

namespace faultline::viz {

Regions::Regions(const models::Geography& geography) {
  for (const models::PlaceId zone : geography.zones()) {
    const std::string& name = geography.name_of(zone);
    const std::string region = name.substr(0, name.find('/'));
    auto known = std::find(names_.begin(), names_.end(), region);
    if (known == names_.end()) known = names_.insert(known, region);
    if (of_place_.size() <= zone.index) of_place_.resize(zone.index + 1, nowhere);
    of_place_[zone.index] = static_cast<std::uint16_t>(known - names_.begin());
  }
}

std::string_view zone_name(const models::Geography& geography, models::PlaceId place) {
  const std::string_view name = geography.name_of(place);
  return name.substr(name.find('/') + 1);
}

}  // namespace faultline::viz
