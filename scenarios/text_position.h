// Where in a text a byte stands, and what bytes make a character.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scenarios/problems.h"

namespace faultline::scenarios {

// Turns byte offsets into lines and columns. Offsets that mostly grow cost one pass over the text
// in all: counting goes on from the last answer.
class TextPosition {
 public:
  explicit TextPosition(std::string_view text) : text_(text) {}
  Position of(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t counted_ = 0;
  Position at_;
};

// The offset of the first byte that is not UTF-8 (RFC 3629), or npos.
std::size_t find_invalid_utf8(std::string_view text);

// Bytes of the character that begins at `offset` of valid UTF-8.
std::size_t utf8_length(std::string_view text, std::size_t offset);

void append_utf8(std::string& out, unsigned code_point);

}  // namespace faultline::scenarios
