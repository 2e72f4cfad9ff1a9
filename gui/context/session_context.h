#pragma once

#include "gui/context/annotations.h"
#include "gui/context/breakpoint_marks.h"
#include "gui/context/finding_marks.h"
#include "gui/context/origin_marks.h"
#include "gui/context/trace_growth.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/model/trace.h"

#include <QHash>
#include <QObject>

#include <algorithm>
#include <optional>
#include <vector>

namespace gui {

class DetailLoader;
class Theme;

/// A stretch of time of a trace.
struct TimeRange
{
    tracestore::Timestamp from;
    tracestore::Timestamp to;

    bool operator==(const TimeRange&) const = default;
};

/// Where a run that is debugged stands still.
struct StopMark
{
    tracestore::SpanId stop; ///< of the step at which it stopped; invalid: it goes on
    bool isAfter = false; ///< behind it: it has ended
    std::vector<tracestore::SpanId> held; ///< all that waits for the user, the stop too; sorted

    std::vector<tracestore::SpanId> edited; ///< of these, those that are to be sent otherwise

    bool operator==(const StopMark&) const = default;

    [[nodiscard]] bool isStop(tracestore::SpanId span) const
    {
        return span.isValid() && span == stop;
    }

    [[nodiscard]] bool isEdited(tracestore::SpanId span) const
    {
        return std::ranges::find(edited, span) != edited.end();
    }

    [[nodiscard]] bool holds(tracestore::SpanId span) const
    {
        return std::ranges::binary_search(
            held, span.value, {}, [](tracestore::SpanId one) { return one.value; });
    }
};

/// What is open and selected in one tab: the only thing its docks share. They read it, change it
/// and listen to it, and never know each other. GUI thread; owned by the tab, outlives its docks.
class SessionContext : public QObject
{
    Q_OBJECT

public:
    SessionContext(tracestore::TracePtr trace, Theme& theme, QObject* parent = nullptr);
    ~SessionContext() override;

    /// Takes the trace as it has grown, and how late it is with it; asked where isGrownFrom() says
    /// so. What is selected, found and marked stays.
    void setTrace(tracestore::TracePtr trace, std::optional<tracestore::Timestamp> now);

    void setTrace(tracestore::TracePtr trace) { setTrace(std::move(trace), m_now); }

    /// Never null.
    [[nodiscard]] const tracestore::TracePtr& trace() const { return m_trace; }

    [[nodiscard]] const tracestore::TraceTotals& totals() const { return m_totals; }

    [[nodiscard]] Theme& theme() const { return m_theme; }

    /// Fetches payloads off the GUI thread.
    [[nodiscard]] DetailLoader& details() const { return *m_details; }

    /// How late it is for steps that still run; nothing where the trace is not live. They are drawn
    /// as far as this.
    [[nodiscard]] std::optional<tracestore::Timestamp> now() const { return m_now; }

    /// The selected span; invalid where nothing is selected.
    [[nodiscard]] tracestore::SpanId selected() const { return m_selected; }

    /// The step that follow() selected last; invalid before.
    [[nodiscard]] tracestore::SpanId followed() const { return m_followed; }

    /// Whether what is being selected was not chosen by the user.
    [[nodiscard]] bool isFollowing() const { return m_isFollowing; }

    /// The span under the mouse in any view; invalid where there is none.
    [[nodiscard]] tracestore::SpanId hovered() const { return m_hovered; }

    /// The session that one looks at: that of the span selected last. Views of one session show it.
    /// Invalid only where the trace has none.
    [[nodiscard]] tracestore::SessionId session() const { return m_session; }

    /// The spans with the status error, in the order of the step tree.
    [[nodiscard]] const std::vector<tracestore::SpanId>& errors() const { return m_errors; }

    /// The nearest error behind (or before) the selected span in the order of the step tree, around
    /// the end; invalid where there is none.
    [[nodiscard]] tracestore::SpanId nextError() const;
    [[nodiscard]] tracestore::SpanId previousError() const;

    /// What the search found, as far as it has come; views mark these.
    [[nodiscard]] const SpanSet& hits() const { return m_hits; }

    /// What the user has noted and marked.
    [[nodiscard]] Annotations& annotations() const { return *m_annotations; }

    /// Where breakpoints stand.
    [[nodiscard]] BreakpointMarks& breakpoints() const { return *m_breakpoints; }

    /// What was found at which steps.
    [[nodiscard]] FindingMarks& findings() const { return *m_findings; }

    /// Where texts come from and went: questions, and the steps that were found.
    [[nodiscard]] OriginMarks& origins() const { return *m_origins; }

    /// What a step that is under way has said so far; empty where nothing is known of it.
    [[nodiscard]] QString liveText(tracestore::SpanId span) const
    {
        return m_liveTexts.value(span.value);
    }

    void addLiveText(tracestore::SpanId span, const QString& text);

    /// Where the run stands still; views mark these steps.
    [[nodiscard]] const StopMark& stop() const { return m_stop; }

    void setStop(StopMark stop);

    void addHits(std::span<const tracestore::SpanId> spans);
    void clearHits();

public slots:
    void setNow(std::optional<tracestore::Timestamp> now);
    /// Selects the step that the trace has come to. Views that were scrolled away from the one
    /// before stay where they are: see isFollowing().
    void follow(tracestore::SpanId span);
    void select(tracestore::SpanId span);
    void setHovered(tracestore::SpanId span);

    /// Looks at a session; a selected span of another one is no longer selected.
    void setSession(tracestore::SessionId session);

    /// Asks the views to bring a span into sight even if it is selected already.
    void reveal(tracestore::SpanId span);

signals:
    /// trace() is a later one, and now() may be. Views take it over and select nothing meanwhile:
    /// others may not know the new spans yet.
    void traceGrown(const gui::TraceGrowth& growth);
    void nowChanged(); ///< comes after traceGrown() where both change
    void stopChanged();
    void liveTextChanged(tracestore::SpanId span);
    void hitsChanged();
    /// Comes before selectionChanged() where both change.
    void sessionChanged(tracestore::SessionId session);
    void selectionChanged(tracestore::SpanId span);
    void hoverChanged(tracestore::SpanId span);
    void revealed(tracestore::SpanId span);

private:
    void addUp(std::span<const tracestore::SpanId> changed);

    tracestore::TracePtr m_trace;
    Theme& m_theme;
    tracestore::TraceTotals m_totals;
    std::vector<tracestore::SpanId> m_errors;
    SpanSet m_hits;
    Annotations* m_annotations;
    BreakpointMarks* m_breakpoints;
    FindingMarks* m_findings;
    OriginMarks* m_origins;
    std::unique_ptr<DetailLoader> m_details;
    tracestore::SessionId m_session;
    std::optional<tracestore::Timestamp> m_now;
    StopMark m_stop;
    QHash<std::uint32_t, QString> m_liveTexts; ///< by SpanId::value
    tracestore::SpanId m_selected;
    tracestore::SpanId m_hovered;
    tracestore::SpanId m_followed;
    bool m_isFollowing = false;
    tracestore::RunningTotals m_sums; ///< of which the totals are made
};

} // namespace gui
