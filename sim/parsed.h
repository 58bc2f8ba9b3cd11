// Parsed<T>: what reading a text gives: a value, or where in the text it went wrong and what was
// expected there. A mistake in a text is its writer's, so it is data, not an exception.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/check.h"

namespace faultline::sim {

struct ParseError {
  std::size_t position = 0;  // index into the text, 0-based; its size when something is missing
  std::string message;       // `expected ..., got ...`; one line, no full stop

  // For people: `at character 9 of "exp(5 ms)": expected ...`.
  std::string describe(std::string_view text) const {
    return "at character " + std::to_string(position + 1) + " of \"" + std::string(text) +
           "\": " + message;
  }
};

template <class T>
class [[nodiscard]] Parsed {
 public:
  Parsed(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Parsed(ParseError error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& value() const {
    CHECK(ok());
    return *std::get_if<0>(&content_);
  }
  const T& operator*() const { return value(); }
  const T* operator->() const { return &value(); }

  const ParseError& error() const {
    CHECK(!ok());
    return *std::get_if<1>(&content_);
  }

 private:
  std::variant<T, ParseError> content_;
};

}  // namespace faultline::sim
