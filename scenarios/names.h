// Names: what the names in a scenario may refer to.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace faultline::scenarios {

struct Names {
  std::map<std::string, std::string> components;  // name -> type; workloads included
  std::vector<std::string> homes;
  std::vector<std::string> zones;
  std::vector<std::string> regions;

  std::vector<std::string> component_names() const {
    return components_if([](const std::string&) { return true; });
  }
  template <class OfType>
  std::vector<std::string> components_if(OfType of_type) const {
    std::vector<std::string> names;
    for (const auto& [name, type] : components) {
      if (of_type(type)) names.push_back(name);
    }
    return names;
  }
};

}  // namespace faultline::scenarios
