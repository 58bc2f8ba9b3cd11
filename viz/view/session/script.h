// Script: a list of times and actions, for teachers and tests: one to a line, # begins a remark.
//
//   at 65s                  go there, forwards or backwards
//   play 2s                 let it play for so long, at its speed, without waiting for a screen
//   key Shift+Right         as the help lists them
//   speed 0.05
//   select web/0            a component, a replica, a card such as db@eu, or a way such as web->db
//   point X Y, click X Y, drag X Y X Y, wheel X Y NOTCHES
//   resize 640 480
//   screenshot FILE, dump FILE, save FOLDER
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/problems.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

struct ScriptLine {
  int number = 0;
  std::string verb;
  std::vector<std::string> words;
};

// Reads all lines; every mistake becomes a problem.
std::vector<ScriptLine> read_script(const std::filesystem::path& file,
                                    scenarios::Problems& problems);

// Does what the line says to the session; false: it is for whoever has a screen (screenshot, dump).
bool follow(const ScriptLine& line, Session& session);

}  // namespace faultline::viz
