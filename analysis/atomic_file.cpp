#include "analysis/atomic_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace faultline::analysis {
namespace {

std::string reason() {
  // What failed earlier, inside a stream, has left no errno.
  return errno == 0 ? "not all of it could be written; is the disk full?" : std::strerror(errno);
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  if (std::filesystem::is_directory(path_)) {
    throw WriteError("cannot write " + path_.string() + ": it is a folder");
  }
  temporary_ = path_;
  temporary_ += ".part-" + std::to_string(::getpid());
  errno = 0;
  stream_.open(temporary_, std::ios::binary | std::ios::trunc);
  if (!stream_) throw WriteError("cannot write " + path_.string() + ": " + reason());
}

AtomicFile::~AtomicFile() {
  if (committed_) return;
  stream_.close();
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void AtomicFile::commit() {
  errno = 0;
  stream_.close();
  if (!stream_) throw WriteError("cannot write " + path_.string() + ": " + reason());
  std::error_code error;
  std::filesystem::rename(temporary_, path_, error);
  if (error) throw WriteError("cannot write " + path_.string() + ": " + error.message());
  committed_ = true;
}

}  // namespace faultline::analysis
