#pragma once

#include "tracestore/import/codex/codex_meta.h"

#include <filesystem>
#include <optional>

namespace tracestore {

/// What the first record of a file says of its thread, without reading more than that; nothing
/// where it is no rollout or cannot be read. Packed files too.
std::optional<CodexMeta> readCodexHead(const std::filesystem::path& path);

} // namespace tracestore
