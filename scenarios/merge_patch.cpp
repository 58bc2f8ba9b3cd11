#include "scenarios/merge_patch.h"

namespace faultline::scenarios {
namespace {

using nlohmann::json;

class Merge {
 public:
  Merge(const std::vector<std::string>& files, Problems& problems)
      : files_(files), problems_(problems) {}

  void apply(json& target, Place& target_place, const json& patch, const Place& patch_place) {
    if (!patch.is_object()) {
      target = patch;
      target_place = patch_place;
      return;
    }
    if (!target.is_object()) {
      target = json::object();
      target_place.children.clear();
    }
    target_place.file = patch_place.file;
    target_place.line = patch_place.line;
    target_place.column = patch_place.column;
    for (const auto& [key, value] : patch.items()) {
      const Place& place = patch_place.children.at(key);
      path_.push_back(key);
      if (value.is_null()) {
        remove(target, target_place, key, place);
      } else {
        apply(target[key], target_place.children[key], value, place);
      }
      path_.pop_back();
    }
  }

 private:
  void remove(json& target, Place& target_place, const std::string& key, const Place& place) {
    if (target.erase(key) > 0) {
      target_place.children.erase(key);
      return;
    }
    problems_.add({{files_.at(place.file), Position{place.line, place.column}},
                   pointer_text(path_),
                   "nothing to remove: the base has no " + in_quotes(key) + " here",
                   std::nullopt,
                   nearest_name(key, keys_of(target))});
  }

  const std::vector<std::string>& files_;
  Problems& problems_;
  PointerTokens path_;
};

}  // namespace

void merge_patch(SourcedJson& target, const SourcedJson& patch,
                 const std::vector<std::string>& files, Problems& problems) {
  Merge(files, problems).apply(target.value, target.place, patch.value, patch.place);
}

json patch_between(const json& from, const json& to) {
  if (!from.is_object() || !to.is_object()) return to;
  json patch = json::object();
  for (const auto& item : from.items()) {
    if (!to.contains(item.key())) patch[item.key()] = nullptr;
  }
  for (const auto& item : to.items()) {
    const auto before = from.find(item.key());
    if (before == from.end()) {
      patch[item.key()] = item.value();
    } else if (*before != item.value()) {
      patch[item.key()] = patch_between(*before, item.value());
    }
  }
  return patch;
}

std::vector<std::string> keys_of(const json& value) {
  std::vector<std::string> keys;
  if (!value.is_object()) return keys;
  for (const auto& item : value.items()) keys.push_back(item.key());
  return keys;
}

}  // namespace faultline::scenarios
