// JSON pointers (RFC 6901) as this language uses them: `/components/web/endpoints/GET ~1`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::scenarios {

using PointerTokens = std::vector<std::string>;

// nullopt: it is neither empty nor begins with `/`, or has a `~` that is not `~0` or `~1`.
std::optional<PointerTokens> parse_pointer(std::string_view text);
std::string pointer_text(const PointerTokens& tokens);

// `parent` with one more token, escaped.
std::string child_pointer(std::string_view parent, std::string_view key);
std::string child_pointer(std::string_view parent, std::size_t index);

// A token as an array index: decimal digits without a leading zero.
std::optional<std::size_t> array_index(std::string_view token);

}  // namespace faultline::scenarios
