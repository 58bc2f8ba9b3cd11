#include "analysis/html/escape.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "analysis/xml_text.h"
#include "sim/check.h"

namespace faultline::analysis::html {
namespace {

std::uint32_t hex_digit(char c) {
  return static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : xml_text(text, std::string_view::npos)) {
    if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out += c;
    }
  }
  return out;
}

// A "<" stands only within a JSON string, where it may be written as an escape: then neither
// "</script>" nor "<!--" is there to be found.
std::string script_json(const nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  std::string out;
  for (const char c : json.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

// RFC 4648, section 4.
std::string base64_of_hex(std::string_view hex) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  CHECK(hex.size() % 2 == 0);
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 6) {  // three bytes, four digits
    std::uint32_t bits = 0;
    for (std::size_t j = i; j < i + 6; ++j) {
      bits = bits << 4 | (j < hex.size() ? hex_digit(hex[j]) : 0);
    }
    const std::size_t bytes = (std::min(hex.size(), i + 6) - i) / 2;
    for (std::size_t digit = 0; digit < 4; ++digit) {
      out += digit <= bytes ? digits[bits >> (18 - 6 * digit) & 63] : '=';
    }
  }
  return out;
}

}  // namespace faultline::analysis::html
