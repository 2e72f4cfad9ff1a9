#include "gui/debug/marks_keeper.h"

#include "engine/breakpoint/trace_hits.h"
#include "gui/context/session_context.h"
#include "gui/debug/breakpoint_texts.h"
#include "gui/debug/debug_workspace.h"

namespace gui {

using engine::Breakpoint;
using tracestore::SpanId;

namespace {

    /// Steps times breakpoints that are looked through at once: a millisecond or two.
    constexpr std::size_t kAtOnce = 20'000;
    constexpr int kLeastPauseMs = 100;

    std::vector<BreakpointMark> marksIn(const tracestore::Trace& trace,
                                        const std::vector<Breakpoint>& breakpoints)
    {
        std::vector<BreakpointMark> marks;
        for (const Breakpoint& one : breakpoints) {
            const BreakpointMark mark = signOf(one);
            for (const SpanId span : engine::stepsAbout(one, trace)) {
                marks.resize(std::max(marks.size(), span.index() + 1));
                marks[span.index()] = std::max(marks[span.index()], mark);
            }
        }
        return marks;
    }

} // namespace

MarksKeeper::MarksKeeper(SessionContext& context, DebugWorkspace& workspace, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_workspace(workspace)
{
    m_pool.setMaxThreadCount(1);
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, [this] {
        if (m_isOutdated)
            update();
    });
    connect(&workspace, &DebugWorkspace::breakpointsChanged, this, &MarksKeeper::update);
    connect(&context, &SessionContext::traceGrown, this, &MarksKeeper::update);
    update();
}

MarksKeeper::~MarksKeeper()
{
    m_pool.waitForDone();
}

void MarksKeeper::update()
{
    if (m_isBusy || m_pause.isActive()) {
        m_isOutdated = true;
        return;
    }
    m_isOutdated = false;
    const auto& breakpoints = m_workspace.setup().breakpoints;
    if (breakpoints.size() * m_context.trace()->spanCount() > kAtOnce)
        updateAside();
    else
        m_context.breakpoints().setMarks(marksIn(*m_context.trace(), breakpoints));
}

void MarksKeeper::updateAside()
{
    m_isBusy = true;
    m_pool.start([this, trace = m_context.trace(), list = m_workspace.setup().breakpoints] {
        QElapsedTimer time;
        time.start();
        auto marks = std::make_shared<std::vector<BreakpointMark>>(marksIn(*trace, list));
        const auto deliver = [this, marks, took = static_cast<int>(time.elapsed())] {
            m_isBusy = false;
            m_context.breakpoints().setMarks(std::move(*marks));
            // A trace that grows leaves time for other things.
            m_pause.start(std::max(kLeastPauseMs, 3 * took));
        };
        QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
    });
}

} // namespace gui
