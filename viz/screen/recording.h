// Recording: frames of a picture, as a film or as single pictures.
//
// FILE.mp4 becomes a film, by ffmpeg; any other path is a folder for frame-00001.png and so on,
// made if need be. Everything is written beside its place and moved there when it is complete, so
// that a recording that fails leaves no film, and of single pictures only whole ones. The first
// thing that goes wrong ends the recording: later frames are ignored.
#pragma once

#include <SFML/Graphics/Image.hpp>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "viz/screen/encoder.h"

namespace faultline::viz {

class Recording {
 public:
  Recording(std::filesystem::path to, const FilmFormat& format);
  ~Recording();  // discards a film that is not finished
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  // Of the format's size.
  void add(const sf::Image& frame);
  // Completes it. A sentence for the user, if it failed, now or before.
  std::optional<std::string> finish();

  // Known so far.
  const std::optional<std::string>& problem() const { return problem_; }
  std::size_t frames() const { return frames_; }

 private:
  std::filesystem::path unfinished() const;
  void prepare_folder();
  void add_to_folder(const sf::Image& frame);
  void end_film();
  void move_into_place(const std::filesystem::path& from, const std::filesystem::path& to);
  void fail(const std::string& problem);

  std::filesystem::path to_;
  FilmFormat format_;
  std::unique_ptr<Encoder> encoder_;  // none: single pictures, or a film that has ended
  bool finished_ = false;
  std::size_t frames_ = 0;
  std::optional<std::string> problem_;
};

}  // namespace faultline::viz
