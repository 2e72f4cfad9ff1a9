#include "tracestore/recording/open_recording.h"

#include "tracestore/recording/event_table.h"
#include "tracestore/recording/recorded_payloads.h"
#include "tracestore/recording/recording_lock.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/run_trace.h"
#include "tracestore/store/kymo_reader.h"

namespace tracestore {
namespace {

    std::string countText(std::size_t count, std::string_view thing)
    {
        return std::to_string(count) + ' ' + std::string(thing) + (count == 1 ? "" : "s");
    }

    void noteState(bool isWritten, std::size_t inDoubt, ImportReport& report)
    {
        const std::string saved = countText(report.mapped(), "event");
        if (isWritten)
            report.add({.severity = ReportSeverity::Note,
                        .message = "The run is still being recorded: " + saved
                            + " so far, and there will be more when the file is opened again."});
        else
            report.add({.severity = ReportSeverity::Broken,
                        .message = "The recording is incomplete: the program that wrote it ended "
                                   "before it could close it. All that was saved is here, "
                            + saved + "; "
                            + (inDoubt == 0 ? "nothing is in doubt."
                                            : countText(inDoubt, "step")
                                       + (inDoubt == 1 ? " is in doubt." : " are in doubt."))
                            + " `kymo resume` goes on with it."});
    }

    void noteDamagedEvents(const EventTable& table, ImportReport& report)
    {
        if (table.damaged > 0)
            report.add({.severity = ReportSeverity::Broken,
                        .field = "event",
                        .message = "Events of this recording are damaged or missing; the rest was "
                                   "opened. The first: "
                            + table.damage,
                        .count = table.damaged});
    }

    void noteDoubts(const std::vector<std::string>& inDoubt, ImportReport& report)
    {
        for (const std::string& effect : inDoubt)
            report.add({.severity = ReportSeverity::Note,
                        .field = effect,
                        .message = "This was started and its outcome is not known: it may have "
                                   "been done, or not."});
    }

    Result<TracePtr> traceOfEvents(KymoTables& tables, const std::filesystem::path& path, Job& job)
    {
        // Before the events: whoever lets go of the file meanwhile has written all of them.
        const bool isWritten = RecordingLock::isHeld(path);
        RunTrace run(path.string());
        DoubtFinder doubts;
        const auto table = readEvents(tables.database, tables.size, job, [&](RunEvent event) {
            doubts.add(event);
            run.add(std::move(event));
        });
        if (!table)
            return fail(Error(table.error()).in(path.string()));
        Trace::Data data = run.snapshot(!isWritten)->data();
        noteState(isWritten, doubts.inDoubt().size(), data.report);
        noteDamagedEvents(*table, data.report);
        if (!isWritten)
            noteDoubts(doubts.inDoubt(), data.report);
        return std::make_shared<const Trace>(std::move(data));
    }

} // namespace

Result<TracePtr> openRecording(const std::filesystem::path& path, Job& job)
{
    auto tables = openCheckedTables(path);
    if (!tables)
        return fail(std::move(tables).error());
    if (isUnfinished(*tables))
        return traceOfEvents(*tables, path, job);
    return loadKymo(
        std::move(*tables), path, job, [&](std::shared_ptr<const PayloadSource> payloads) {
            return std::make_shared<const RecordedPayloads>(path, std::move(payloads));
        });
}

TracePtr withDoubts(const Trace& trace, const std::vector<std::string>& inDoubt)
{
    Trace::Data data = trace.data();
    noteDoubts(inDoubt, data.report);
    return std::make_shared<const Trace>(std::move(data));
}

} // namespace tracestore
