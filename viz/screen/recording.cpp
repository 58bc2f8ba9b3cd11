#include "viz/screen/recording.h"

#include <array>
#include <cstdio>
#include <system_error>
#include <utility>

#include "sim/check.h"
#include "viz/screen/picture_file.h"

namespace faultline::viz {
namespace {

namespace fs = std::filesystem;

bool is_film(const fs::path& path) { return path.extension() == ".mp4"; }

std::string frame_name(std::size_t number) {
  std::array<char, 32> name = {};
  std::snprintf(name.data(), name.size(), "frame-%05zu.png", number);
  return name.data();
}

}  // namespace

Recording::Recording(fs::path to, const FilmFormat& format) : to_(std::move(to)), format_(format) {
  if (is_film(to_)) {
    encoder_ = std::make_unique<Encoder>(unfinished(), format_);
    if (!encoder_->running()) end_film();  // known now rather than after a long run
  } else {
    prepare_folder();
  }
}

Recording::~Recording() {
  if (!finished_ && encoder_) fail("not finished");
}

void Recording::add(const sf::Image& frame) {
  CHECK(!finished_);
  const auto size = frame.getSize();
  CHECK(size.x == format_.width && size.y == format_.height);
  if (problem_) return;
  ++frames_;
  if (!encoder_) {
    add_to_folder(frame);
  } else if (!encoder_->add({frame.getPixelsPtr(), std::size_t{4} * size.x * size.y})) {
    end_film();
  }
}

std::optional<std::string> Recording::finish() {
  finished_ = true;
  if (frames_ == 0 && !problem_) fail(to_.string() + ": there were no frames to record");
  if (encoder_) end_film();
  return problem_;
}

// The kinds of file are known by their endings, so those stay.
fs::path Recording::unfinished() const {
  return to_.parent_path() / (to_.stem().string() + ".unfinished.mp4");
}

void Recording::prepare_folder() {
  std::error_code error;
  fs::create_directories(to_, error);
  if (error) return fail("cannot make the folder " + to_.string() + ": " + error.message());
  if (fs::exists(to_ / frame_name(1), error)) {
    fail(to_.string() + " holds the frames of another recording");
  }
}

void Recording::add_to_folder(const sf::Image& frame) {
  const fs::path place = to_ / frame_name(frames_);
  const fs::path beside = to_ / "unfinished.png";
  if (save_quietly(frame, beside)) {
    move_into_place(beside, place);
  } else {
    std::error_code ignored;
    fs::remove(beside, ignored);
    fail("cannot write " + place.string());
  }
}

void Recording::end_film() {
  if (const auto problem = encoder_->finish()) return fail(to_.string() + ": " + *problem);
  encoder_.reset();
  move_into_place(unfinished(), to_);
}

void Recording::move_into_place(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return;
  std::error_code ignored;
  fs::remove(from, ignored);
  fail("cannot write " + to.string() + ": " + error.message());
}

void Recording::fail(const std::string& problem) {
  if (!problem_) problem_ = problem;
  if (!encoder_) return;
  encoder_.reset();  // waits for it, so that it writes no more
  std::error_code ignored;
  fs::remove(unfinished(), ignored);
}

}  // namespace faultline::viz
