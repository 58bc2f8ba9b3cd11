#include "tests/window/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>
#include <thread>

namespace faultline::viz {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> environment_for(const Child::Surroundings& surroundings) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!surroundings.environment.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : surroundings.environment) {
    if (value) all.push_back(name + "=" + *value);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

bool comes_true(const std::function<bool()>& condition) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

Child::Child(const std::vector<std::string>& words) : Child(words, Surroundings{}) {}

Child::Child(const std::vector<std::string>& words, const Surroundings& surroundings) {
  std::vector<std::string> arguments = words;
  std::vector<std::string> environment = environment_for(surroundings);
  const std::string out = (caught_.path() / "out").string();
  const std::string err = (caught_.path() / "err").string();
  constexpr int to_write = O_WRONLY | O_CREAT;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), to_write, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), to_write, 0600);
  posix_spawn_file_actions_addchdir_np(&files, surroundings.folder.c_str());
  const int error = posix_spawnp(&process_, words.front().c_str(), &files, nullptr,
                                 pointers_to(arguments).data(), pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error("cannot start " + words.front());
}

Child::~Child() { end(); }

void Child::end() {
  if (!running()) return;
  kill(process_, SIGKILL);
  int status = 0;
  waitpid(process_, &status, 0);
  status_ = 128 + SIGKILL;
}

bool Child::running() {
  if (status_) return false;
  int status = 0;
  if (waitpid(process_, &status, WNOHANG) == 0) return true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

std::string Child::said() const { return text_of(caught_.path() / "out"); }
std::string Child::complaints() const { return text_of(caught_.path() / "err"); }

Ended Child::wait() {
  const bool ended = comes_true([&] { return !running(); });
  EXPECT_TRUE(ended) << "it does not end";
  end();
  return {*status_, said(), complaints()};
}

}  // namespace faultline::viz
