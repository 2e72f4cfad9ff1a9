#pragma once

#include "tracestore/export/exporter.h"

#include <filesystem>

namespace tracestore {

/// Writes a trace to a file, whole or not at all (FileSink). Invalid: the trace was opened from
/// that very file, which is never written over.
Result<void> exportTrace(const Trace& trace,
                         const Exporter& exporter,
                         const std::filesystem::path& path,
                         Job& job);

/// The exporter that a file name asks for by its ending; null where none does. Of several the
/// longest ending wins.
const Exporter* exporterFor(const ExporterRegistry& exporters, const std::filesystem::path& path);

/// The format of a file that is named while a format is chosen: the chosen one where the name ends
/// as its files do, else the one whose ending it has. Where that is none, the chosen one, and the
/// name gets its ending.
const Exporter& exporterMeant(const ExporterRegistry& exporters,
                              const Exporter& chosen,
                              std::filesystem::path& path);

} // namespace tracestore
