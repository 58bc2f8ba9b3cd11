#include "viz/screen/encoder.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

extern char** environ;  // POSIX wants it declared by the program

namespace faultline::viz {
namespace {

std::vector<std::string> command_line(const std::filesystem::path& film, const FilmFormat& format) {
  const std::string size = std::to_string(format.width) + "x" + std::to_string(format.height);
  return {"ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y",
          // What comes in.
          "-f", "rawvideo", "-pixel_format", "rgba", "-video_size", size, "-framerate",
          std::to_string(format.frames_per_second), "-i", "pipe:0",
          // Even sizes; and the matrix that players assume for films of this size, or the colours
          // would be slightly off.
          "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2,scale=out_color_matrix=bt709:out_range=tv",
          "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
          // Text and thin lines need a good quality; every player takes yuv420p.
          "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p",
          "-movflags", "+faststart", "-f", "mp4", "file:" + film.string()};
}

// Returns an errno, 0 for none.
int spawn(pid_t& process, std::vector<std::string> words, int standard_input, int standard_error) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, standard_input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, standard_error, STDERR_FILENO);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", 1, 0);
  // A process group of its own: Ctrl-C is for us, who then still complete the film.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);

  const int error =
      posix_spawnp(&process, arguments[0], &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

void close_now(std::optional<int>& file) {
  if (file) close(*file);
  file.reset();
}

}  // namespace

Encoder::Encoder(const std::filesystem::path& film, const FilmFormat& format) {
  // A socket rather than a pipe: writing to one whose reader has gone can be told not to raise
  // SIGPIPE, without touching how the process takes signals.
  std::array<int, 2> ends = {};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    start_error_ = errno;
    return;
  }
  pictures_ = ends[0];
  std::optional<int> theirs = ends[1];
  const int memory = memfd_create("ffmpeg-complaints", MFD_CLOEXEC);
  if (memory < 0) {
    start_error_ = errno;
  } else {
    complaints_ = memory;
    pid_t process = 0;
    const int error = spawn(process, command_line(film, format), *theirs, memory);
    if (error == 0) process_ = process;
    if (error != 0) start_error_ = error;
  }
  close_now(theirs);
}

Encoder::~Encoder() {
  if (process_) static_cast<void>(finish());
  close_now(pictures_);
  close_now(complaints_);
}

bool Encoder::add(std::span<const std::uint8_t> pixels) {
  if (!process_ || !pictures_) return false;
  while (!pixels.empty()) {
    const ssize_t sent = send(*pictures_, pixels.data(), pixels.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      close_now(pictures_);
      return false;
    }
    pixels = pixels.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<std::string> Encoder::finish() {
  if (start_error_ == ENOENT) {
    return "ffmpeg is not installed: install the package ffmpeg, or record pictures into a folder";
  }
  if (start_error_) return std::string("ffmpeg cannot be started: ") + std::strerror(*start_error_);
  if (!process_) return std::nullopt;
  const bool was_listening = pictures_.has_value();
  close_now(pictures_);  // tells it that the film ends here
  int status = 0;
  while (waitpid(*process_, &status, 0) < 0) {
    if (errno != EINTR) return std::string("ffmpeg was lost: ") + std::strerror(errno);
  }
  process_.reset();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && was_listening) return std::nullopt;
  const std::string how = WIFEXITED(status) ? "exit status " + std::to_string(WEXITSTATUS(status))
                                            : "signal " + std::to_string(WTERMSIG(status));
  return "ffmpeg failed (" + how + ")" + complaint();
}

// Its last line, which says what it came to.
std::string Encoder::complaint() const {
  if (!complaints_) return "";
  std::array<char, 4096> buffer = {};
  const off_t size = lseek(*complaints_, 0, SEEK_END);
  const off_t from = size > static_cast<off_t>(buffer.size()) ? size - off_t(buffer.size()) : 0;
  const ssize_t read = pread(*complaints_, buffer.data(), buffer.size(), from);
  std::string text(buffer.data(), read > 0 ? static_cast<std::size_t>(read) : 0);
  while (text.ends_with('\n')) text.pop_back();
  const std::size_t line = text.rfind('\n');
  if (line != std::string::npos) text.erase(0, line + 1);
  return text.empty() ? "" : ": " + text;
}

}  // namespace faultline::viz
