#pragma once

#include "tests/support/run_log.h"
#include "tracestore/recording/recording_writer.h"
#include "tracestore/recording/run_trace.h"

#include <QTest>

namespace tests {

/// A run that was cut off while three calls were under way: of a model, of a tool that reads, and
/// of one that writes.
inline std::vector<tracestore::RunEvent> cutOffRun()
{
    using namespace tracestore;
    RunLog log;
    const auto want = [&](const char* effect, EffectWanted wanted) {
        log.add(std::move(wanted), "support", effect);
    };
    log.add(RunStarted {.name = "support", .input = "Where is my order?"});
    log.add(AgentStarted {.name = "support", .pattern = "react"}, "support");
    want("support:1.1.1", {.kind = EffectKind::Model, .name = "m-1"});
    EffectEnded answered;
    answered.result = "three calls";
    log.add(answered, "support", "support:1.1.1");
    want("support:2.1.1",
         {.kind = EffectKind::Tool,
          .effectClass = EffectClass::Reads,
          .name = "look_up",
          .arguments = R"({"order":"A-1"})"});
    want("support:2.2.1",
         {.kind = EffectKind::Tool,
          .effectClass = EffectClass::Outside,
          .name = "refund",
          .arguments = R"({"order":"A-1","note":"<img src=x>"})"});
    want("support:2.3.1",
         {.kind = EffectKind::Model, .effectClass = EffectClass::Outside, .name = "m-1"});
    return log.events();
}

/// Writes events to a new recording. It is cut off as soon as the writer goes, and written as long
/// as it is there.
inline std::unique_ptr<tracestore::RecordingWriter>
writeRecording(const std::filesystem::path& file, const std::vector<tracestore::RunEvent>& events)
{
    auto writer = tracestore::RecordingWriter::create(file);
    if (!writer)
        qFatal("%s", writer.error().message.c_str());
    for (const tracestore::RunEvent& event : events) {
        if (const auto appended = (*writer)->append(event); !appended)
            qFatal("%s", appended.error().message.c_str());
    }
    if (const auto saved = (*writer)->commit(); !saved)
        qFatal("%s", saved.error().message.c_str());
    return std::move(*writer);
}

/// The trace of a run that goes on, as the engine tells it.
inline tracestore::TracePtr runningTrace(const std::vector<tracestore::RunEvent>& events)
{
    tracestore::RunTrace trace("run");
    for (const tracestore::RunEvent& event : events)
        trace.add(event);
    return trace.snapshot();
}

} // namespace tests
