// Encoder: a running ffmpeg that makes a film (H.264 in MP4) of raw pictures, fed through a socket.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace faultline::viz {

struct FilmFormat {
  unsigned width = 0;  // pixels; an odd last column or row is cut off, as H.264 has none
  unsigned height = 0;
  unsigned frames_per_second = 0;
};

class Encoder {
 public:
  Encoder(const std::filesystem::path& film, const FilmFormat& format);
  ~Encoder();  // waits for ffmpeg to end
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  bool running() const { return process_.has_value(); }
  // Whether it is still listening; when not, `finish` tells why. Red, green, blue, opacity.
  bool add(std::span<const std::uint8_t> pixels);
  // Waits until the film is complete. A sentence for the user, if it is not.
  std::optional<std::string> finish();

 private:
  std::string complaint() const;

  std::optional<int> start_error_;  // an errno
  std::optional<int> pictures_;     // our end of the socket
  std::optional<int> complaints_;   // a file in memory, where ffmpeg writes what is wrong
  std::optional<pid_t> process_;
};

}  // namespace faultline::viz
