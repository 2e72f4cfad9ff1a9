#include "gui/context/session_context.h"
#include "gui/models/step_tree_model.h"
#include "gui/steps/step_tree_view.h"
#include "gui/theme/theme.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/benchmark.h"
#include "tests/bench/painted_window.h"
#include "tests/bench/span_item_model.h"
#include "tests/bench/span_trace.h"

#include <QAction>
#include <QApplication>
#include <QScrollBar>
#include <QTreeView>

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

    constexpr QSize kSize(700, 1080);
    constexpr int kPlaces = 30; ///< frames of a scrolling
    constexpr std::size_t kSmall = 1'000;

    void checkRows(std::size_t rows, std::size_t wanted, const char* who)
    {
        if (rows == wanted)
            return;
        std::fprintf(stderr, "%s shows %zu of %zu rows.\n", who, rows, wanted);
        std::exit(1);
    }

    /// Jumps all over the list, a frame each.
    Cost scroll(QAbstractItemView& view, PaintedWindow& window)
    {
        QScrollBar& bar = *view.verticalScrollBar();
        return costOf([&] {
            for (int place = 0; place < kPlaces; ++place) {
                bar.setValue(static_cast<int>(qint64 {bar.maximum()} * place / kPlaces));
                window.repaint();
            }
        });
    }

    /// The step tree as the program shows it.
    class KymoTree
    {
    public:
        KymoTree(gui::Theme& theme, const tracestore::TracePtr& trace)
            : m_context(trace, theme)
            , m_view(m_context)
            , m_window(m_view, *m_view.viewport(), kSize)
        { }

        Cost expand()
        {
            trigger("Close all steps");
            const Cost cost = costOf([&] { trigger("Open all steps"); });
            checkRows(rows(), m_context.trace()->spanCount(), "The open step tree");
            return cost;
        }

        Cost collapse()
        {
            trigger("Open all steps");
            const Cost cost = costOf([&] { trigger("Close all steps"); });
            checkRows(rows(), m_context.trace()->roots().size(), "The closed step tree");
            return cost;
        }

        Cost scrollOpen()
        {
            trigger("Open all steps");
            return scroll(m_view, m_window);
        }

    private:
        [[nodiscard]] std::size_t rows() const
        {
            return static_cast<std::size_t>(m_view.stepModel().rowCount());
        }

        void trigger(const char* text)
        {
            for (QAction* action : m_view.actions()) {
                if (action->text() == QLatin1String(text))
                    action->trigger();
            }
            m_window.repaint();
        }

        gui::SessionContext m_context;
        gui::StepTreeView m_view;
        PaintedWindow m_window;
    };

    /// Qt's own tree over the same spans.
    class QtTree
    {
    public:
        explicit QtTree(const tracestore::TracePtr& trace)
            : m_model(trace)
            , m_window(setUp(m_view, m_model), *m_view.viewport(), kSize)
        { }

        Cost expand()
        {
            collapseAll();
            return costOf([&] { expandAll(); });
        }

        Cost collapse()
        {
            expandAll();
            return costOf([&] { collapseAll(); });
        }

        Cost scrollOpen()
        {
            expandAll();
            return scroll(m_view, m_window);
        }

    private:
        static QTreeView& setUp(QTreeView& view, SpanItemModel& model)
        {
            view.setUniformRowHeights(true);
            view.setModel(&model);
            return view;
        }

        void expandAll()
        {
            m_view.expandAll();
            m_window.repaint();
        }

        void collapseAll()
        {
            m_view.collapseAll();
            m_window.repaint();
        }

        SpanItemModel m_model;
        QTreeView m_view;
        PaintedWindow m_window;
    };

    void printGoals(const Contest& contest)
    {
        printGoal("expand all: QTreeView / Kymo, CPU",
                  contest.cpuRatio("QTreeView expand all", "Kymo expand all"),
                  15,
                  true);
        printGoal("collapse all: QTreeView / Kymo, CPU",
                  contest.cpuRatio("QTreeView collapse all", "Kymo collapse all"),
                  50,
                  true);
        printGoal("scroll: all rows / 1000 rows, CPU",
                  contest.cpuRatio("Kymo scroll", "Kymo scroll, 1000 rows"),
                  1.3);
    }

} // namespace

void benchStepTree(const BenchOptions& options)
{
    const std::size_t rows = options.spans > 0 ? options.spans : 1'000'000;
    const tracestore::TracePtr trace = makeSpanTrace(rows);
    gui::Theme theme(QStringLiteral("dark"));
    theme.applyTo(*qApp);
    KymoTree kymo(theme, trace);
    KymoTree small(theme, makeSpanTrace(kSmall));
    QtTree qt(trace);
    const auto count = static_cast<double>(rows);
    Contest contest("step tree of " + std::to_string(rows) + " rows", options.rounds);
    contest.add("QTreeView expand all", count, "rows", [&] { return qt.expand(); });
    contest.add("Kymo expand all", count, "rows", [&] { return kymo.expand(); });
    contest.add("QTreeView collapse all", count, "rows", [&] { return qt.collapse(); });
    contest.add("Kymo collapse all", count, "rows", [&] { return kymo.collapse(); });
    contest.add("QTreeView scroll", kPlaces, "frames", [&] { return qt.scrollOpen(); });
    contest.add("Kymo scroll", kPlaces, "frames", [&] { return kymo.scrollOpen(); });
    contest.add("Kymo scroll, 1000 rows", kPlaces, "frames", [&] { return small.scrollOpen(); });
    contest.run();
    printGoals(contest);
}

} // namespace bench
