// Text in a page: nothing that a scenario or a command line says can become markup or script.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace faultline::analysis::html {

// For content and for attributes in quotes; control characters are shown as in JSON.
std::string html_text(std::string_view text);

// For the content of a <script type="application/json">.
std::string script_json(const nlohmann::ordered_json& json);

// `hex`: an even number of hexadecimal digits.
std::string base64_of_hex(std::string_view hex);

}  // namespace faultline::analysis::html
