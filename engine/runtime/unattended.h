#pragma once

#include "engine/effect/effect.h"

#include <string>
#include <vector>

namespace engine {

/// Whether a question asks for the approval of a tool whose calls are allowed.
bool isAllowed(const UserQuestion& question, const std::vector<std::string>& allowedTools);

/// What a question is answered where nobody is there to answer it.
std::string unattendedAnswer(const UserQuestion& question,
                             const std::vector<std::string>& allowedTools);

/// Tells of a question that nobody answered or allowed.
std::string unattendedNote(const UserQuestion& question);

} // namespace engine
