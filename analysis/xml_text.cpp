#include "analysis/xml_text.h"

#include "scenarios/problems.h"

namespace faultline::analysis {

std::string xml_text(std::string_view text, std::size_t longest) {
  std::string out;
  for (const char c : scenarios::printable(text, longest)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace faultline::analysis
