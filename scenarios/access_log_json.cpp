#include "scenarios/access_log_json.h"

#include <initializer_list>
#include <nlohmann/json.hpp>

namespace faultline::scenarios {
namespace {

using LogObject = nlohmann::json;

// The first of these keys that is there with a text or a number; "" if none is.
std::string first_of(const LogObject& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const auto found = object.find(key);
    if (found == object.end()) continue;
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number()) return found->dump();
  }
  return {};
}

// So that a quotation mark or an end of line in a value does not end what it stands in.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '"') {
      result += "\\x22";
    } else if (static_cast<unsigned char>(c) < ' ') {
      result += '?';
    } else {
      result += c;
    }
  }
  return result;
}

std::string request_in(const LogObject& object) {
  const std::string request = first_of(object, {"request"});
  if (!request.empty()) return request;
  const std::string method = first_of(object, {"method", "request_method"});
  const std::string path = first_of(object, {"path", "uri", "request_uri"});
  return method + " " + path + " HTTP/1.1";
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

}  // namespace

const char* rewrite_access_log_json(std::string_view line, std::string& out) {
  const LogObject object = LogObject::parse(line, nullptr, false);
  if (!object.is_object()) return "not a JSON object";
  const std::string time =
      first_of(object, {"time_iso8601", "time_local", "time", "timestamp", "@timestamp"});
  const std::string precise = first_of(object, {"msec"});
  if (time.empty() && precise.empty()) return "no time, time_iso8601, timestamp or msec in it";

  out = or_dash(first_of(object, {"remote_addr", "client", "host", "ip"})) + " - - [" +
        (time.empty() ? "1970-01-01T00:00:00Z" : escaped(time)) + "] ";
  if (!precise.empty()) out += precise + " ";
  out += "\"" + escaped(request_in(object)) + "\" " + or_dash(first_of(object, {"status"})) + " " +
         or_dash(first_of(object, {"body_bytes_sent", "bytes_sent", "bytes"}));
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty() && value.find_first_of("\" ,") == std::string::npos) {
      out += std::string(" ") + name + "=" + value;
    }
  };
  add("rt", first_of(object, {"request_time", "rt"}));
  add("urt", first_of(object, {"upstream_response_time", "urt"}));
  add("ua", first_of(object, {"upstream_addr", "ua"}));
  return nullptr;
}

}  // namespace faultline::scenarios
