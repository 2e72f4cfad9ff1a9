#pragma once

#include "engine/breakpoint/breakpoint_json.h"

#include <QString>

namespace gui {

// Files of breakpoints, watches and fault rules, in the form of engine/breakpoint/README.md. Small;
// any thread.

/// Fails with a sentence that says what is wrong with the file.
tracestore::Result<engine::DebugSetup> readSetupFile(const QString& path);

/// Whole or not at all; makes the folder.
tracestore::Result<void> writeSetupFile(const QString& path, const engine::DebugSetup& setup);

/// Gives a file another name beside its own, which is told: `workspace.json.broken`.
tracestore::Result<QString> keepAside(const QString& path);

} // namespace gui
