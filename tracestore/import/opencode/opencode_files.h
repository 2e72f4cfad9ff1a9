#pragma once

#include "tracestore/import/reading/record_text.h"

#include <filesystem>
#include <vector>

namespace tracestore {

/// What a document of OpenCode is, told by its members.
enum class OpenCodeRecord
{
    None,
    Session,
    Message,
    Part,
    Export
};

OpenCodeRecord openCodeRecordOf(const JsonView& document);

/// The files of the storage that belong to the session at `path`, sorted; none where the file is no
/// session or does not lie in a storage folder.
std::vector<std::filesystem::path> openCodeCompanions(const std::filesystem::path& path);

} // namespace tracestore
