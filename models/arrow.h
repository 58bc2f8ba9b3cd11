// Arrow: "a->b" (one way) or "a<->b" (both), as links and edges are named.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace faultline::models {

struct Arrow {
  std::string from;
  std::string to;
  bool both_ways = false;
};

// nullopt when the text is not an arrow between two names.
inline std::optional<Arrow> parse_arrow(std::string_view text) {
  const std::size_t head = text.find("->");
  if (head == std::string_view::npos) return std::nullopt;
  const bool both_ways = head > 0 && text[head - 1] == '<';
  Arrow arrow{.from = std::string(text.substr(0, both_ways ? head - 1 : head)),
              .to = std::string(text.substr(head + 2)),
              .both_ways = both_ways};
  if (arrow.from.empty() || arrow.to.empty()) return std::nullopt;
  if (arrow.to.find("->") != std::string::npos) return std::nullopt;
  return arrow;
}

}  // namespace faultline::models
