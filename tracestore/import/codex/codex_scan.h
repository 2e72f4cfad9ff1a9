#pragma once

#include "tracestore/import/codex/codex_thread.h"
#include "tracestore/import/importer.h"

namespace tracestore {

/// Reads the records of a file, each once. What cannot be read goes to the report. Fails with Io,
/// NotFound, Cancelled.
Result<CodexThread> scanCodexFile(const ImportFile& file, TraceBuilder& builder, Job& job);

/// Whether the text is one document `{session, items[]}`, or the beginning of one.
bool isCodexDocument(std::string_view text);

/// Takes one record into a thread.
void addCodexRecord(CodexThread& thread, const RecordLine& record, TraceBuilder& pool);

/// What the thread is about, in a line: its name, or what the user asked first; empty where it says
/// neither.
std::string titleOf(const CodexThread& thread, const TraceBuilder& pool);

} // namespace tracestore
