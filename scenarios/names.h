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
    std::vector<std::string> names;
    for (const auto& [name, type] : components) names.push_back(name);
    return names;
  }
};

}  // namespace faultline::scenarios
