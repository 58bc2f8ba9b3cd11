// Access logs of JSON lines: an object a line, rewritten as a line of text (access_log.h).
//
// Keys    time         time, time_iso8601, time_local, timestamp, @timestamp; or msec, in seconds
//         client       remote_addr, client, host, ip; absent: -
//         request      request ("GET /x HTTP/1.1"); or method, request_method with path, uri,
//                      request_uri
//         status       status
//         bytes        body_bytes_sent, bytes_sent, bytes; absent: -
//         durations    request_time, rt; upstream_response_time, urt; in seconds
//         server       upstream_addr, ua
//         Values are texts or numbers; other keys are passed over.
#pragma once

#include <string>
#include <string_view>

namespace faultline::scenarios {

// Writes `line` as text into `out`; nullptr when it could, else what is wrong with it.
const char* rewrite_access_log_json(std::string_view line, std::string& out);

}  // namespace faultline::scenarios
