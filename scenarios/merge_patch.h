// JSON Merge Patch (RFC 7396) on values that know where they were written.
#pragma once

#include <string>
#include <vector>

#include "scenarios/problems.h"
#include "scenarios/sourced_json.h"

namespace faultline::scenarios {

// Applies `patch` to `target`: objects merge key by key, `null` removes a key, anything else
// replaces. Each value keeps the place it came from; an object that both write takes the patch's.
// Stricter than the RFC in one thing: removing what is not there is a problem, for it is a typing
// mistake more often than a precaution. `files` names the places in problems.
void merge_patch(SourcedJson& target, const SourcedJson& patch,
                 const std::vector<std::string>& files, Problems& problems);

// The patch that makes `to` of `from`; an empty object where they are the same.
nlohmann::json patch_between(const nlohmann::json& from, const nlohmann::json& to);

// The keys of an object in order; none for anything else.
std::vector<std::string> keys_of(const nlohmann::json& value);

}  // namespace faultline::scenarios
