#include "scenarios/json_text.h"

#include <charconv>
#include <utility>
#include <vector>

#include "scenarios/sourced_json.h"
#include "scenarios/text_file.h"
#include "scenarios/text_position.h"

namespace faultline::scenarios {
namespace {

using nlohmann::json;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
         c == '+' || c == '.' || c == '$';
}

// Recursive descent over the text; its own depth is bounded by `limits.depth`. A step returns
// false once it has reported something that cannot be read past.
class Parser {
 public:
  Parser(std::string_view text, const std::string& file, std::uint32_t file_index,
         Comments comments, const TextLimits& limits, Problems& problems)
      : text_(text),
        position_(text),
        file_(file),
        file_index_(file_index),
        comments_(comments),
        limits_(limits),
        problems_(problems) {}

  bool document(SourcedJson& out) {
    if (!skip_blanks()) return false;
    if (at_end()) return fail("empty: expected an object, { ... }");
    return value(out.value, out.place) && skip_blanks() && nothing_follows();
  }

 private:
  bool value(json& out, Place& place);
  bool object(json& out, Place& place);
  bool member(json& out, Place& place);
  bool array(json& out, Place& place);
  bool separator(char close, std::size_t opened, bool& more);
  bool number(json& out);
  bool literal(json& out);
  bool string(std::string& out);
  bool escape(std::string& out);
  bool hex4(unsigned& code);
  bool skip_blanks();
  bool block_comment();
  bool enter(std::size_t opened);
  bool nothing_follows();

  bool at_end() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string found() const;
  std::string line_of(std::size_t offset) { return std::to_string(position_.of(offset).line); }
  void mark(Place& place, std::size_t offset);
  void report(std::size_t offset, std::string message);
  bool fail(std::string message) { return fail_at(at_, std::move(message)); }
  bool fail_at(std::size_t offset, std::string message) {
    report(offset, std::move(message));
    return false;
  }

