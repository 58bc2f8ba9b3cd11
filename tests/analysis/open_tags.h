// Whether markup is well-formed, as far as its tags go.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::analysis {

// What was not closed, or closed what was not open; empty: all is well. Of HTML or SVG whose texts
// and attributes hold no "<" or ">", but for the content of scripts and styles.
inline std::vector<std::string> open_tags(std::string_view markup) {
  static const std::set<std::string, std::less<>> empty = {"meta", "!doctype"};
  std::vector<std::string> open;
  for (std::size_t at = markup.find('<'); at != markup.npos; at = markup.find('<', at)) {
    const std::size_t end = markup.find('>', at);
    if (end == markup.npos) return {"<"};
    const std::string_view tag = markup.substr(at + 1, end - at - 1);
    const std::string name(tag.substr(0, tag.find_first_of(" \n/", 1)));
    at = end;
    if (tag.ends_with('/') || empty.contains(name)) continue;
    if (name.starts_with('/')) {
      if (open.empty() || open.back() != name.substr(1)) {
        open.push_back(name);
        return open;
      }
      open.pop_back();
    } else {
      open.push_back(name);
    }
    if (name == "script" || name == "style") at = markup.find("</" + name, at);
  }
  return open;
}

}  // namespace faultline::analysis
