#pragma once

#include "tracestore/model/trace.h"

#include <filesystem>

namespace tracestore {

/// Whether `path` names one of the files that a trace was opened from, under whatever name, be it
/// there or not. Those are evidence: nobody writes over them.
bool isSourceOf(const Trace& trace, const std::filesystem::path& path);

/// What to tell a user who wants to.
std::string overwriteRefusal(const std::filesystem::path& path);

} // namespace tracestore
