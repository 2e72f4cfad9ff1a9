#pragma once

#include "engine/tool/builtin/sandbox.h"
#include "engine/tool/tool.h"

#include <memory>

namespace engine {

/// `shell`: a command of the shell in a bubblewrap sandbox. `program` is bubblewrap; where it is
/// empty every call is refused with the reason. A command that gives another exit code than 0 ends
/// with Error of the type `exit`.
std::unique_ptr<Tool> makeShell(SandboxOptions options, QString program);

} // namespace engine
