#include "cli/mpi_world.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace faultline::cli {
namespace {

// Beside the binary, or where it is installed. A whole path: looked up by its name alone, it is not
// found where a sanitizer stands between this program and the loader.
std::filesystem::path mpi_module() {
  constexpr const char* name = "faultline-mpi.so";
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const auto beside = folder / name;
  if (std::filesystem::exists(beside, error)) return beside;
  return folder.parent_path() / FAULTLINE_MODULES / name;
}

std::optional<unsigned> number_in_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string one_of_several(const Launch& launch) {
  return launch.size ? fmt::format("one of {} processes", *launch.size)
                     : "one of several processes";
}

}  // namespace

std::optional<Launch> launch_of_environment() {
  for (const auto& [rank, size] :
       {std::pair{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},  // Open MPI's mpirun
        std::pair{"PMI_RANK", "PMI_SIZE"},                          // MPICH's, and srun --mpi=pmi2
        std::pair{"PMIX_RANK", "SLURM_STEP_NUM_TASKS"}}) {          // srun --mpi=pmix
    if (const auto number = number_in_environment(rank)) {
      return Launch{number_in_environment(size), *number};
    }
  }
  return std::nullopt;
}

std::unique_ptr<MpiWorld> MpiWorld::join() {
  const auto launch = launch_of_environment();
  if (!launch || launch->size == 1U) return nullptr;
  // Global, for what MPI itself loads must find it.
  void* const module = ::dlopen(mpi_module().c_str(), RTLD_NOW | RTLD_GLOBAL);
  const auto begin = module == nullptr
                         ? nullptr
                         : reinterpret_cast<decltype(&begin_mpi)>(::dlsym(module, "begin_mpi"));
  if (begin == nullptr) {
    throw LaunchError(fmt::format(
        "started as {}, but this faultline has no MPI ({}): each would make the whole sweep, and "
        "they would fight over its store; build it where MPI is installed (on Debian "
        "libopenmpi-dev), or make the shards of the sweep as jobs of their own (--shard)",
        one_of_several(*launch), ::dlerror()));
  }
  std::unique_ptr<MpiWorld> world(begin());
  if (world->size() > 1) return world;
  world->leave();
  if (!launch->size) return nullptr;
  throw LaunchError(fmt::format(
      "started as {}, but MPI sees only itself: the launcher belongs to another MPI than the one "
      "this faultline was built with; start it with the mpirun of that one, or with another --mpi "
      "of srun",
      one_of_several(*launch)));
}

}  // namespace faultline::cli