  std::string_view text_;
  TextPosition position_;
  const std::string& file_;
  std::uint32_t file_index_;
  Comments comments_;
  const TextLimits& limits_;
  Problems& problems_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
  PointerTokens path_;
};

bool Parser::value(json& out, Place& place) {
  if (++values_ > limits_.values) {
    return fail("too many values: at most " + std::to_string(limits_.values));
  }
  if (place.line == 0) mark(place, at_);  // a member is already marked at its key
  const char c = peek();
  if (c == '{') return object(out, place);
  if (c == '[') return array(out, place);
  if (c == '"') {
    out = std::string();
    return string(out.get_ref<std::string&>());
  }
  if (c == '-' || is_digit(c)) return number(out);
  return literal(out);
}

bool Parser::enter(std::size_t opened) {
  if (path_.size() < limits_.depth) return true;
  return fail_at(opened, "nested too deep: at most " + std::to_string(limits_.depth) + " levels");
}

bool Parser::object(json& out, Place& place) {
  const std::size_t opened = at_++;
  if (!enter(opened)) return false;
  out = json::object();
  if (!skip_blanks()) return false;
  if (peek() == '}') return ++at_, true;
  for (bool more = true; more;) {
    if (!member(out, place)) return false;
    if (!separator('}', opened, more)) return false;
  }
  return true;
}

bool Parser::member(json& out, Place& place) {
  const std::size_t key_at = at_;
  if (at_end()) return fail("found the end of the file; expected a key in double quotes");
  if (peek() != '"') return fail("expected a key in double quotes, found " + found());
  std::string key;
  if (!string(key) || !skip_blanks()) return false;
  if (peek() != ':') {
    return fail("expected \":\" after the key " + in_quotes(key) + ", found " + found());
  }
  ++at_;
  if (!skip_blanks()) return false;

  const auto [seen, is_new] = place.children.try_emplace(key);
  path_.push_back(key);
  json repeated;
  Place repeated_place;
  if (!is_new) {
    report(key_at, "duplicate key " + in_quotes(key) + ", first on line " +
                       std::to_string(seen->second.line));
  }
  Place& child_place = is_new ? seen->second : repeated_place;
  mark(child_place, key_at);
  const bool read = value(is_new ? out[key] : repeated, child_place);
  path_.pop_back();
  return read;
}

bool Parser::array(json& out, Place& place) {
  const std::size_t opened = at_++;
  if (!enter(opened)) return false;
  out = json::array();
  if (!skip_blanks()) return false;
  if (peek() == ']') return ++at_, true;
  for (bool more = true; more;) {
    path_.push_back(std::to_string(out.size()));
    Place& child_place = place.children[path_.back()];
    out.emplace_back();
    if (!value(out.back(), child_place)) return false;
    path_.pop_back();
    if (!separator(']', opened, more)) return false;
  }
  return true;
}

// After a member or item: a comma and `more`, or the closing bracket.
bool Parser::separator(char close, std::size_t opened, bool& more) {
  if (!skip_blanks()) return false;
  const std::size_t comma = at_;
  if (peek() == ',') {
    ++at_;
    if (!skip_blanks()) return false;
    if (peek() != close) return true;
    report(comma, std::string("a trailing comma before \"") + close + "\" is not allowed");
  }
  if (peek() == close) {
    ++at_;
    more = false;
    return true;
  }
  const std::string what = close == '}' ? "object" : "array";
  return fail(std::string("expected \",\" or \"") + close + "\" in the " + what +
              " opened on line " + line_of(opened) + ", found " + found());
}

bool Parser::number(json& out) {
  const std::size_t begin = at_;
  while (is_word(peek())) ++at_;
  const std::string_view word = text_.substr(begin, at_ - begin);

  std::size_t i = word.front() == '-' ? 1 : 0;
  const auto digits = [&] {
    const std::size_t first = i;
    while (i < word.size() && is_digit(word[i])) ++i;
    return i - first;
  };
  const bool leading_zero = i + 1 < word.size() && word[i] == '0' && is_digit(word[i + 1]);
  bool valid = digits() > 0 && !leading_zero;
  const std::size_t whole_end = i;
  if (i < word.size() && word[i] == '.') valid = (++i, digits() > 0) && valid;
  if (i < word.size() && (word[i] == 'e' || word[i] == 'E')) {
    ++i;
    if (i < word.size() && (word[i] == '+' || word[i] == '-')) ++i;
    valid = digits() > 0 && valid;
  }
  if (!valid || i != word.size()) {
    return fail_at(begin, "expected a number, found " + printable(word, 40) +
                              "; a value with a unit is written in double quotes, as \"25ms\"");
  }

  const char* end = word.data() + word.size();
  if (whole_end == word.size()) {
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    if (std::from_chars(word.data(), end, integer).ec == std::errc()) return out = integer, true;
    if (std::from_chars(word.data(), end, natural).ec == std::errc()) return out = natural, true;
  }
  double real = 0;
  const std::errc error = std::from_chars(word.data(), end, real).ec;
  if (error != std::errc()) {
    real = 0;
    report(begin, "number out of range: " + printable(word, 40));
  }
  out = real;
  return true;
}

bool Parser::literal(json& out) {
  const std::size_t begin = at_;
  while (is_word(peek())) ++at_;
  const std::string_view word = text_.substr(begin, at_ - begin);
  if (word == "true") return out = true, true;
  if (word == "false") return out = false, true;
  if (word == "null") return out = nullptr, true;
  at_ = begin;
  return fail("expected a value, found " + found());
}

bool Parser::string(std::string& out) {
  const std::size_t opened = at_++;
  while (!at_end()) {
    const char c = text_[at_];
    if (c == '"') return ++at_, true;
    if (static_cast<unsigned char>(c) < 0x20) break;
    if (c == '\\') {
      if (!escape(out)) return false;
    } else {
      out += c;
      ++at_;
    }
  }
  if (at_end() || peek() == '\n' || peek() == '\r') {
    return fail_at(opened, "the string opened here is not closed on its line");
  }
  return fail("a control character inside a string; write it as an escape, such as \\t");
}

bool Parser::escape(std::string& out) {
  const std::size_t begin = at_++;
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  const std::size_t simple = at_end() ? letters.npos : letters.find(peek());
  if (simple != letters.npos) {
    out += meanings[simple];
    ++at_;
    return true;
  }
  unsigned code = 0;
  if (!hex4(code)) return fail_at(begin, "unknown escape in a string");
  if (code >= 0xD800 && code < 0xDC00) {
    unsigned low = 0;
    const bool paired = peek() == '\\' && (++at_, hex4(low)) && low >= 0xDC00 && low < 0xE000;
    if (!paired) return fail_at(begin, "half of a surrogate pair in a string");
    code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
  } else if (code >= 0xDC00 && code < 0xE000) {
    return fail_at(begin, "half of a surrogate pair in a string");
  }
  if (code == 0) return fail_at(begin, "the character \\u0000 has no place in a scenario");
  append_utf8(out, code);
  return true;
}

// At the `u` of an escape: reads it and its four digits.
bool Parser::hex4(unsigned& code) {
  if (peek() != 'u' || at_ + 5 > text_.size()) return false;
  const char* begin = text_.data() + at_ + 1;
  const auto [stop, error] = std::from_chars(begin, begin + 4, code, 16);
  if (error != std::errc() || stop != begin + 4) return false;
  at_ += 5;
  return true;
}

bool Parser::skip_blanks() {
  for (;;) {
    const char c = peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else if (c == '/' && peek(1) == '/' && comments_ == Comments::allowed) {
      while (!at_end() && peek() != '\n') ++at_;
    } else if (c == '/' && peek(1) == '*' && comments_ == Comments::allowed) {
      if (!block_comment()) return false;
    } else {
      return true;
    }
  }
}

bool Parser::block_comment() {
  const std::size_t end = text_.find("*/", at_ + 2);
  if (end == text_.npos) return fail("the comment opened here is not closed");
  at_ = end + 2;
  return true;
}

bool Parser::nothing_follows() {
  if (at_end()) return true;
  return fail("expected nothing after the document's end, found " + found());
}

std::string Parser::found() const {
  if (at_end()) return "the end of the file";
  std::size_t end = at_;
  while (end < text_.size() && is_word(text_[end])) ++end;
  if (end > at_) return in_quotes(text_.substr(at_, end - at_), 40);
  if (peek() == '"') return "a string";
  if (peek() == '\'') return "a single quote; strings stand in double quotes";
  return in_quotes(text_.substr(at_, utf8_length(text_, at_)));
}

void Parser::mark(Place& place, std::size_t offset) {
  const Position position = position_.of(offset);
  place.file = file_index_;
  place.line = position.line;
  place.column = position.column;
}

void Parser::report(std::size_t offset, std::string message) {
  // A pointer may be as long as the file: none is built for a problem that is only counted.
  const bool kept = problems_.count() < Problems::kept_problems;
  const std::string pointer = kept ? pointer_text(path_) : std::string();
  problems_.add({{file_, position_.of(offset)}, pointer, std::move(message), {}, {}});
}

}  // namespace

bool parse_json(std::string_view text, const std::string& file, std::uint32_t file_index,
                Comments comments, const TextLimits& limits, SourcedJson& out, Problems& problems) {
  const std::size_t invalid = find_invalid_utf8(text);
  if (invalid != text.npos) {
    problems.add({{file, TextPosition(text).of(invalid)},
                  "",
                  "invalid UTF-8; expected a text file "
                  "in UTF-8",
                  {},
                  {}});
    return false;
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, 3) == byte_order_mark) text.remove_prefix(3);
  out = {};
  return Parser(text, file, file_index, comments, limits, problems).document(out);
}

bool read_json_file(const std::filesystem::path& path, std::uint32_t file_index,
                    const TextLimits& limits, SourcedJson& out, Problems& problems) {
  const auto text = read_text_file(path, limits.bytes, problems);
  if (!text) return false;
  const std::string file = path.string();
  if (!parse_json(*text, file, file_index, Comments::allowed, limits, out, problems)) return false;
  if (out.value.is_object()) return true;
  const Position at{out.place.line, out.place.column};
  problems.add({{file, at}, "", "expected an object, { ... }, at the top", shown(out.value), {}});
  return false;
}

}  // namespace faultline::scenarios
