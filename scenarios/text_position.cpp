#include "scenarios/text_position.h"

namespace faultline::scenarios {
namespace {

unsigned byte_at(std::string_view text, std::size_t offset) {
  return offset < text.size() ? static_cast<unsigned char>(text[offset]) : 0U;
}

bool is_continuation(unsigned byte) { return (byte & 0xC0U) == 0x80U; }

// RFC 3629, section 4: the second byte of some leads is restricted, which rules out overlong
// forms, surrogates and code points beyond U+10FFFF. 0: not a character.
std::size_t valid_length(std::string_view text, std::size_t offset) {
  const unsigned lead = byte_at(text, offset);
  const unsigned second = byte_at(text, offset + 1);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4 || !is_continuation(second)) return 0;
  if (lead < 0xE0) return 2;
  if (!is_continuation(byte_at(text, offset + 2))) return 0;
  if (lead < 0xF0) {
    const bool overlong = lead == 0xE0 && second < 0xA0;
    const bool surrogate = lead == 0xED && second >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (!is_continuation(byte_at(text, offset + 3))) return 0;
  const bool overlong = lead == 0xF0 && second < 0x90;
  const bool beyond = lead == 0xF4 && second >= 0x90;
  return overlong || beyond ? 0 : 4;
}

}  // namespace

Position TextPosition::of(std::size_t offset) {
  if (offset < counted_) {
    counted_ = 0;
    at_ = {};
  }
  for (; counted_ < offset && counted_ < text_.size(); ++counted_) {
    const unsigned byte = byte_at(text_, counted_);
    if (byte == '\n') {
      ++at_.line;
      at_.column = 1;
    } else if (!is_continuation(byte)) {
      ++at_.column;
    }
  }
  return at_;
}

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t length = valid_length(text, offset);
    if (length == 0) return offset;
    offset += length;
  }
  return text.npos;
}

std::size_t utf8_length(std::string_view text, std::size_t offset) {
  return valid_length(text, offset);
}

void append_utf8(std::string& out, unsigned code_point) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
  const auto continuation = [&](unsigned shift) { put(0x80U | ((code_point >> shift) & 0x3FU)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0U | (code_point >> 6U));
    continuation(0);
  } else if (code_point < 0x10000) {
    put(0xE0U | (code_point >> 12U));
    continuation(6);
    continuation(0);
  } else {
    put(0xF0U | (code_point >> 18U));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

}  // namespace faultline::scenarios
